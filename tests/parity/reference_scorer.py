"""Scores a captions file by the reference scorer, pycocoevalcap (needs Java): for the figures in docs/results.md.

    .deps/venv/bin/python tests/parity/reference_scorer.py Flickr8k.token.txt captions.jsonl
"""
import collections
import contextlib
import io
import json
import os
import sys

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.meteor.meteor import Meteor
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer


def main(references_file, captions_file):
    captions_of = collections.defaultdict(list)
    with open(references_file, encoding="utf-8") as lines:
        for line in lines:
            name, caption = line.rstrip("\n").split("\t")
            captions_of[name.split("#")[0]].append({"caption": caption})
    written, references = {}, {}
    with open(captions_file, encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            name = os.path.basename(record["image"])
            written[name], references[name] = [{"caption": record["caption"]}], captions_of[name]
    with contextlib.redirect_stdout(io.StringIO()):
        tokenizer = PTBTokenizer()
        references, written = tokenizer.tokenize(references), tokenizer.tokenize(written)
        scores = {scorer.method() if hasattr(scorer, "method") else type(scorer).__name__: scorer.compute_score(references, written)[0]
                  for scorer in (Bleu(4), Meteor(), Rouge(), Cider())}
    print(f"{len(written)} pictures")
    for name, score in scores.items():
        print(name, [round(100 * value, 2) for value in score] if isinstance(score, list) else round(100 * score, 2))


main(*sys.argv[1:])

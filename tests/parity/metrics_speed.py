"""Scoring side by side: the program's times, the reference scorer's (pycocoevalcap, needs Java), and how many times faster.

    ./run bench metrics [--repeats N] [--data FOLDER]

which calls this with the program. Times are medians of the repeats, in one run, on the same captions: a published system's 5,000 of COCO against
25,010 references. It fails if the two halves do not find the same scores, and says where a goal is missed.
"""
import argparse
import contextlib
import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LARGE_SET = 40504  # images of COCO val2014
METEOR_FILES = ("english.words", "english.synsets", "english.exceptions")  # without the table of paraphrases


class Reference:
    """The reference scorer on captions by image, {id: [{"caption": text}]}."""

    def __init__(self):
        from pycocoevalcap.bleu.bleu import Bleu
        from pycocoevalcap.cider.cider import Cider
        from pycocoevalcap.meteor.meteor import Meteor
        from pycocoevalcap.rouge.rouge import Rouge
        from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer
        self.tokenizer, self.fast, self.meteor = PTBTokenizer(), {"bleu": Bleu(4), "rouge_l": Rouge(), "cider": Cider()}, Meteor

    def tokens(self, references, captions):
        return self.tokenizer.tokenize(references), self.tokenizer.tokenize(captions)

    def fast_scores(self, references, captions):
        references, captions = self.tokens(references, captions)
        found = {name: scorer.compute_score(references, captions)[0] for name, scorer in self.fast.items()}
        return {**{f"bleu_{n + 1}": score for n, score in enumerate(found.pop("bleu"))}, **found}

    def meteor_score(self, references, captions):
        """Of tokens. Starts Java, which ends with the object."""
        return self.meteor().compute_score(references, captions)[0]


@contextlib.contextmanager
def quiet():
    """Nothing of what the scorers and their Java print, unless it fails."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                yield
        except BaseException:
            said.seek(0)
            os.write(kept, said.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def timed(work, repeats):
    """Median seconds, and what the work found."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), found


def reward_seconds(references, captions, repeats):
    """Of CIDEr-D for one hypothesis: with references cooked before, and with each call cooking them, as ciderD is called in training."""
    from pycocoevalcap.cider.cider_scorer import CiderScorer, cook_refs, cook_test
    ids = list(captions)
    cooked = [cook_refs(references[i]) for i in ids]
    frequencies = CiderScorer()
    frequencies.crefs = cooked
    frequencies.compute_doc_freq()

    def score(cooked_references):
        scorer = CiderScorer()
        scorer.document_frequency = frequencies.document_frequency
        scorer.ctest, scorer.crefs = [cook_test(captions[i][0]) for i in ids], cooked_references()
        return scorer.compute_cider()

    return [timed(lambda: score(how), repeats)[0] / len(ids) for how in (lambda: cooked, lambda: [cook_refs(references[i]) for i in ids])]


def measure_reference(references, captions, repeats):
    scorer, one = Reference(), next(iter(captions))
    one_reference, one_caption = {one: references[one]}, {one: captions[one]}
    seconds = {}
    with quiet():
        seconds["scores"], scores = timed(lambda: scorer.fast_scores(references, captions), repeats)
        seconds["java"], _ = timed(lambda: scorer.tokens(one_reference, one_caption), repeats)
        tokens, one_tokens = scorer.tokens(references, captions), scorer.tokens(one_reference, one_caption)
        seconds["meteor"], scores["meteor"] = timed(lambda: scorer.meteor_score(*tokens), repeats)
        seconds["meteor_start"], _ = timed(lambda: scorer.meteor_score(*one_tokens), repeats)
        seconds["reward"], seconds["reward_cooking"] = reward_seconds(*tokens, repeats)
    return scores, seconds


def first_score():
    """All that a user of the reference scorer waits for, of one image; called in a process of its own."""
    captions, scorer = {1: [{"caption": "a dog runs on the grass"}]}, Reference()
    with quiet():
        scorer.fast_scores(captions, captions)
        scorer.meteor_score(*scorer.tokens(captions, captions))


def write_set(folder, references, captions, images):
    """As COCO's annotations and results, repeated up to `images`. Returns the options that name them."""
    pairs = [(i % len(references), i) for i in range(images)]
    annotations = [{"id": k, "image_id": number, "caption": text} for k, (number, text) in
                   enumerate((i, text) for at, i in pairs for text in references[at])]
    (folder / "references.json").write_text(json.dumps(
        {"images": [{"id": i, "file_name": f"{i}.jpg"} for _, i in pairs], "annotations": annotations}))
    (folder / "captions.json").write_text(json.dumps([{"image_id": i, "caption": captions[at]} for at, i in pairs]))
    return ["--references", str(folder / "references.json"), "--captions", str(folder / "captions.json")]


def seconds_and_megabytes(command, **environment):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="saccade")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--data", type=pathlib.Path, default=os.environ.get("SACCADE_TEST_DATA", ROOT / "../shared/data"))
    options = parser.parse_args()
    folder = pathlib.Path(options.data) / "coco-eval/show-edit-tell"
    if not folder.is_dir():
        sys.exit(f"{folder} is absent; set SACCADE_TEST_DATA or --data to the folder of real data")
    caption_of = {row["image_id"]: row["caption"] for row in json.loads((folder / "xe_caps.json").read_text())}
    rows = [row for row in json.loads((folder / "refs_5000x25010.json").read_text()) if row["image_id"] in caption_of]
    references, captions = [row["captions"] for row in rows], [caption_of[row["image_id"]] for row in rows]

    with tempfile.TemporaryDirectory(prefix="saccade-bench-") as name:
        folder = pathlib.Path(name)
        the_set = write_set(folder, references, captions, len(references))
        ours = json.loads(subprocess.run([options.program, "bench", "metrics", *the_set, "--repeats", str(options.repeats)],
                                         check=True, stdout=subprocess.PIPE).stdout)
        wanted, theirs = measure_reference({i: [{"caption": text} for text in texts] for i, texts in enumerate(references)},
                                           {i: [{"caption": text}] for i, text in enumerate(captions)}, options.repeats)
        if ours["seconds"]["meteor"] is None:
            del wanted["meteor"]
        differing = [f"{key}: {ours['scores'].get(key)} and not {score}" for key, score in wanted.items()
                     if ours["scores"].get(key) is None or abs(ours["scores"][key] - score) > (1e-6 if key == "meteor" else 1e-9)]

        without_paraphrases = folder / "meteor"
        without_paraphrases.mkdir()
        for file in METEOR_FILES:
            (without_paraphrases / file).symlink_to(ROOT / ".deps/meteor" / file)
        evaluate, few = [options.program, "evaluate", "--json", "--quiet"], {"SACCADE_METEOR": str(without_paraphrases)}
        (folder / "one").mkdir()
        one = write_set(folder / "one", references, captions, 1)
        first_few = timed(lambda: seconds_and_megabytes([*evaluate, *one], **few), options.repeats)[0]
        first_all = timed(lambda: seconds_and_megabytes([*evaluate, *one]), options.repeats)[0]
        first_theirs = timed(lambda: seconds_and_megabytes([sys.executable, __file__, "--first-score"]), options.repeats)[0]
        large = write_set(folder, references, captions, LARGE_SET)
        large_seconds, large_megabytes = seconds_and_megabytes([*evaluate, *large], **few)
        large_all_seconds, large_all_megabytes = seconds_and_megabytes([*evaluate, *large])

    mine = ours["seconds"]
    print(f"{len(references):,} captions against {sum(map(len, references)):,} references, {len(os.sched_getaffinity(0))} cores, "
          f"median of {options.repeats}\n")
    print(f"{'':52}{'ours':>12}{'reference':>12}{'ratio':>8}")

    def show(what, own, other, least=0, unit="s", scale=1):
        if own is None:
            return print(f"{what:52}  no METEOR files; ./run setup")
        goal = f"   at least {least}{'' if other / own >= least else '  MISSED'}" if least else ""
        print(f"{what:52}{scale * own:9.3f} {unit:2}{scale * other:9.3f} {unit:2}{other / own:8.0f}{goal}")

    show("tokenise, BLEU, ROUGE-L, CIDEr", mine["scores"], theirs["scores"], 30)
    show("  without the two starts of Java", mine["scores"], theirs["scores"] - theirs["java"], 30)
    show("METEOR", mine["meteor"], theirs["meteor"], 10)
    if mine["meteor"]:
        show("  without starting and reading its files", max(1e-9, mine["meteor"] - mine["meteor_start"]),
             theirs["meteor"] - theirs["meteor_start"])
    show("CIDEr-D as a reward, a hypothesis, one thread", mine["reward"], theirs["reward"], 100, "us", 1e6)
    show("  where ciderD cooks the references each time", mine["reward"], theirs["reward_cooking"], 0, "us", 1e6)
    show("from the start to the first score, all modules", first_all, first_theirs)
    print(f"{'  without paraphrases':52}{first_few:9.3f} s {'':20}   below 0.3{'' if first_few < 0.3 else '  MISSED'}")
    for what, seconds, megabytes in (("", large_seconds, large_megabytes), (", paraphrases", large_all_seconds, large_all_megabytes)):
        print(f"{f'saccade evaluate, {LARGE_SET:,} images' + what:52}{seconds:9.3f} s {megabytes:9.0f} MB   "
              f"   at most 512 MB{'' if megabytes <= 512 else '  MISSED'}")
    if differing:
        sys.exit("the scores differ: " + "; ".join(differing))
    print("\nboth found the same scores: " + ", ".join(f"{key} {score:.4f}" for key, score in wanted.items()))


if __name__ == "__main__":
    first_score() if sys.argv[1:] == ["--first-score"] else main()

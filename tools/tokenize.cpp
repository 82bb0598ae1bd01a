#include <iostream>

#include "data/error.h"
#include "pipeline/metrics/ptb_tokenizer.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_tokenize(const Words& words) {
  bool raw = false;
  CommandLine line({.usage = "tokenize [--raw] <LINES >TOKENS",
                    .description = "Cuts captions, one a line, into the words that scores are counted over: those of the Penn Treebank in "
                                   "lower case, without punctuation, as the field's reference scorer has them. A line in is a line out, a "
                                   "blank between two words.",
                    .examples = {"saccade tokenize <captions.txt >tokens.txt", "echo \"It's a dog, isn't it?\" | saccade tokenize --raw"}});
  line.flag("raw", &raw, "keep the 17 tokens of punctuation that scores leave out");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  std::ios::sync_with_stdio(false);
  std::string tokens;
  for (std::string caption; std::cout && std::getline(std::cin, caption);) {
    tokens.clear();
    for (const auto& token : raw ? tokenize_ptb(caption) : tokenize_for_scoring(caption)) (tokens += token) += ' ';
    if (!tokens.empty()) tokens.pop_back();
    std::cout << (tokens += '\n');
  }
  if (std::cin.bad()) throw Error("standard input", "cannot be read", "expected a caption a line");
  return kExitGood;
}

}  // namespace saccade

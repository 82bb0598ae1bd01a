#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/completion.h"
#include "tools/continue_with_torch.h"
#include "tools/evaluate.h"
#include "tools/exit_codes.h"
#include "tools/guarded.h"

namespace saccade {
namespace {

struct Command {
  std::string name, summary;
  int (*run)(const Words& words) = nullptr;  ///< none: it is one of saccade-torch
  Cores cores = Cores::kFew;
};

std::vector<std::string> command_names();

/// In the order of the work.
const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"prepare", "make a data set of captions and pictures ready for training"},
      {"train", "train a captioner on a prepared data set", nullptr, Cores::kAll},
      {"caption", "write captions of pictures, in bulk", nullptr, Cores::kAll},
      {"overlay", "show where every word looked"},
      {"explain", "caption a few pictures and show how each word came about", nullptr, Cores::kAll},
      {"evaluate", "score captions against those of people", [](const Words& words) { return run_evaluate(words, {}); }},
      {"compare", "train kinds of attention on the same data, and compare them in one table", nullptr, Cores::kAll},
      {"tokenize", "cut captions into the words that scores are counted over", run_tokenize},
      {"convert-weights", "copy PyTorch weights to a safetensors file"},
      {"info", "tell what a model, a data set or a run is"},
      {"demo", "all of it on synthetic scenes, with a report to look at", nullptr, Cores::kAll},
      {"bench", "measure speed and memory on this machine", nullptr, Cores::kAll},
      {"completion", "print a script that completes commands and options in bash or zsh",
       [](const Words& words) { return print_completion(words, command_names()); }},
  };
  return table;
}

const Command* find_command(const std::string& name) {
  const auto found = std::find_if(commands().begin(), commands().end(), [&](const Command& command) { return command.name == name; });
  return found == commands().end() ? nullptr : &*found;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : commands()) names.push_back(command.name);
  return names;
}

std::string program_help() {
  std::string text =
      "Usage: saccade COMMAND [options]\n\n"
      "Trains image captioners with visual attention, captions pictures in bulk, and shows where every word looked.\n\n"
      "Commands:\n";
  for (const auto& [name, summary, run, cores] : commands())
    text += "  " + name + std::string(std::max<std::size_t>(1, 18 - name.size()), ' ') + summary + "\n";
  return text +
         "\n"
         "saccade COMMAND --help explains a command; saccade --version tells the program's own.\n\n"
         "Exit codes: 0 good; 1 an input is wrong; 2 the command line is wrong; 3 finished, but some pictures failed;\n"
         "130 or 143 stopped by a signal.\n";
}

int run_command(const Words& words) {
  if (words.empty()) {
    std::cerr << program_help();
    return kExitUsage;
  }
  const auto& name = words.front();
  const Words rest(words.begin() + 1, words.end());
  if (name == "--help" || name == "-h" || name == "help") {
    std::cout << program_help();
    return kExitGood;
  }
  if (name == "--version") {
    std::cout << "saccade " SACCADE_VERSION "\n";
    return kExitGood;
  }
  if (const auto* command = find_command(name)) return command->run(rest);
  const auto nearest = nearest_name(name, command_names());
  throw UsageError("there is no command '" + name + "'" + (nearest.empty() ? "" : "; did you mean " + nearest + "?"));
}

// To score what a model writes needs LibTorch, to score a file does not.
bool needs_torch(const Command& command, const Words& words) {
  return command.run == nullptr || std::ranges::any_of(words, [](const std::string& word) { return word.starts_with("--model"); });
}

}  // namespace
}  // namespace saccade

int main(int argc, char** argv) {
  saccade::Words words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "help" && saccade::find_command(words[1]) != nullptr) words = {words[1], "--help"};
  const auto* command = words.empty() ? nullptr : saccade::find_command(words.front());
  if (command != nullptr && saccade::needs_torch(*command, words)) {
    return saccade::continue_with_torch(argv[0], words, command->name == "evaluate" ? saccade::Cores::kAll : command->cores);
  }
  return saccade::guarded(command == nullptr ? "" : command->name, [&] { return saccade::run_command(words); });
}

#include <c10/util/Exception.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <new>

#include "data/error.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/completion.h"
#include "tools/exit_codes.h"
#include "tools/short_spins.h"

namespace saccade {
namespace {

struct Command {
  std::string name, summary;
  int (*run)(const Words& words);
  bool computes = false;  ///< for long, on all cores
};

std::vector<std::string> command_names();

/// In the order of the work.
const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"prepare", "make a data set of captions and pictures ready for training", run_prepare},
      {"train", "train a captioner on a prepared data set", run_train, true},
      {"caption", "write captions of pictures, in bulk", run_caption, true},
      {"overlay", "show where every word looked", run_overlay},
      {"evaluate", "score captions against those of people", run_evaluate},
      {"convert-weights", "copy PyTorch weights to a safetensors file", run_convert_weights},
      {"info", "tell what a model, a data set or a run is", run_info},
      {"demo", "all of it on synthetic scenes, with a report to look at", run_demo, true},
      {"bench", "measure speed and memory on this machine", run_bench, true},
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
  for (const auto& [name, summary, run, computes] : commands())
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
  if (name == "help" && !rest.empty() && find_command(rest.front()) != nullptr) return find_command(rest.front())->run({"--help"});
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

int report(const std::string& message, int code) {
  std::cerr << "error: " << message << "\n";
  return code;
}

/// The one place where exceptions become messages and exit codes.
int guarded(const Words& words) {
  try {
    const int code = run_command(words);
    if (!std::cout.flush()) return report("standard output: cannot be written; is the disk full?", kExitBadInput);
    return code;
  } catch (const UsageError& error) {
    const bool in_command = !words.empty() && find_command(words.front()) != nullptr;
    return report(std::string(error.what()) + "\nsee: saccade " + (in_command ? words.front() + " " : "") + "--help", kExitUsage);
  } catch (const Stopped& stopped) {
    return report(stopped.what(), stopped.exit_code());
  } catch (const c10::Error& error) {
    return report(error.what_without_backtrace(), kExitBadInput);
  } catch (const std::filesystem::filesystem_error& error) {
    return report(error.path1().string() + ": " + error.code().message(), kExitBadInput);
  } catch (const std::bad_alloc&) {
    return report("out of memory", kExitBadInput);
  } catch (const std::exception& error) {
    return report(error.what(), kExitBadInput);
  }
}

}  // namespace
}  // namespace saccade

int main(int argc, char** argv) {
  const saccade::Words words(argv + 1, argv + argc);
  const auto* command = words.empty() ? nullptr : saccade::find_command(words.front());
  const bool asks_a_model = std::ranges::any_of(words, [](const std::string& word) { return word.starts_with("--model"); });
  if (command != nullptr && (command->computes || asks_a_model)) saccade::start_with_short_spins(argv);
  return saccade::guarded(words);
}

#include "tools/completion.h"

#include <iostream>

#include "tools/arguments.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

constexpr const char* kBash = R"shell(_saccade() {
  local word=${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "@COMMANDS@ --help --version" -- "$word"))
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$(saccade "${COMP_WORDS[1]}" --help 2>/dev/null | grep -oE '^ +--[a-z-]+')" -- "$word"))
  fi
}
complete -o default -F _saccade saccade
)shell";

constexpr const char* kZshPrologue = "autoload -U +X bashcompinit && bashcompinit\n";

}  // namespace

int print_completion(const Words& words, const std::vector<std::string>& command_names) {
  std::vector<std::string> shells;
  CommandLine line({"completion bash|zsh", "Prints a script that completes commands and options.", {"source <(saccade completion bash)"}});
  line.operands("bash or zsh", appended_to(&shells), {1, 1});
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  if (shells[0] != "bash" && shells[0] != "zsh") throw UsageError("no completion for '" + shells[0] + "'; there is bash and zsh");

  std::string names, script = kBash;
  for (const auto& name : command_names) names += (names.empty() ? "" : " ") + name;
  const std::string mark = "@COMMANDS@";
  script.replace(script.find(mark), mark.size(), names);
  std::cout << (shells[0] == "zsh" ? kZshPrologue : "") << script;
  return kExitGood;
}

}  // namespace saccade

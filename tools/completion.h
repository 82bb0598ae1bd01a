#pragma once

#include "tools/commands.h"

namespace saccade {

/// `saccade completion bash|zsh`: a script to source. It asks `saccade COMMAND --help` for the options, so it never goes stale.
int print_completion(const Words& words, const std::vector<std::string>& command_names);

}  // namespace saccade

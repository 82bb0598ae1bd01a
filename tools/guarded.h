#pragma once

#include <functional>
#include <string>

namespace saccade {

/// Runs a command; the one place where exceptions become messages on stderr and exit codes. `command` is its name, for the advice to see
/// its --help; empty where there is none. What was written to stdout has arrived, or that is an error too.
int guarded(const std::string& command, const std::function<int()>& run);

}  // namespace saccade

#pragma once

namespace saccade {

/// What the program tells the shell. Stopped by a signal, it ends with 128 + the signal's number.
enum ExitCode : int {
  kExitGood = 0,
  kExitBadInput = 1,    ///< a file, a configuration, a picture or a model is wrong
  kExitUsage = 2,       ///< the command line is wrong
  kExitSomeFailed = 3,  ///< finished, but some pictures have no caption
};

}  // namespace saccade

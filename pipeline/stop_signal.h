#pragma once

#include <exception>
#include <string>

namespace saccade {

/// A signal asked to stop, and the work was left in a state it can be taken up from.
class Stopped : public std::exception {
 public:
  explicit Stopped(int signal);
  const char* what() const noexcept override { return text_.c_str(); }
  /// 128 + the signal's number, as shells count: 130 for SIGINT, 143 for SIGTERM.
  int exit_code() const { return 128 + signal_; }

 private:
  int signal_;
  std::string text_;
};

/// While one lives, the first SIGINT or SIGTERM only raises a flag that long work looks at between its steps; the second ends the process
/// at once. They may nest: the outermost counts. Of one thread only.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  static bool requested();
  /// 128 + the signal's number; 0 if none came.
  static int exit_code();
  static void throw_if_requested();
};

}  // namespace saccade

#pragma once

#include <atomic>
#include <optional>
#include <string>

namespace saccade {

/// Lines of a pipe in which the next may be long in coming, or never come.
class PipeLines {
 public:
  /// The descriptor is not closed.
  explicit PipeLines(int descriptor) : descriptor_(descriptor) {}

  /// Without its end. None at the end of the pipe, and where `stopped` becomes true before a line is there; a line is handed on in pieces
  /// of a megabyte where it is longer.
  std::optional<std::string> next(const std::atomic<bool>& stopped);

 private:
  bool fill(const std::atomic<bool>& stopped);

  int descriptor_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what was not handed on
};

}  // namespace saccade

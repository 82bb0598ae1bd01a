#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace saccade {

struct ProgressOptions {
  std::optional<int64_t> total;     ///< unknown: no share and no time left
  std::string label;                ///< "captioning"
  std::string unit;                 ///< "pictures"
  bool quiet = false;               ///< nothing is written
  int descriptor = 2;               ///< standard error
  double line_every_seconds = 5.0;  ///< where no terminal listens
};

/// How far work has come: on a terminal a bar, redrawn at most ten times a second, elsewhere a line every few seconds; at the end one line
/// that stays. NO_COLOR and TERM=dumb are obeyed. Any thread may call it.
class Progress {
 public:
  explicit Progress(ProgressOptions options);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(int64_t count = 1);
  /// A line of text that neither tears the bar nor is torn by it. Written even when quiet.
  void say(std::string_view line);
  /// The last line, with what was done in what time; nothing is written afterwards. The destructor does it at the latest.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);
  std::string figures(double seconds) const;
  void write(std::string_view text) const;

  const ProgressOptions options_;
  const bool terminal_, coloured_;
  const Clock::time_point start_;
  std::atomic<int64_t> done_{0};
  std::atomic<Clock::rep> next_draw_;
  std::mutex drawing_;
  bool bar_is_shown_ = false, finished_ = false;
};

/// "19 s", "3 min 05 s", "2 h 14 min".
std::string describe_duration(double seconds);

}  // namespace saccade

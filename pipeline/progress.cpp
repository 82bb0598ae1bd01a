#include "pipeline/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace saccade {
namespace {

constexpr double kRedrawSeconds = 0.1;
constexpr std::string_view kClearLine = "\r\x1b[K", kGreen = "\x1b[32m", kPlain = "\x1b[0m";

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

bool draws_bars(int descriptor) {
  const char* terminal = std::getenv("TERM");
  return ::isatty(descriptor) && (!terminal || std::string_view(terminal) != "dumb");
}

std::size_t columns(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// "8.1" below a hundred, "812" above.
std::string rate_text(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 100 ? "%.1f" : "%.0f", rate);
  return text;
}

auto in(double seconds) { return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds)); }

}  // namespace

std::string describe_duration(double seconds) {
  const auto whole = std::llround(std::max(0.0, seconds));
  char text[64];
  if (seconds < 10) {
    std::snprintf(text, sizeof text, "%.1f s", std::max(0.0, seconds));
  } else if (whole < 60) {
    std::snprintf(text, sizeof text, "%lld s", whole);
  } else if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lld min %02lld s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld h %02lld min", whole / 3600, whole % 3600 / 60);
  }
  return text;
}

Progress::Progress(ProgressOptions options)
    : options_(std::move(options)),
      terminal_(draws_bars(options_.descriptor)),
      coloured_(!is_set("NO_COLOR")),
      start_(Clock::now()),
      next_draw_((start_ + in(terminal_ ? 0 : options_.line_every_seconds)).time_since_epoch().count()) {}

Progress::~Progress() { finish(); }

void Progress::advance(int64_t count) {
  done_ += count;
  if (options_.quiet) return;
  const auto now = Clock::now();
  if (now.time_since_epoch().count() < next_draw_) return;
  const std::unique_lock lock(drawing_, std::try_to_lock);  // whoever comes second has no news
  if (!lock || finished_ || now.time_since_epoch().count() < next_draw_) return;
  next_draw_ = (now + in(terminal_ ? kRedrawSeconds : options_.line_every_seconds)).time_since_epoch().count();
  draw(now);
}

void Progress::say(std::string_view line) {
  const std::lock_guard lock(drawing_);
  write((bar_is_shown_ ? std::string(kClearLine) : "") + std::string(line) + "\n");
  bar_is_shown_ = false;
}

void Progress::finish() {
  const std::lock_guard lock(drawing_);
  if (std::exchange(finished_, true) || options_.quiet) return;
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const int64_t done = done_;
  auto line = options_.label + ": " + std::to_string(done);
  if (options_.total && *options_.total != done) line += " of " + std::to_string(*options_.total);
  line += " " + options_.unit + " in " + describe_duration(seconds);
  if (done > 0 && seconds > 0) line += ", " + rate_text(static_cast<double>(done) / seconds) + "/s";
  write((bar_is_shown_ ? std::string(kClearLine) : "") + line + "\n");
}

// "3400/8091 pictures, 240/s, 19 s left"
std::string Progress::figures(double seconds) const {
  const int64_t done = done_;
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  auto text = std::to_string(done) + (options_.total ? "/" + std::to_string(*options_.total) : "") + " " + options_.unit + ", " +
              rate_text(rate) + "/s";
  if (options_.total && rate > 0)
    text += ", " + describe_duration(static_cast<double>(std::max<int64_t>(0, *options_.total - done)) / rate) + " left";
  return text;
}

void Progress::draw(Clock::time_point now) {
  const auto text = figures(std::chrono::duration<double>(now - start_).count());
  if (!terminal_) return write(options_.label + ": " + text + "\n");
  auto line = options_.label + " ";
  const auto used = line.size() + text.size() + 4;  // brackets, a blank, and the last column, where some terminals wrap
  if (const auto width = columns(options_.descriptor); options_.total && *options_.total > 0 && width >= used + 10) {
    const auto cells = std::min<std::size_t>(width - used, 40);
    const auto share = std::clamp(static_cast<double>(done_) / static_cast<double>(*options_.total), 0.0, 1.0);
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(cells));
    const auto bar = std::string(filled, '=') + std::string(cells - filled, ' ');
    line += "[" + (coloured_ ? std::string(kGreen) + bar + std::string(kPlain) : bar) + "] ";
  }
  write(std::string(kClearLine) + line + text);
  bar_is_shown_ = true;
}

void Progress::write(std::string_view text) const {
  while (!text.empty()) {
    const auto count = ::write(options_.descriptor, text.data(), text.size());
    if (count <= 0) return;  // nobody reads progress any more: the work goes on
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace saccade

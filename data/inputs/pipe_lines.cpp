#include "data/inputs/pipe_lines.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace saccade {
namespace {

constexpr std::size_t kBlock = 1 << 16, kLongestLine = 1 << 20;
constexpr int kLookForStopMilliseconds = 200;

}  // namespace

std::optional<std::string> PipeLines::next(const std::atomic<bool>& stopped) {
  auto end = buffer_.find('\n', begin_);
  while (end == std::string::npos && buffer_.size() - begin_ < kLongestLine) {
    const auto searched = buffer_.size() - begin_;
    if (!fill(stopped)) break;
    end = buffer_.find('\n', begin_ + searched);
  }
  if (stopped || begin_ == buffer_.size()) return std::nullopt;
  auto line = buffer_.substr(begin_, end - begin_);
  begin_ = std::min(end, buffer_.size() - 1) + 1;
  return line;
}

// Whether anything came.
bool PipeLines::fill(const std::atomic<bool>& stopped) {
  pollfd input{.fd = descriptor_, .events = POLLIN, .revents = 0};
  int ready = 0;
  while ((ready = ::poll(&input, 1, kLookForStopMilliseconds)) == 0 || (ready < 0 && errno == EINTR)) {
    if (stopped) return false;
  }
  buffer_.erase(0, std::exchange(begin_, 0));
  const auto before = buffer_.size();
  buffer_.resize(before + kBlock);
  ssize_t count = 0;
  do count = ::read(descriptor_, buffer_.data() + before, kBlock);
  while (count < 0 && errno == EINTR);
  buffer_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(0, count)));
  return count > 0;
}

}  // namespace saccade

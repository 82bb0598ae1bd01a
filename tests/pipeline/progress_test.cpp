#include "pipeline/progress.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

/// A pipe, or a terminal of our own, and what arrived on its other end.
class Listener {
 public:
  enum class Kind { kPipe, kTerminal };
  explicit Listener(Kind kind) {
    int ends[2];
    const winsize size{.ws_row = 24, .ws_col = 100};
    EXPECT_EQ(kind == Kind::kPipe ? ::pipe(ends) : ::openpty(&ends[0], &ends[1], nullptr, nullptr, &size), 0);
    read_end_ = ends[0];
    write_end = ends[1];
  }
  ~Listener() { ::close(read_end_); }

  /// All that was written; a terminal or pipe holds these few kilobytes without a reader.
  std::string heard() {
    ::close(write_end);
    std::string text;
    char buffer[4096];
    for (ssize_t count; (count = ::read(read_end_, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(count));
    return text;
  }
  int write_end;

 private:
  int read_end_;
};

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Progress, WritesPlainLinesWithoutEscapesWhereNoTerminalListens) {
  Listener listener(Listener::Kind::kPipe);
  {
    Progress progress({.total = 40, .label = "reading", .unit = "files", .descriptor = listener.write_end, .line_every_seconds = 0});
    for (int i = 0; i < 40; ++i) progress.advance();
  }
  const auto text = listener.heard();
  EXPECT_EQ(occurrences(text, "\n"), 41U) << text;  // one for each call, as asked by 0 s, and the last
  EXPECT_NE(text.find("reading: 20/40 files, "), std::string::npos) << text;
  EXPECT_NE(text.find("reading: 40 files in "), std::string::npos) << text;
  EXPECT_EQ(text.find_first_of("\r\x1b"), std::string::npos);
}

TEST(Progress, IsSilentBetweenItsLines) {
  Listener listener(Listener::Kind::kPipe);
  {
    Progress progress({.total = 1000, .label = "reading", .unit = "files", .descriptor = listener.write_end, .line_every_seconds = 3600});
    for (int i = 0; i < 700; ++i) progress.advance();
  }
  const auto text = listener.heard();
  EXPECT_EQ(occurrences(text, "\n"), 1U) << text;
  EXPECT_NE(text.find("reading: 700 of 1000 files"), std::string::npos) << text;
}

TEST(Progress, DrawsABarOnATerminalAtMostTenTimesASecond) {
  Listener listener(Listener::Kind::kTerminal);
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress({.total = 2'000'000, .label = "reading", .unit = "files", .descriptor = listener.write_end});
    for (int i = 0; i < 2'000'000; ++i) progress.advance();
    progress.say("warning: something");
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto text = listener.heard();
  EXPECT_NE(text.find('['), std::string::npos) << text;
  EXPECT_GE(occurrences(text, "\r\x1b[K"), 1U);
  EXPECT_LE(static_cast<double>(occurrences(text, "left")), 10 * seconds + 1) << text;  // the first bar comes at once
  EXPECT_NE(text.find("\x1b[Kwarning: something\r\n"), std::string::npos) << text;      // the bar is wiped before
}

TEST(Progress, UsesNoColourWhereNoColorIsSet) {
  for (const bool coloured : {true, false}) {
    coloured ? ::unsetenv("NO_COLOR") : ::setenv("NO_COLOR", "1", 1);
    Listener listener(Listener::Kind::kTerminal);
    Progress({.total = 2, .label = "reading", .unit = "files", .descriptor = listener.write_end}).advance();
    EXPECT_EQ(listener.heard().find("\x1b[32m") != std::string::npos, coloured);
  }
  ::unsetenv("NO_COLOR");
}

TEST(Progress, WritesNothingWhenQuietButWhatIsSaid) {
  Listener listener(Listener::Kind::kPipe);
  {
    Progress progress(
        {.total = 2, .label = "reading", .unit = "files", .quiet = true, .descriptor = listener.write_end, .line_every_seconds = 0});
    progress.advance(2);
    progress.say("warning: something");
  }
  EXPECT_EQ(listener.heard(), "warning: something\n");
}

TEST(Progress, CountsWhatManyThreadsDo) {
  Listener listener(Listener::Kind::kPipe);
  {
    Progress progress({.label = "reading", .unit = "files", .descriptor = listener.write_end});
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 10'000; ++i) progress.advance();
      });
    }
    threads.clear();
  }
  EXPECT_NE(listener.heard().find("reading: 40000 files"), std::string::npos);
}

TEST(Progress, DescribesDurationsAsPeopleDo) {
  EXPECT_EQ(describe_duration(1.26), "1.3 s");
  EXPECT_EQ(describe_duration(59.2), "59 s");
  EXPECT_EQ(describe_duration(185), "3 min 05 s");
  EXPECT_EQ(describe_duration(2 * 3600 + 14 * 60 + 20), "2 h 14 min");
}

TEST(StopSignal, RaisesAFlagAtTheFirstSignal) {
  const StopSignal signals;
  EXPECT_FALSE(StopSignal::requested());
  EXPECT_NO_THROW(StopSignal::throw_if_requested());
  std::raise(SIGTERM);
  EXPECT_TRUE(StopSignal::requested());
  EXPECT_EQ(StopSignal::exit_code(), 143);
  try {
    StopSignal::throw_if_requested();
    FAIL() << "did not throw";
  } catch (const Stopped& stopped) {
    EXPECT_EQ(stopped.exit_code(), 143);
  }
}

TEST(StopSignal, IsHeardByTheOuterOneAfterAnInnerOneWasThere) {
  const StopSignal outer;
  { const StopSignal inner; }
  std::raise(SIGINT);  // would end the test, were it not heard
  EXPECT_EQ(StopSignal::exit_code(), 130);
}

TEST(StopSignal, EndsTheProcessAtTheSecondSignal) {
  const auto child = ::fork();
  if (child == 0) {
    const StopSignal signals;
    std::raise(SIGINT);
    if (!StopSignal::requested()) ::_exit(1);
    std::raise(SIGTERM);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

}  // namespace
}  // namespace saccade

/// The program itself, run as a shell would.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/test_data.h"

namespace saccade {

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct ProgramResult {
  int exit_code = -1;  ///< 128 + the signal's number where one ended it
  std::string output, errors;
};

/// A run of the program in its own process, its output in files of a folder of its own. Waited for at the latest in the destructor.
class RunningProgram {
 public:
  RunningProgram(const std::filesystem::path& program, std::vector<std::string> words,
                 const std::filesystem::path& standard_input = "/dev/null") {
    words.insert(words.begin(), program.string());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, standard_input.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, (folder_ / "output").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, (folder_ / "errors").c_str(), O_WRONLY | O_CREAT, 0600);
    const int failure = posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure != 0) throw std::runtime_error("cannot start " + program.string());
  }
  ~RunningProgram() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, nullptr, 0);
    }
  }
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  void signal(int number) const {
    if (process_ > 0) ::kill(process_, number);  // kill(0, …) would end the tests themselves, and what started them
  }
  bool is_running() {
    if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = 0;
    return process_ > 0;
  }
  ProgramResult wait() {
    if (process_ > 0) ::waitpid(process_, &status_, 0);
    process_ = 0;
    return {.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_),
            .output = content_of(folder_ / "output"),
            .errors = content_of(folder_ / "errors")};
  }

 private:
  TemporaryFolder folder_;
  pid_t process_ = 0;
  int status_ = 0;
};

}  // namespace saccade

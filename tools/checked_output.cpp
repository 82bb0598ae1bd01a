#include "tools/checked_output.h"

#include "tools/arguments.h"

namespace saccade {

void check_output(const std::string& option, const std::filesystem::path& file, const ReadFiles& read) {
  std::error_code ignored;
  const auto is_output = [&](const std::filesystem::path& path) { return std::filesystem::equivalent(path, file, ignored); };
  if (is_output(read.model)) throw UsageError(option + " " + file.string() + " is the model");
  for (const auto& input : read.inputs) {
    if (is_output(input) || is_output(input.substr(input.starts_with('@') ? 1 : 0)))
      throw UsageError(option + " " + file.string() + " is one of the inputs");
  }
}

bool are_one_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto whole = [](const std::filesystem::path& path) { return std::filesystem::weakly_canonical(std::filesystem::absolute(path)); };
  std::error_code ignored;
  return whole(a) == whole(b) || std::filesystem::equivalent(a, b, ignored);
}

}  // namespace saccade

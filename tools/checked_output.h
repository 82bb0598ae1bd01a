#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace saccade {

/// What a run reads.
struct ReadFiles {
  std::filesystem::path model;
  std::vector<std::string> inputs;  ///< as PictureSource takes them
};

/// What is read must not be written over. Throws UsageError where `file`, which `option` ("--output") names, is the model or an input.
void check_output(const std::string& option, const std::filesystem::path& file, const ReadFiles& read);

/// Whether two paths name one file, which need not be there yet.
bool are_one_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace saccade

#include "pipeline/metrics/meteor/files.h"

#include <cstdlib>

#include "data/error.h"

namespace saccade {

namespace fs = std::filesystem;

std::string MeteorFiles::variant() const {
  return std::string("METEOR 1.5 (exact stem synonym") + (paraphrases ? " paraphrase)" : ", without paraphrases)");
}

MeteorFiles meteor_files(const fs::path& folder) {
  MeteorFiles files{
      .function_words = folder / "english.words", .synsets = folder / "english.synsets", .exceptions = folder / "english.exceptions"};
  for (const auto& file : {files.function_words, files.synsets, files.exceptions}) {
    if (!fs::is_regular_file(file)) throw Error(file.string(), "is not there", "METEOR's data is laid into .deps/meteor by ./run setup");
  }
  for (const auto* name : {"paraphrase-en", "paraphrase-en.gz"}) {
    if (!files.paraphrases && fs::is_regular_file(folder / name)) files.paraphrases = folder / name;
  }
  return files;
}

std::optional<MeteorFiles> find_meteor_files() {
  if (const char* const folder = std::getenv("SACCADE_METEOR"); folder != nullptr && *folder != '\0') return meteor_files(folder);
  std::error_code none;
  const auto program = fs::read_symlink("/proc/self/exe", none);
  if (none) return std::nullopt;
  const auto installed = program.parent_path().parent_path() / "share/saccade/meteor";
  if (fs::exists(installed / "english.synsets", none)) return meteor_files(installed);
  for (auto folder = program.parent_path();; folder = folder.parent_path()) {
    if (fs::exists(folder / ".deps/meteor/english.synsets", none)) return meteor_files(folder / ".deps/meteor");
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

}  // namespace saccade

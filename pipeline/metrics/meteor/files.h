/// METEOR's data, which is not ours to carry: `./run setup` takes it from the reference scorer's package (LGPL 2.1 and the licence of
/// WordNet) and lays it into .deps/meteor. A folder with english.words (function words), english.synsets, english.exceptions and, for
/// the paraphrase module, paraphrase-en or paraphrase-en.gz.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace saccade {

struct MeteorFiles {
  std::filesystem::path function_words, synsets, exceptions;
  std::optional<std::filesystem::path> paraphrases;  ///< where there is none, METEOR has its first three modules

  /// "METEOR 1.5 (exact stem synonym paraphrase)", or without the last.
  std::string variant() const;
};

/// Throws Error if a file besides the paraphrases is missing.
MeteorFiles meteor_files(const std::filesystem::path& folder);

/// The folder in the environment variable SACCADE_METEOR, else share/saccade/meteor of an installed program, else .deps/meteor in a folder
/// above it, as in a tree of sources. None if there is none of them; throws Error if the variable names no such folder.
std::optional<MeteorFiles> find_meteor_files();

}  // namespace saccade

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/metrics/meteor/paraphrases.h"
#include "pipeline/metrics/meteor/words.h"

namespace saccade {

/// In the order in which a pair of words is tried.
enum class MeteorModule : uint8_t { kExact, kStem, kSynonym, kParaphrase };
inline constexpr int kMeteorModules = 4;
/// The published weights of the ranking task for English.
inline constexpr std::array<double, kMeteorModules> kMeteorModuleWeights{1.0, 0.6, 0.8, 0.6};

struct MeteorText {
  std::vector<WordId> words;
  std::vector<PhraseAt> phrases;
};

/// Words of a caption that are taken for words of a reference.
struct MeteorMatch {
  MeteorModule module = MeteorModule::kExact;
  int32_t hypothesis = 0, hypothesis_length = 1;  ///< first word, and how many
  int32_t reference = 0, reference_length = 1;
  bool operator==(const MeteorMatch&) const = default;
};

/// The alignment of METEOR 1.5 (Denkowski and Lavie 2014, section 2.1), found by its beam search of 40 paths over the reference. Scores of
/// the field depend on what that program does and the paper does not say:
/// - a match that nothing competes with is made beforehand;
/// - a match weighs its module's weight times its words, rounded down, so a lone synonym weighs nothing and is taken only where it holds a
///   chunk together;
/// - the distance of a match that is weighed is added to the paths that do without it, not to the one that takes it;
/// - of equal paths the one that was made first is kept, and matches are tried by module before their word is left out.
class MeteorAligner {
 public:
  /// Both must outlive this. Each thread has its own: the memory of the search is kept.
  MeteorAligner(const MeteorWords& words, const Paraphrases& paraphrases) : words_(words), paraphrases_(paraphrases) {}

  /// By rising place in the reference; valid until the next call.
  const std::vector<MeteorMatch>& align(const MeteorText& hypothesis, const MeteorText& reference);

 private:
  struct Path {
    int32_t weight = 0, chunks = 0, distance = 0;
    int32_t end = -1;        // of the last match in the hypothesis, while the chunk is open
    int32_t busy_until = 0;  // the first word of the reference that is free
    int32_t step = -1;       // the last of its steps_
    uint32_t order = 0;      // of equal paths the first made comes first
    std::size_t taken = 0;   // where its bits of taken words begin
  };
  struct Step {
    int32_t before, match;
  };
  struct Paraphrase {
    std::array<int64_t, 4> order;
    MeteorMatch match;
  };

  void find_matches(const MeteorText& hypothesis, const MeteorText& reference);
  void find_fixed(std::size_t hypothesis_length);
  void find_paraphrases(const MeteorText& hypothesis, const MeteorText& reference);
  void search();
  void expand(Path path, std::size_t place);
  void take(Path path, std::size_t match);
  void keep(Path path);
  static void close_chunk(Path& path);
  void sort_and_prune();
  bool is_free(const Path& path, const MeteorMatch& match) const;

  const MeteorWords& words_;
  const Paraphrases& paraphrases_;
  std::vector<Paraphrase> paraphrase_matches_;
  std::vector<MeteorMatch> matches_;      // by place in the reference, then in the order they were found
  std::vector<std::size_t> first_match_;  // by place in the reference, and the end
  std::vector<int32_t> fixed_;            // by place in the reference: its match, or -1
  std::vector<int32_t> coverage_, reference_coverage_;
  std::size_t bit_words_ = 0;  // of the bits of a path
  std::vector<Path> paths_, next_paths_;
  std::vector<uint64_t> taken_, next_taken_;
  std::vector<Step> steps_;
  std::vector<MeteorMatch> chosen_;
};

}  // namespace saccade

#include "pipeline/metrics/meteor/aligner.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

namespace saccade {
namespace {

constexpr std::size_t kBeam = 40;

}  // namespace

const std::vector<MeteorMatch>& MeteorAligner::align(const MeteorText& hypothesis, const MeteorText& reference) {
  find_matches(hypothesis, reference);
  find_fixed(hypothesis.words.size());
  bit_words_ = (hypothesis.words.size() + 63) / 64;
  search();
  return chosen_;
}

void MeteorAligner::find_matches(const MeteorText& hypothesis, const MeteorText& reference) {
  matches_.clear();
  const auto add_words = [&](MeteorModule module, auto match) {
    for (std::size_t h = 0; h < hypothesis.words.size(); ++h) {
      for (std::size_t r = 0; r < reference.words.size(); ++r) {
        if (match(hypothesis.words[h], reference.words[r])) {
          matches_.push_back({.module = module, .hypothesis = static_cast<int32_t>(h), .reference = static_cast<int32_t>(r)});
        }
      }
    }
  };
  add_words(MeteorModule::kExact, [](WordId a, WordId b) { return a == b; });
  const bool is_equal = hypothesis.words == reference.words;
  if (!is_equal) {
    add_words(MeteorModule::kStem, [&](WordId a, WordId b) { return a != b && words_.have_same_stem(a, b); });
    add_words(MeteorModule::kSynonym, [&](WordId a, WordId b) { return a != b && words_.are_synonyms(a, b); });
    find_paraphrases(hypothesis, reference);
  }
  std::stable_sort(matches_.begin(), matches_.end(), [](const MeteorMatch& a, const MeteorMatch& b) { return a.reference < b.reference; });
  first_match_.assign(reference.words.size() + 1, matches_.size());
  for (std::size_t i = matches_.size(); i-- > 0;) first_match_[static_cast<std::size_t>(matches_[i].reference)] = i;
  for (std::size_t place = reference.words.size(); place-- > 0;)
    first_match_[place] = std::min(first_match_[place], first_match_[place + 1]);
}

// The table's entries from phrases of the reference to phrases of the hypothesis, then those from the hypothesis to the reference.
void MeteorAligner::find_paraphrases(const MeteorText& hypothesis, const MeteorText& reference) {
  const auto add = [&](const PhraseAt& h, const PhraseAt& r, std::array<int64_t, 4> order) {
    paraphrase_matches_.push_back({.order = order, .match = {MeteorModule::kParaphrase, h.begin, h.length, r.begin, r.length}});
  };
  const auto flush = [&] {
    std::stable_sort(paraphrase_matches_.begin(), paraphrase_matches_.end(),
                     [](const Paraphrase& a, const Paraphrase& b) { return a.order < b.order; });
    for (const auto& paraphrase : paraphrase_matches_) matches_.push_back(paraphrase.match);
    paraphrase_matches_.clear();
  };
  for (const auto& h : hypothesis.phrases) {
    for (const auto& r : reference.phrases) {
      if (const auto entry = paraphrases_.entry(r.phrase, h.phrase); entry >= 0) add(h, r, {r.begin, r.length, entry, h.begin});
    }
  }
  flush();
  for (const auto& h : hypothesis.phrases) {
    for (const auto& r : reference.phrases) {
      if (const auto entry = paraphrases_.entry(h.phrase, r.phrase); entry >= 0) add(h, r, {h.begin, h.length, entry, r.begin});
    }
  }
  flush();
}

// Matches none of whose words is in another match.
void MeteorAligner::find_fixed(std::size_t hypothesis_length) {
  const std::size_t reference_length = first_match_.size() - 1;
  coverage_.assign(hypothesis_length, 0);
  reference_coverage_.assign(reference_length, 0);
  for (const auto& match : matches_) {
    for (int32_t i = 0; i < match.hypothesis_length; ++i) ++coverage_[static_cast<std::size_t>(match.hypothesis + i)];
    for (int32_t i = 0; i < match.reference_length; ++i) ++reference_coverage_[static_cast<std::size_t>(match.reference + i)];
  }
  const auto is_one = [](int32_t coverage) { return coverage == 1; };
  fixed_.assign(reference_length, -1);
  for (std::size_t i = 0; i < matches_.size(); ++i) {
    const auto& match = matches_[i];
    const auto hypothesis = coverage_.begin() + match.hypothesis, reference = reference_coverage_.begin() + match.reference;
    if (std::all_of(hypothesis, hypothesis + match.hypothesis_length, is_one) &&
        std::all_of(reference, reference + match.reference_length, is_one)) {
      fixed_[static_cast<std::size_t>(match.reference)] = static_cast<int32_t>(i);
    }
  }
}

bool MeteorAligner::is_free(const Path& path, const MeteorMatch& match) const {
  for (auto i = static_cast<std::size_t>(match.hypothesis); i < static_cast<std::size_t>(match.hypothesis + match.hypothesis_length); ++i) {
    if ((taken_[path.taken + i / 64] >> (i % 64) & 1) != 0) return false;
  }
  return true;
}

void MeteorAligner::close_chunk(Path& path) {
  path.chunks += path.end >= 0 ? 1 : 0;
  path.end = -1;
}

void MeteorAligner::keep(Path path) {
  const auto from = taken_.begin() + static_cast<std::ptrdiff_t>(path.taken);
  path.taken = next_taken_.size();
  next_taken_.insert(next_taken_.end(), from, from + static_cast<std::ptrdiff_t>(bit_words_));
  next_paths_.push_back(path);
}

void MeteorAligner::take(Path path, std::size_t number) {
  const auto& match = matches_[number];
  const double weight = kMeteorModuleWeights[static_cast<std::size_t>(match.module)];
  path.weight += static_cast<int32_t>(match.hypothesis_length * weight) + static_cast<int32_t>(match.reference_length * weight);
  if (path.end >= 0 && path.end != match.hypothesis) ++path.chunks;
  path.end = match.hypothesis + match.hypothesis_length;
  path.busy_until = match.reference + match.reference_length;
  steps_.push_back({.before = path.step, .match = static_cast<int32_t>(number)});
  path.step = static_cast<int32_t>(steps_.size()) - 1;
  keep(path);
  for (auto i = static_cast<std::size_t>(match.hypothesis); i < static_cast<std::size_t>(path.end); ++i) {
    next_taken_[next_paths_.back().taken + i / 64] |= uint64_t{1} << (i % 64);
  }
}

void MeteorAligner::expand(Path path, std::size_t place) {
  const auto distance_of = [&](std::size_t number) { return std::abs(matches_[number].hypothesis - matches_[number].reference); };
  if (fixed_[place] >= 0) {
    const auto number = static_cast<std::size_t>(fixed_[place]);
    path.distance += distance_of(number);
    take(path, number);
    return;
  }
  if (static_cast<std::size_t>(path.busy_until) <= place) {
    for (std::size_t number = first_match_[place]; number < first_match_[place + 1]; ++number) {
      if (!is_free(path, matches_[number])) continue;
      take(path, number);
      path.distance += distance_of(number);
    }
    close_chunk(path);
  }
  keep(path);
}

void MeteorAligner::sort_and_prune() {
  const auto is_better = [](const Path& a, const Path& b) {
    return std::tuple(-a.weight, a.chunks, a.distance, a.order) < std::tuple(-b.weight, b.chunks, b.distance, b.order);
  };
  for (std::size_t i = 0; i < next_paths_.size(); ++i) next_paths_[i].order = static_cast<uint32_t>(i);
  const auto kept = std::min(kBeam, next_paths_.size());
  std::partial_sort(next_paths_.begin(), next_paths_.begin() + static_cast<std::ptrdiff_t>(kept), next_paths_.end(), is_better);
  next_paths_.resize(kept);
}

void MeteorAligner::search() {
  steps_.clear();
  paths_.assign(1, Path{});
  taken_.assign(bit_words_, 0);
  for (std::size_t place = 0; place < fixed_.size(); ++place) {
    next_paths_.clear();
    next_taken_.clear();
    for (const auto& path : paths_) expand(path, place);
    sort_and_prune();
    std::swap(paths_, next_paths_);
    std::swap(taken_, next_taken_);
  }
  next_paths_ = paths_;
  for (auto& path : next_paths_) close_chunk(path);
  sort_and_prune();
  chosen_.clear();
  for (int32_t step = next_paths_.front().step; step >= 0; step = steps_[static_cast<std::size_t>(step)].before) {
    chosen_.push_back(matches_[static_cast<std::size_t>(steps_[static_cast<std::size_t>(step)].match)]);
  }
  std::reverse(chosen_.begin(), chosen_.end());
}

}  // namespace saccade

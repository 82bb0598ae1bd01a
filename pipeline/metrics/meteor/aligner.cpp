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
  add_words(MeteorModule::kStem, [&](WordId a, WordId b) { return a != b && words_.have_same_stem(a, b); });
  add_words(MeteorModule::kSynonym, [&](WordId a, WordId b) { return a != b && words_.are_synonyms(a, b); });
  for (const auto& h : hypothesis.phrases) {
    for (const auto& r : reference.phrases) {
      for (int count = paraphrases_.directions(h.phrase, r.phrase); count > 0; --count) {
        matches_.push_back({MeteorModule::kParaphrase, h.begin, h.length, r.begin, r.length});
      }
    }
  }
  std::stable_sort(matches_.begin(), matches_.end(), [](const MeteorMatch& a, const MeteorMatch& b) { return a.reference < b.reference; });
  first_match_.assign(reference.words.size() + 1, matches_.size());
  for (std::size_t i = matches_.size(); i-- > 0;) first_match_[static_cast<std::size_t>(matches_[i].reference)] = i;
  for (std::size_t place = reference.words.size(); place-- > 0;) first_match_[place] = std::min(first_match_[place], first_match_[place + 1]);
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
    if (std::all_of(hypothesis, hypothesis + match.hypothesis_length, is_one) && std::all_of(reference, reference + match.reference_length, is_one)) {
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

void MeteorAligner::take(const Path& path, std::size_t number) {
  const auto& match = matches_[number];
  Path next = path;
  const bool is_exact = match.module == MeteorModule::kExact;
  next.weight += is_exact ? 2 : match.hypothesis_length / 2 + match.reference_length / 2;
  if (path.end >= 0 && path.end != match.hypothesis) ++next.chunks;
  next.end = match.hypothesis + match.hypothesis_length;
  next.distance += std::abs(match.hypothesis - match.reference);
  next.busy_until = match.reference + match.reference_length;
  steps_.push_back({.before = path.step, .match = static_cast<int32_t>(number)});
  next.step = static_cast<int32_t>(steps_.size()) - 1;
  next.taken = next_taken_.size();
  next_taken_.insert(next_taken_.end(), taken_.begin() + static_cast<std::ptrdiff_t>(path.taken),
                     taken_.begin() + static_cast<std::ptrdiff_t>(path.taken + bit_words_));
  for (auto i = static_cast<std::size_t>(match.hypothesis); i < static_cast<std::size_t>(next.end); ++i) {
    next_taken_[next.taken + i / 64] |= uint64_t{1} << (i % 64);
  }
  next_paths_.push_back(next);
}

void MeteorAligner::expand(const Path& path, std::size_t place) {
  if (fixed_[place] >= 0) {
    take(path, static_cast<std::size_t>(fixed_[place]));
    return;
  }
  Path same = path;
  same.taken = next_taken_.size();
  next_taken_.insert(next_taken_.end(), taken_.begin() + static_cast<std::ptrdiff_t>(path.taken),
                     taken_.begin() + static_cast<std::ptrdiff_t>(path.taken + bit_words_));
  const bool is_busy = static_cast<std::size_t>(path.busy_until) > place;
  if (!is_busy && path.end >= 0) {
    ++same.chunks;
    same.end = -1;
  }
  next_paths_.push_back(same);
  if (is_busy) return;
  for (std::size_t match = first_match_[place]; match < first_match_[place + 1]; ++match) {
    if (is_free(path, matches_[match])) take(path, match);
  }
}

void MeteorAligner::search() {
  steps_.clear();
  paths_.assign(1, Path{});
  taken_.assign(bit_words_, 0);
  const auto is_better = [](const Path& a, const Path& b) {
    return std::tuple(-a.weight, a.chunks, a.distance, a.order) < std::tuple(-b.weight, b.chunks, b.distance, b.order);
  };
  for (std::size_t place = 0; place < fixed_.size(); ++place) {
    next_paths_.clear();
    next_taken_.clear();
    for (const auto& path : paths_) expand(path, place);
    for (std::size_t i = 0; i < next_paths_.size(); ++i) next_paths_[i].order = static_cast<uint32_t>(i);
    const auto kept = std::min(kBeam, next_paths_.size());
    std::partial_sort(next_paths_.begin(), next_paths_.begin() + static_cast<std::ptrdiff_t>(kept), next_paths_.end(), is_better);
    next_paths_.resize(kept);
    std::swap(paths_, next_paths_);
    std::swap(taken_, next_taken_);
  }
  chosen_.clear();
  for (int32_t step = paths_.front().step; step >= 0; step = steps_[static_cast<std::size_t>(step)].before) {
    chosen_.push_back(matches_[static_cast<std::size_t>(steps_[static_cast<std::size_t>(step)].match)]);
  }
  std::reverse(chosen_.begin(), chosen_.end());
}

}  // namespace saccade

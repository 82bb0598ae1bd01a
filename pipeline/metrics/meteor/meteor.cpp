#include "pipeline/metrics/meteor/meteor.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "pipeline/in_parallel.h"
#include "pipeline/metrics/meteor/normalizer.h"

namespace saccade {
namespace {

// The published parameters of the ranking task for English.
constexpr double kAlpha = 0.85, kBeta = 0.2, kGamma = 0.6, kDelta = 0.75;
constexpr std::size_t kLongestText = 512;  // the time of an alignment grows with the square of it

MeteorSide& operator+=(MeteorSide& side, const MeteorSide& other) {
  side.words += other.words;
  side.function_words += other.function_words;
  for (std::size_t m = 0; m < kMeteorModules; ++m) {
    side.matched_content[m] += other.matched_content[m];
    side.matched_function[m] += other.matched_function[m];
  }
  return side;
}

// Precision or recall.
double matched_share(const MeteorSide& side) {
  const auto weighted = [](auto content, auto function) {
    return kDelta * static_cast<double>(content) + (1 - kDelta) * static_cast<double>(function);
  };
  double matched = 0;
  for (std::size_t m = 0; m < kMeteorModules; ++m)
    matched += kMeteorModuleWeights[m] * weighted(side.matched_content[m], side.matched_function[m]);
  const double all = weighted(side.words - side.function_words, side.function_words);
  return all > 0 ? matched / all : 0;
}

void count_words(const MeteorText& text, const MeteorWords& words, MeteorSide& side) {
  side.words = std::ssize(text.words);
  side.function_words = std::count_if(text.words.begin(), text.words.end(), [&](WordId word) { return words.is_function_word(word); });
}

struct Texts {
  MeteorText hypothesis;
  std::vector<MeteorText> references;
};

MeteorText numbered(const std::vector<std::string>& tokens, MeteorWords& words) {
  auto normalised = normalize_for_meteor(tokens);
  if (normalised.size() > kLongestText) normalised.resize(kLongestText);
  MeteorText text;
  text.words.reserve(normalised.size());
  for (const auto& word : normalised) text.words.push_back(words.add(word));
  return text;
}

// The statistics against the reference that gives the highest score; the first of equals.
MeteorStatistics best_statistics(Texts& texts, const MeteorWords& words, const Paraphrases& paraphrases, MeteorAligner& aligner) {
  texts.hypothesis.phrases = paraphrases.phrases_of(texts.hypothesis.words);
  MeteorStatistics best;
  double best_score = -1;
  for (auto& reference : texts.references) {
    reference.phrases = paraphrases.phrases_of(reference.words);
    const auto statistics = meteor_statistics(texts.hypothesis, reference, aligner.align(texts.hypothesis, reference), words);
    const double score = meteor_score(statistics);
    if (score > best_score) {
      best = statistics;
      best_score = score;
    }
  }
  return best;
}

}  // namespace

int64_t MeteorSide::matched() const {
  int64_t sum = 0;
  for (std::size_t m = 0; m < kMeteorModules; ++m) sum += matched_content[m] + matched_function[m];
  return sum;
}

MeteorStatistics& MeteorStatistics::operator+=(const MeteorStatistics& other) {
  hypothesis += other.hypothesis;
  reference += other.reference;
  chunks += other.chunks;
  return *this;
}

MeteorStatistics meteor_statistics(const MeteorText& hypothesis, const MeteorText& reference, const std::vector<MeteorMatch>& matches,
                                   const MeteorWords& words) {
  MeteorStatistics statistics;
  count_words(hypothesis, words, statistics.hypothesis);
  count_words(reference, words, statistics.reference);
  int32_t hypothesis_end = -1, reference_end = -1;
  for (const auto& match : matches) {
    const auto count = [&](std::span<const WordId> matched, MeteorSide& side) {
      for (const auto word : matched)
        ++(words.is_function_word(word) ? side.matched_function : side.matched_content)[static_cast<std::size_t>(match.module)];
    };
    count(std::span(hypothesis.words).subspan(match.hypothesis, match.hypothesis_length), statistics.hypothesis);
    count(std::span(reference.words).subspan(match.reference, match.reference_length), statistics.reference);
    if (match.hypothesis != hypothesis_end || match.reference != reference_end) ++statistics.chunks;
    hypothesis_end = match.hypothesis + match.hypothesis_length;
    reference_end = match.reference + match.reference_length;
  }
  const auto is_whole = [](const MeteorSide& side) { return side.matched() == side.words; };
  if (statistics.chunks == 1 && is_whole(statistics.hypothesis) && is_whole(statistics.reference)) statistics.chunks = 0;
  return statistics;
}

double meteor_score(const MeteorStatistics& statistics) {
  const double precision = matched_share(statistics.hypothesis), recall = matched_share(statistics.reference);
  if (precision == 0 || recall == 0) return 0;
  const double mean = 1 / ((1 - kAlpha) / precision + kAlpha / recall);
  const double matched = static_cast<double>(statistics.hypothesis.matched() + statistics.reference.matched()) / 2;
  return mean * (1 - kGamma * std::pow(static_cast<double>(statistics.chunks) / matched, kBeta));
}

MeteorScores score_meteor(const std::vector<ScoredCaption>& captions, const MeteorFiles& files) {
  MeteorWords words(files);
  Neighbours neighbours;
  std::vector<Texts> texts;
  texts.reserve(captions.size());
  for (const auto& caption : captions) {
    auto& image = texts.emplace_back(Texts{.hypothesis = numbered(caption.hypothesis, words)});
    neighbours.add(image.hypothesis.words);
    for (const auto& reference : caption.references) neighbours.add(image.references.emplace_back(numbered(reference, words)).words);
  }
  const auto paraphrases = files.paraphrases ? Paraphrases(*files.paraphrases, words, neighbours) : Paraphrases();
  MeteorScores scores{.variant = files.variant(), .images = std::vector<MeteorStatistics>(captions.size())};
  for_each_in_parallel(texts.size(), 16, [&] {
    return [&, aligner = MeteorAligner(words, paraphrases)](std::size_t i) mutable {
      scores.images[i] = best_statistics(texts[i], words, paraphrases, aligner);
    };
  });
  MeteorStatistics sum;
  for (const auto& image : scores.images) sum += image;
  scores.corpus = meteor_score(sum);
  return scores;
}

}  // namespace saccade

#include "pipeline/metrics/significance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "data/random.h"

namespace saccade {
namespace {

constexpr int64_t kBleuTerms = 2 + 2 * kNgramOrders;

BleuCounts counts_of(std::span<const double> sums) {
  const auto whole = [&](std::size_t i) { return static_cast<int64_t>(sums[i]); };
  BleuCounts counts{.length = whole(0), .reference_length = whole(1)};
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    counts.correct[n] = whole(2 + n);
    counts.guessed[n] = whole(2 + kNgramOrders + n);
  }
  return counts;
}

void check_images(int64_t images) {
  if (images <= 0 || images > std::numeric_limits<int32_t>::max()) throw std::invalid_argument("resampling needs 1 to 2^31 - 1 images");
}

void check_pair(const SummedScores& a, const SummedScores& b) {
  check_images(a.images);
  if (a.images != b.images || a.names != b.names || a.width != b.width) {
    throw std::invalid_argument("paired tests compare the same scores of the same images");
  }
}

/// How often each image is in draw `index`, [N]. A draw has a generator of its own, so that it depends on no other.
class Draws {
 public:
  Draws(int64_t images, uint64_t seed) : seed_(seed), times_(static_cast<std::size_t>(images)) {}

  const std::vector<int32_t>& draw(int64_t index) {
    std::fill(times_.begin(), times_.end(), 0);
    auto random = random_of_item(seed_, static_cast<uint64_t>(index));
    const auto images = static_cast<uint64_t>(times_.size());
    // The upper half of a product with 32 random bits; an image's chance is off by less than N / 2^32 of itself. A number makes two draws.
    uint64_t bits = 0;
    for (std::size_t i = 0; i < times_.size(); ++i, bits >>= 32) {
      if (i % 2 == 0) bits = random.next();
      ++times_[static_cast<std::size_t>((bits & 0xffffffff) * images >> 32)];
    }
    return times_;
  }

 private:
  uint64_t seed_;
  std::vector<int32_t> times_;
};

std::vector<double> weighted_sums(const SummedScores& scores, const std::vector<int32_t>& times) {
  const auto width = static_cast<std::size_t>(scores.width);
  std::vector<double> sums(width, 0.0);
  const double* terms = scores.terms.data();
  for (const auto count : times) {
    for (std::size_t f = 0; f < width; ++f) sums[f] += count * terms[f];
    terms += width;
  }
  return sums;
}

std::vector<double> scores_of_draw(const SummedScores& scores, const std::vector<int32_t>& times) {
  return scores.scores(weighted_sums(scores, times), scores.images);
}

std::vector<double> plain_sums(const SummedScores& scores) {
  return weighted_sums(scores, std::vector<int32_t>(static_cast<std::size_t>(scores.images), 1));
}

/// Between the two nearest where it falls between: the definition that numpy and R use by default.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval middle_95(std::vector<double> values) {
  if (values.empty()) throw std::invalid_argument("an interval needs at least one resample");
  std::sort(values.begin(), values.end());
  return {.low = quantile(values, 0.025), .high = quantile(values, 0.975)};
}

double share_of(int64_t found, int64_t resamples) { return static_cast<double>(found + 1) / static_cast<double>(resamples + 1); }

/// What sums of the same numbers in another order may differ by: equal differences must count as equal.
double rounding(double a, double b) { return 1e-12 * (std::abs(a) + std::abs(b)); }

}  // namespace

SummedScores mean_of_images(std::string name, std::span<const double> scores) {
  return {.names = {std::move(name)},
          .images = std::ssize(scores),
          .width = 1,
          .terms = {scores.begin(), scores.end()},
          .scores = [](std::span<const double> sums, int64_t images) { return std::vector{sums[0] / static_cast<double>(images)}; }};
}

SummedScores bleu_of_images(std::span<const BleuCounts> counts) {
  SummedScores scores{.names = {"bleu_1", "bleu_2", "bleu_3", "bleu_4"}, .images = std::ssize(counts), .width = kBleuTerms};
  scores.terms.reserve(counts.size() * kBleuTerms);
  for (const auto& image : counts) {
    for (const auto count : {image.length, image.reference_length}) scores.terms.push_back(static_cast<double>(count));
    for (const auto count : image.correct) scores.terms.push_back(static_cast<double>(count));
    for (const auto count : image.guessed) scores.terms.push_back(static_cast<double>(count));
  }
  scores.scores = [](std::span<const double> sums, int64_t) {
    const auto bleu = bleu_scores(counts_of(sums));
    return std::vector(bleu.begin(), bleu.end());
  };
  return scores;
}

SummedScores together(const std::vector<SummedScores>& parts) {
  SummedScores whole{.images = parts.empty() ? 0 : parts[0].images};
  for (const auto& part : parts) {
    if (part.images != whole.images) throw std::invalid_argument("scores that are resampled together are of the same images");
    whole.names.insert(whole.names.end(), part.names.begin(), part.names.end());
    whole.width += part.width;
  }
  whole.terms.reserve(static_cast<std::size_t>(whole.images * whole.width));
  for (int64_t image = 0; image < whole.images; ++image) {
    for (const auto& part : parts) {
      const auto begin = part.terms.begin() + image * part.width;
      whole.terms.insert(whole.terms.end(), begin, begin + part.width);
    }
  }
  struct Piece {
    std::size_t width;
    decltype(SummedScores::scores) scores;
  };
  std::vector<Piece> pieces;
  for (const auto& part : parts) pieces.push_back({.width = static_cast<std::size_t>(part.width), .scores = part.scores});
  whole.scores = [pieces](std::span<const double> sums, int64_t images) {
    std::vector<double> values;
    for (const auto& piece : pieces) {
      const auto own = piece.scores(sums.first(piece.width), images);
      values.insert(values.end(), own.begin(), own.end());
      sums = sums.subspan(piece.width);
    }
    return values;
  };
  return whole;
}

std::vector<double> corpus_values(const SummedScores& scores) {
  check_images(scores.images);
  return scores.scores(plain_sums(scores), scores.images);
}

std::vector<Interval> bootstrap_intervals(const SummedScores& scores, const ResamplingOptions& options) {
  check_images(scores.images);
  std::vector<std::vector<double>> found(scores.names.size());
  Draws draws(scores.images, options.seed);
  for (int64_t r = 0; r < options.resamples; ++r) {
    const auto values = scores_of_draw(scores, draws.draw(r));
    for (std::size_t m = 0; m < found.size(); ++m) found[m].push_back(values[m]);
  }
  std::vector<Interval> intervals;
  for (auto& values : found) intervals.push_back(middle_95(std::move(values)));
  return intervals;
}

std::vector<PairedBootstrap> paired_bootstrap(const SummedScores& a, const SummedScores& b, const ResamplingOptions& options) {
  check_pair(a, b);
  const std::size_t count = a.names.size();
  std::vector<std::vector<double>> differences(count);
  std::vector<int64_t> not_better(count, 0), not_worse(count, 0);  // b than a
  Draws draws(a.images, options.seed);
  for (int64_t r = 0; r < options.resamples; ++r) {
    const auto& times = draws.draw(r);
    const auto of_a = scores_of_draw(a, times), of_b = scores_of_draw(b, times);
    for (std::size_t m = 0; m < count; ++m) {
      const double difference = of_b[m] - of_a[m], slack = rounding(of_a[m], of_b[m]);
      differences[m].push_back(difference);
      not_better[m] += difference <= slack;
      not_worse[m] += difference >= -slack;
    }
  }
  std::vector<PairedBootstrap> tests;
  for (std::size_t m = 0; m < count; ++m) {
    const double p = 2 * share_of(std::min(not_better[m], not_worse[m]), options.resamples);
    tests.push_back({.interval = middle_95(std::move(differences[m])), .p = std::min(1.0, p)});
  }
  return tests;
}

std::vector<double> approximate_randomisation(const SummedScores& a, const SummedScores& b, const ResamplingOptions& options) {
  check_pair(a, b);
  const auto sums_a = plain_sums(a), sums_b = plain_sums(b);
  const auto of_a = a.scores(sums_a, a.images), of_b = b.scores(sums_b, b.images);
  const auto width = static_cast<std::size_t>(a.width);
  std::vector<double> more(a.terms.size());  // [N, F] what an image gives the sums of a when the systems change places
  for (std::size_t i = 0; i < more.size(); ++i) more[i] = b.terms[i] - a.terms[i];

  std::vector<int64_t> as_large(a.names.size(), 0);
  std::vector<double> swapped_a(width), swapped_b(width);
  for (int64_t r = 0; r < options.resamples; ++r) {
    auto random = random_of_item(options.seed, static_cast<uint64_t>(r));
    std::vector<double> moved(width, 0.0);
    uint64_t tosses = 0;
    for (int64_t image = 0; image < a.images; ++image, tosses >>= 1) {
      if (image % 64 == 0) tosses = random.next();
      const auto toss = static_cast<double>(tosses & 1);  // multiplied, since a branch would be guessed wrong every other time
      const double* row = more.data() + static_cast<std::size_t>(image) * width;
      for (std::size_t f = 0; f < width; ++f) moved[f] += toss * row[f];
    }
    for (std::size_t f = 0; f < width; ++f) {
      swapped_a[f] = sums_a[f] + moved[f];
      swapped_b[f] = sums_b[f] - moved[f];
    }
    const auto new_a = a.scores(swapped_a, a.images), new_b = b.scores(swapped_b, b.images);
    for (std::size_t m = 0; m < as_large.size(); ++m) {
      as_large[m] += std::abs(new_b[m] - new_a[m]) >= std::abs(of_b[m] - of_a[m]) - rounding(of_a[m], of_b[m]);
    }
  }
  std::vector<double> p;
  for (const auto found : as_large) p.push_back(share_of(found, options.resamples));
  return p;
}

}  // namespace saccade

#include "pipeline/bench/bench_metrics.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <vector>

#include "pipeline/evaluate.h"
#include "pipeline/metrics/cider.h"
#include "pipeline/metrics/cooked_references.h"
#include "pipeline/metrics/lexicon.h"
#include "pipeline/read_captions.h"
#include "pipeline/references.h"

namespace saccade {
namespace {

template <typename Work>
double median_seconds(int64_t repeats, const Work& work) {
  std::vector<double> seconds;
  for (int64_t i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::ranges::sort(seconds);
  return seconds[seconds.size() / 2];
}

std::vector<ScoredCaption> tokenised_captions(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions) {
  const ImageIndex index(references);
  std::vector<ScoredCaption> scored;
  for (const auto& caption : captions) {
    const auto place = index.find(caption.image, caption.id);
    if (!place) continue;
    scored.push_back({.hypothesis = tokenize_for_scoring(caption.caption)});
    for (const auto& reference : references[*place].captions) scored.back().references.push_back(tokenize_for_scoring(reference));
  }
  return scored;
}

/// Of a reward.
double reward_seconds(const std::vector<ScoredCaption>& captions, int64_t repeats) {
  constexpr int kPasses = 10;  // one takes some 20 ms
  Lexicon vocabulary;
  NumberedReferences numbered;
  for (const auto& caption : captions) {
    numbered.add_image();
    for (const auto& reference : caption.references) {
      const auto ids = vocabulary.add(reference).words;
      numbered.add_reference(ids, ids);
    }
  }
  std::vector<std::vector<WordId>> hypotheses;
  for (const auto& caption : captions) hypotheses.push_back(vocabulary.add(caption.hypothesis).words);
  const CookedReferences references(std::move(numbered));
  const Cider cider(references);
  HypothesisCooker cooker;
  double sum = 0;  // what nobody asks for, a compiler may leave out
  const double seconds = median_seconds(repeats, [&] {
    for (int pass = 0; pass < kPasses; ++pass) {
      for (std::size_t i = 0; i < hypotheses.size(); ++i) {
        sum += cider.score(cooker.cook(references, hypotheses[i], hypotheses[i]), static_cast<int64_t>(i));
      }
    }
  });
  return sum < 0 ? 0 : seconds / kPasses / static_cast<double>(hypotheses.size());
}

}  // namespace

nlohmann::ordered_json bench_metrics(const MetricsBenchOptions& options) {
  const auto references = read_references(options.references).images;
  const auto captions = read_captions(options.captions);
  nlohmann::ordered_json seconds;
  seconds["scores"] = median_seconds(options.repeats, [&] { evaluate_captions(references, captions); });

  const auto tokenised = tokenised_captions(references, captions);
  const auto files = find_meteor_files();
  seconds["meteor"] = nullptr;
  seconds["meteor_start"] = nullptr;
  if (files) {
    const std::vector<ScoredCaption> first(tokenised.begin(), tokenised.begin() + 1);
    seconds["meteor"] = median_seconds(options.repeats, [&] { score_meteor(tokenised, *files); });
    seconds["meteor_start"] = median_seconds(options.repeats, [&] { score_meteor(first, *files); });
  }
  seconds["reward"] = reward_seconds(tokenised, options.repeats);
  return {{"scores", to_json_report(evaluate_captions(references, captions, {.meteor = files}))}, {"seconds", seconds}};
}

}  // namespace saccade

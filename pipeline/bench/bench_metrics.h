/// How fast captions are scored here: the program's half of `./run bench metrics`, whose other half is the reference scorer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>

namespace saccade {

struct MetricsBenchOptions {
  std::filesystem::path references, captions;  ///< in any format that `saccade evaluate` reads
  int64_t repeats = 3;                         ///< the median of them counts
};

/// {"scores": as `saccade evaluate --json`, "seconds": {...}}, the seconds being those of
/// scores         tokenising, BLEU, ROUGE-L and CIDEr of all captions, which have been read;
/// meteor         METEOR of all captions, which have been tokenised, and reading its files;
/// meteor_start   the same of a single caption;
/// reward         CIDEr-D of one caption in token ids on one thread, as a reward in training: the references have been cooked.
/// Without METEOR's files its two are null.
nlohmann::ordered_json bench_metrics(const MetricsBenchOptions& options);

}  // namespace saccade

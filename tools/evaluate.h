#pragma once

#include <filesystem>
#include <string>

#include "pipeline/evaluate.h"
#include "tools/commands.h"
#include "tools/search_options.h"

namespace saccade {

/// What stands on the command line of `saccade evaluate`.
struct EvaluateArguments {
  std::filesystem::path references, captions, model, data, output, per_image, save_document_frequencies, compare, training, ratings;
  std::string split, format = "auto", device = "auto", document_frequencies;
  SearchOptions search;
  int64_t batch = 16;
  bool json = false, overwrite = false, quiet = false, no_paraphrases = false, intervals = false, diversity = false,
       by_reference_count = false;
};

inline constexpr const char* kDefaultSplit = "test";  ///< of a model's data

using ModelEvaluator = EvaluationReport (*)(const EvaluateArguments& given, const EvaluationOptions& options);

/// `evaluate_model` scores what a model writes; it is not called, and may be null, where captions come from a file.
int run_evaluate(const Words& words, ModelEvaluator evaluate_model);

EvaluationReport evaluate_model_of(const EvaluateArguments& given, const EvaluationOptions& options);

}  // namespace saccade

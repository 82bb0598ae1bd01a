#pragma once

#include <filesystem>
#include <string>

#include "pipeline/evaluate.h"
#include "tools/commands.h"
#include "tools/search_options.h"

namespace saccade {

/// What stands on the command line of `saccade evaluate`.
struct EvaluateArguments {
  std::filesystem::path references, captions, model, data, output, per_image, save_document_frequencies, compare, training, ratings, images,
      boxes;
  std::string split, format = "auto", device = "auto", document_frequencies;
  SearchOptions search;
  int64_t batch = 16, pictures = 0;
  bool json = false, overwrite = false, quiet = false, no_paraphrases = false, intervals = false, diversity = false,
       by_reference_count = false, attention = false;
};

inline constexpr const char* kDefaultSplit = "test";  ///< of a model's data

/// What needs LibTorch: not called, and null, where captions come from a file.
struct ModelEvaluators {
  EvaluationReport (*scores)(const EvaluateArguments& given, const EvaluationOptions& options) = nullptr;
  int (*attention)(const EvaluateArguments& given) = nullptr;  ///< prints, and returns the exit code
};

int run_evaluate(const Words& words, const ModelEvaluators& of_model);

EvaluationReport evaluate_model_of(const EvaluateArguments& given, const EvaluationOptions& options);
int examine_attention(const EvaluateArguments& given);

}  // namespace saccade

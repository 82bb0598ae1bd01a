/// Beam search over any decoder. Greedy search is beam size 1 of the same code.
#pragma once

#include <vector>

#include "models/decoders/decoder.h"
#include "models/search/search_config.h"

namespace saccade {

/// A caption as ids, and where each of its words looked. The end token is not among the tokens, but its probability is counted.
struct Hypothesis {
  std::vector<int64_t> tokens;
  std::vector<double> log_probabilities;  ///< of each token, and last that of the end token where the caption is finished
  double log_probability = 0;             ///< their sum
  double score = 0;                       ///< what hypotheses are ranked by: log_probability / length^length_penalty
  bool finished = false;                  ///< ended by the end token, not by max_length
  torch::Tensor weights;                  ///< [T, L] float, on the CPU; one row a token
  std::vector<double> gates;              ///< β of each token; empty where there is no gate
};

/// features [B, L, D] on the device of the decoder, which is in eval mode → for each picture its hypotheses, best first: at most
/// `beam_size`, at least one; finished ones, or, where none finished, unfinished ones. kPadToken, kStartToken and kUnknownToken are never
/// written. A picture's result does not depend on the others in its batch. Everything stays on the device until the last word; then one
/// copy back. Between steps the host asks whether all have ended, of a GPU at every fourth. Throws std::invalid_argument for a config that
/// cannot be used.
std::vector<std::vector<Hypothesis>> beam_search(DecoderModule& decoder, const torch::Tensor& features, const SearchConfig& config);

}  // namespace saccade

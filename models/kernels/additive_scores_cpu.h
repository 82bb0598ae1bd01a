/// Scores of additive attention on the CPU, of one picture: plain functions over plain memory, compiled for each instruction set and chosen
/// at run time.
#pragma once

#include <cstdint>

namespace saccade {

struct AdditiveSizes {
  int64_t sequences, regions, size;  ///< K, L, A
};

/// scores[k, l] = Σ_a score[a] · tanh(queries[k, a] + keys[l, a]), tanh to 2e-7.
void additive_scores_cpu(const float* queries, const float* keys, const float* score, float* scores, AdditiveSizes sizes);

/// Gradients of the above are added to what the last three hold. The tanh is computed again: cheaper than reading it from memory.
void additive_scores_backward_cpu(const float* queries, const float* keys, const float* score, const float* scores_gradient,
                                  float* queries_gradient, float* keys_gradient, float* score_gradient, AdditiveSizes sizes);

}  // namespace saccade

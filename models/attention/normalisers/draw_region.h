#pragma once

#include "models/attention/normalisers/normalise.h"

namespace saccade {

/// Hard attention in training (Xu et al. 2015, 4.1). scores [..., L]: `sampled_share` of the looks, chosen at random, see one region alone,
/// drawn by the softmax of their scores; the others see the mean by it. The authors' code decides that for a whole batch; here each look is
/// decided by itself. Out of training all looks see the mean, as in that code unless it is told to sample.
/// Nothing drawn has a gradient: the scores of drawn looks learn from `log_probability`, which caption_loss.h weighs by what their caption
/// cost and which is 0 for the others. `weights` are the softmax in both cases; `taken` is what was seen.
Shares draw_region(const torch::Tensor& scores, double sampled_share);

}  // namespace saccade

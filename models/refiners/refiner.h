/// A refiner changes the regions of a picture between the encoder and the decoder, once a picture: trained with the decoder, and part of
/// it. In: region features. Out: what the decoder attends to, and how it came from the picture's regions. Adding a kind: a source in this
/// folder that implements RefinerModule, an enumerator in refiner_config.h, and its line in make_refiner.cpp.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "models/encoders/region_box.h"
#include "models/refiners/refiner_config.h"

namespace saccade {

/// Regions for the decoder, made of the R regions of a picture. All but the features is undefined where the kind has no such thing.
struct Refined {
  torch::Tensor features;           ///< [B, L, feature_size] float
  torch::Tensor origin;             ///< [B, L, R] where regions were mixed: the shares of the picture's regions in each; rows sum to 1
  torch::Tensor saliency;           ///< [B, R] 0..1: how much of each region was let through, whatever the word
  torch::Tensor penalty;            ///< scalar, the mean over pictures of what the loss should keep small
  std::vector<torch::Tensor> maps;  ///< of each block of self-attention, [B, N, R, R]: where each region looked
};

class RefinerModule : public torch::nn::Module {
 public:
  /// D of what it returns.
  virtual int64_t feature_size() const = 0;
  /// features [B, R, D] float → regions for the decoder. A picture's result does not depend on the others of its batch (in eval mode).
  virtual Refined forward(const torch::Tensor& features) = 0;
};

/// Whether the kind must know where the regions lie.
bool needs_boxes(const RefinerConfig& config);

/// The kind that `config` names; null for `none`. `feature_size` is the encoder's D, `boxes` the R regions it gives, in its order; they may
/// be left out where `needs_boxes` says no. Throws std::invalid_argument, naming the key, for values that cannot be.
std::shared_ptr<RefinerModule> make_refiner(const RefinerConfig& config, int64_t feature_size, const std::vector<RegionBox>& boxes = {});

}  // namespace saccade

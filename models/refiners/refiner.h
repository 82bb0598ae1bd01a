/// A refiner changes the regions of a picture between the encoder and the decoder, once a picture: trained with the decoder, and part of
/// it. In: region features. Out: as many regions, of another size where the kind says so. Adding a kind: a source in this folder that
/// implements RefinerModule, an enumerator in refiner_config.h, and its line in make_refiner.cpp.
#pragma once

#include <torch/torch.h>

#include "models/refiners/refiner_config.h"

namespace saccade {

class RefinerModule : public torch::nn::Module {
 public:
  /// D of what it returns.
  virtual int64_t feature_size() const = 0;
  /// features [B, L, D] float → [B, L, feature_size] float.
  virtual torch::Tensor forward(const torch::Tensor& features) = 0;
};

/// The kind that `config.kind` names; null for `none`. `feature_size` is the encoder's D. Throws std::invalid_argument for sizes that are
/// not positive.
std::shared_ptr<RefinerModule> make_refiner(const RefinerConfig& config, int64_t feature_size);

}  // namespace saccade

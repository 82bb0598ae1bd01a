#pragma once

#include "models/decoders/decoder.h"

namespace saccade {

/// What LSTM layers know before the first word (`InitialState`).
class FirstStateImpl : public torch::nn::Module {
 public:
  FirstStateImpl(const DecoderConfig& config, int64_t feature_size, int64_t layers);

  /// Hidden and cell, each [B, K, layers, H].
  DecoderState forward(const torch::Tensor& mean, int64_t sequences);

 private:
  int64_t layers_, hidden_size_;
  torch::nn::Linear hidden_{nullptr}, cell_{nullptr};
};
TORCH_MODULE(FirstState);

}  // namespace saccade

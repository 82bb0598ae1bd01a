#pragma once

#include <torch/torch.h>

#include "models/decoders/decoder_config.h"

namespace saccade {

/// From what a recurrent decoder knows to its next word, plain or deep (`OutputLayer`), with dropout.
class WordLogitsImpl : public torch::nn::Module {
 public:
  WordLogitsImpl(const DecoderConfig& config, int64_t context_size, int64_t vocabulary_size);

  /// hidden [..., H], context [..., C], words [..., E] → [..., V].
  torch::Tensor forward(const torch::Tensor& hidden, const torch::Tensor& context, const torch::Tensor& words);

 private:
  double dropout_;
  torch::nn::Linear hidden_{nullptr}, context_{nullptr}, output_{nullptr};  // the first two of the deep form
};
TORCH_MODULE(WordLogits);

}  // namespace saccade

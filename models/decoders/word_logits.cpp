#include "models/decoders/word_logits.h"

namespace saccade {

WordLogitsImpl::WordLogitsImpl(const DecoderConfig& config, int64_t context_size, int64_t vocabulary_size) : dropout_(config.dropout) {
  const auto word = config.embedding_size, hidden = config.hidden_size;
  const bool deep = config.output == OutputLayer::kDeep;
  if (deep) {
    hidden_ = register_module("hidden", torch::nn::Linear(hidden, word));
    context_ = register_module("context", torch::nn::Linear(torch::nn::LinearOptions(context_size, word).bias(false)));
  }
  output_ = register_module("output", torch::nn::Linear(deep ? word : hidden, vocabulary_size));
}

torch::Tensor WordLogitsImpl::forward(const torch::Tensor& hidden, const torch::Tensor& context, const torch::Tensor& words) {
  const auto dropped = torch::dropout(hidden, dropout_, is_training());
  if (hidden_.is_empty()) return output_(dropped);
  const auto deep = (hidden_(dropped) + context_(context) + words).tanh();
  return output_(torch::dropout(deep, dropout_, is_training()));
}

}  // namespace saccade

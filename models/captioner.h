/// Encoder and decoder together: what a model file holds and training trains.
#pragma once

#include "models/decoders/decoder.h"
#include "models/encoders/encoder.h"

namespace saccade {

struct ModelConfig {
  EncoderConfig encoder;
  DecoderConfig decoder;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ModelConfig, encoder, decoder)

class CaptionerImpl : public torch::nn::Module {
 public:
  CaptionerImpl(const ModelConfig& config, int64_t vocabulary_size);

  std::shared_ptr<EncoderModule> encoder;  ///< its parameters begin with "encoder."
  std::shared_ptr<DecoderModule> decoder;  ///< "decoder."
};
TORCH_MODULE(Captioner);

/// Bytes to what the encoder takes. pictures [B, S, S, 3] uint8 RGB → [B, 3, S, S] float32, (RGB/255 - mean) / std.
torch::Tensor normalise_pictures(const torch::Tensor& pictures, const EncoderConfig& config);

}  // namespace saccade

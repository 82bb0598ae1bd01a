#include "models/captioner.h"

#include "models/refiners/refiner.h"

namespace saccade {
namespace {

/// A script must be run to know its regions, so they are asked for only where they count.
std::vector<RegionBox> boxes_for(const ModelConfig& config, const EncoderModule& encoder) {
  return needs_boxes(config.decoder.refiner) ? encoder.regions(config.encoder.picture_size) : std::vector<RegionBox>();
}

}  // namespace

CaptionerImpl::CaptionerImpl(const ModelConfig& config, int64_t vocabulary_size)
    : encoder(register_module("encoder", make_encoder(config.encoder))),
      decoder(register_module("decoder",
                              make_decoder(config.decoder, encoder->feature_size(), vocabulary_size, boxes_for(config, *encoder)))) {}

torch::Tensor normalise_pictures(const torch::Tensor& pictures, const EncoderConfig& config) {
  TORCH_CHECK(pictures.dim() == 4 && pictures.size(3) == 3 && pictures.scalar_type() == torch::kByte,
              "normalise_pictures takes [B, S, S, 3] uint8, not ", pictures.sizes(), " ", pictures.scalar_type());
  const auto options = pictures.options().dtype(torch::kFloat32);
  const auto mean = torch::tensor(std::vector<double>(config.mean.begin(), config.mean.end()), torch::kFloat64);
  const auto std = torch::tensor(std::vector<double>(config.std.begin(), config.std.end()), torch::kFloat64);
  const auto scale = (1.0 / (255.0 * std)).to(options).view({1, 3, 1, 1});
  const auto shift = (-mean / std).to(options).view({1, 3, 1, 1});
  const auto planes = pictures.permute({0, 3, 1, 2}).to(torch::kFloat32, false, false, torch::MemoryFormat::Contiguous);  // [B, 3, S, S]
  return torch::addcmul(shift, planes, scale);
}

}  // namespace saccade

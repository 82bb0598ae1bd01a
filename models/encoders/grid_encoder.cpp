#include "models/encoders/grid_encoder.h"

#include <ATen/Parallel.h>

#include <atomic>

#include "models/encoders/convolution_unit.h"

namespace saccade {
namespace {

// Few enough for the activations to stay in a core's cache, enough for the weights to be read once for several pictures.
constexpr int64_t kPicturesTogether = 4;

torch::Tensor as_regions(const torch::Tensor& grid) { return grid.flatten(2).transpose(1, 2); }  // [B, L, D]

}  // namespace

torch::Tensor pool_onto(const torch::Tensor& coarse, const torch::Tensor& fine) {
  return torch::cat({coarse, torch::adaptive_avg_pool2d(fine, coarse.sizes().slice(2))}, 1);
}

torch::Tensor GridEncoder::forward(const torch::Tensor& pictures) {
  TORCH_CHECK(pictures.dim() == 4 && pictures.size(1) == 3 && pictures.size(2) == pictures.size(3),
              "an encoder takes pictures [B, 3, S, S], not ", pictures.sizes());
  return fused_type_ ? fused_features(pictures) : as_regions(grid(pictures)).contiguous();
}

torch::Tensor GridEncoder::fused_features(const torch::Tensor& pictures) {
  const torch::NoGradGuard no_gradients;
  const auto convert = [this](const torch::Tensor& some) { return some.to(*fused_type_, false, false, torch::MemoryFormat::ChannelsLast); };
  const int64_t count = pictures.size(0);
  const int64_t groups = (count + kPicturesTogether - 1) / kPicturesTogether;
  if (!pictures.is_cpu() || groups < at::get_num_threads()) {
    return as_regions(grid(convert(pictures))).to(torch::kFloat32).contiguous();
  }

  // Each thread takes a few pictures through the whole network: no waiting for each other after every layer.
  const int64_t side = grid_side(pictures.size(2));
  auto features = torch::empty({count, side * side, feature_size_}, pictures.options().dtype(torch::kFloat32));
  std::atomic<int64_t> next = 0;
  const bool inference = c10::InferenceMode::is_enabled();
  at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) {
    const c10::InferenceMode as_outside(inference);  // modes belong to a thread
    const torch::NoGradGuard no_gradients_here;
    for (int64_t group = next++; group < groups; group = next++) {
      const int64_t begin = group * kPicturesTogether;
      const int64_t some = std::min(kPicturesTogether, count - begin);
      features.narrow(0, begin, some).copy_(as_regions(grid(convert(pictures.narrow(0, begin, some)))));
    }
  });
  return features;
}

void GridEncoder::optimise_for_inference(torch::ScalarType type) {
  const torch::NoGradGuard no_gradients;
  eval();
  for (const auto& module : modules()) {
    if (auto* part = dynamic_cast<Fusable*>(module.get())) part->fuse(type);
  }
  fused_type_ = type;
  // The first pictures pack the weights, and must be alone in doing so.
  const auto device = parameters().front().device();
  grid(torch::zeros({kPicturesTogether, 3, picture_size_, picture_size_}, torch::dtype(type).device(device))
           .contiguous(torch::MemoryFormat::ChannelsLast));
}

}  // namespace saccade

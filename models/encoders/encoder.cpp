#include "models/encoders/encoder.h"

#include "models/encoders/fused_convolution.h"

namespace saccade {

void EncoderModule::train(bool on) {
  torch::nn::Module::train(on);
  for (const auto& module : modules(/*include_self=*/false)) {
    auto* norm = dynamic_cast<torch::nn::BatchNorm2dImpl*>(module.get());
    if (norm && !(trained_from_scratch() && norm->weight.requires_grad())) norm->eval();
  }
}

torch::ScalarType fastest_inference_type(torch::Device device) {
  if (device.is_cuda()) return torch::kBFloat16;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16") && onednn_computes(torch::kBFloat16)) return torch::kBFloat16;
#endif
  return torch::kFloat32;
}

}  // namespace saccade

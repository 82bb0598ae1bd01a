/// An encoder turns pictures into region features. Adding one: a source in this folder that implements EncoderModule, an enumerator in
/// encoder_config.h, and its line in make_encoder.cpp.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "models/encoders/encoder_config.h"
#include "models/encoders/region_box.h"

namespace saccade {

class EncoderModule : public torch::nn::Module {
 public:
  /// pictures [B, 3, S, S] float, normalised as `EncoderConfig` says → region features [B, L, D].
  virtual torch::Tensor forward(const torch::Tensor& pictures) = 0;

  /// D.
  virtual int64_t feature_size() const = 0;

  /// The L regions that `forward` gives for an input of S pixels, in its order.
  virtual std::vector<RegionBox> regions(int64_t side) const = 0;

  /// Names of the parts that can be fine-tuned, from the input on (`conv1`, `layer1`, ...). Names of a part's parameters are its name, a
  /// dot and more.
  virtual std::vector<std::string> stages() const = 0;

  /// Batch norms stay in evaluation mode, as their running statistics are ImageNet's and a caption batch is too small to better them. Only
  /// a network trained from scratch updates those whose parameters are trained (`requires_grad`).
  void train(bool on = true) override;

  /// Folds batch norms into convolutions, and lays the weights out for speed, in the given type. Afterwards only `forward` without
  /// gradients may be called, on the device where the module is now; it takes and returns float32 as before.
  virtual void optimise_for_inference(torch::ScalarType type) = 0;

 protected:
  virtual bool trained_from_scratch() const { return false; }
};

/// The encoder that `config.architecture` names, with random weights (see load_weights). Throws std::invalid_argument for a TorchScript
/// file that cannot be used.
std::shared_ptr<EncoderModule> make_encoder(const EncoderConfig& config);

/// bfloat16 where the device multiplies it in hardware, otherwise float32.
torch::ScalarType fastest_inference_type(torch::Device device);

}  // namespace saccade

/// A decoder against a case that captions.py wrote: outputs, every gradient, and ten steps of training.
#pragma once

#include "models/caption_loss.h"
#include "tests/parity/reference.h"

namespace saccade {

inline void expect_parity(DecoderModule& decoder, const std::string& name) {
  constexpr double kOutputTolerance = 1e-5;    // float32 sums in another order, and a tanh of our own
  constexpr double kGradientTolerance = 1e-4;  // likewise, after five steps of recurrence
  const LossConfig loss_config{.label_smoothing = 0.1, .doubly_stochastic = 0.7, .grounding = 0.2, .hop_penalty = 0.3};
  at::set_num_threads(1);
  const auto reference = read_reference(name);
  const auto report = load_weights(decoder, reference.weights);
  ASSERT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty());

  const auto features = reference.tensors.at("features").clone().requires_grad_();
  const auto tokens = reference.tensors.at("tokens").clone(), inside = reference.tensors.at("inside").clone();
  const auto words = tokens.narrow(2, 0, tokens.size(2) - 1);
  const auto output = decoder.forward(features, words);
  EXPECT_LT(relative_error(output.logits, reference.tensors.at("logits")), kOutputTolerance);
  EXPECT_LT(relative_error(output.weights, reference.tensors.at("looks")), kOutputTolerance);
  const auto loss = caption_loss(output, tokens, loss_config, inside).total;
  EXPECT_LT(relative_error(loss, reference.tensors.at("total")), kOutputTolerance);

  loss.backward();
  EXPECT_LT(relative_error(features.grad(), reference.gradients.at("features")), kGradientTolerance);
  for (const auto& parameter : decoder.named_parameters()) {
    EXPECT_LT(relative_error(parameter.value().grad(), reference.gradients.at(parameter.key())), kGradientTolerance) << parameter.key();
  }

  torch::optim::Adam adam(decoder.parameters(), torch::optim::AdamOptions(0.01));
  const auto curve = reference.tensors.at("curve").clone();
  for (int64_t i = 0; i < curve.size(0); ++i) {
    adam.zero_grad();
    const auto step_loss = caption_loss(decoder.forward(features.detach(), words), tokens, loss_config, inside).total;
    step_loss.backward();
    adam.step();
    EXPECT_NEAR(step_loss.item<double>(), curve[i].item<double>(), 1e-3) << "step " << i;  // Adam amplifies the rounding of small gradients
  }
}

}  // namespace saccade

#include "models/caption_loss.h"

#include "models/shapes.h"

namespace saccade {
namespace {

/// nats and is_word [B, K, T] → adds what REINFORCE asks of the draws.
void add_sampling(CaptionLoss& loss, const DecoderOutput& output, const torch::Tensor& nats, const torch::Tensor& is_word,
                  const LossConfig& config) {
  const auto lengths = is_word.sum(2);                                         // [B, K]
  const auto costs = (nats.detach() * is_word).sum(2) / lengths.clamp_min(1);  // [B, K]
  loss.cost = costs.sum() / (lengths > 0).sum().clamp_min(1);                  // a caption that is all padding costs 0
  const auto advantages = (costs - output.baseline.detach()).unsqueeze(2);     // [B, K, 1]
  const auto terms = config.sampling * advantages * output.log_probability - config.entropy * output.entropy;
  loss.total = loss.total + (terms * is_word).sum() / is_word.sum().clamp_min(1);
}

/// Keeps the logarithm, and its slope, finite where a word looks away from its boxes altogether.
constexpr double kLeastMass = 1e-4;

}  // namespace

torch::Tensor grounding_loss(const torch::Tensor& weights, const torch::Tensor& inside) {
  TORCH_CHECK(weights.sizes() == inside.sizes(), "weights are ", weights.sizes(), ", boxes ", inside.sizes());
  const auto mass = (weights * inside).sum(-1);                        // [B, K, T]
  const auto is_named = (inside.amax(-1) > 0).to(mass.scalar_type());  // [B, K, T]
  return -((mass + kLeastMass).log() * is_named).sum() / is_named.sum().clamp_min(1);
}

CaptionLoss caption_loss(const DecoderOutput& output, const torch::Tensor& tokens, const LossConfig& config, const torch::Tensor& inside) {
  TORCH_CHECK(tokens.dim() == 3 && tokens.size(2) == output.logits.size(2) + 1, "tokens are ", tokens.sizes(), ", for logits ",
              output.logits.sizes());
  const auto targets = tokens.narrow(2, 1, tokens.size(2) - 1).reshape(-1);            // [B·K·T]
  const auto type = torch::promote_types(output.logits.scalar_type(), torch::kFloat);  // never the short types of mixed precision
  const auto is_word = (targets != kPadToken).to(type);
  const auto words = is_word.sum().clamp_min(1);                                     // nothing but padding costs nothing, not NaN
  const auto log_probabilities = output.logits.flatten(0, 2).log_softmax(-1, type);  // [B·K·T, V]
  const auto nats = -log_probabilities.gather(1, targets.unsqueeze(1)).squeeze(1);
  const auto spread = -log_probabilities.mean(-1);  // what a uniform target would cost
  const auto smoothed = nats * (1 - config.label_smoothing) + spread * config.label_smoothing;
  CaptionLoss loss{.total = (smoothed * is_word).sum() / words, .cross_entropy = ((nats * is_word).sum() / words).detach()};
  if (config.doubly_stochastic != 0) {
    const auto steps = is_word.view_as(output.weights.select(-1, 0));  // [B, K, T]
    const auto seen = (output.weights * steps.unsqueeze(-1)).sum(2);   // [B, K, L]
    const auto captions = steps.amax(2);                               // [B, K]
    const auto gaps = (1 - seen).square().mean(-1) * captions;         // [B, K]
    loss.total = loss.total + config.doubly_stochastic * gaps.sum() / captions.sum().clamp_min(1);
  }
  if (config.grounding != 0) {
    TORCH_CHECK(inside.defined(), "grounding needs to know what lies in the boxes");
    loss.total = loss.total + config.grounding * grounding_loss(output.weights.to(type), inside.to(type));
  }
  if (output.log_probability.defined()) {
    const auto shape = output.log_probability.sizes();
    add_sampling(loss, output, nats.view(shape), is_word.view(shape), config);
  }
  if (output.penalty.defined()) loss.total = loss.total + config.hop_penalty * output.penalty;
  return loss;
}

void move_baseline(const DecoderOutput& output, const CaptionLoss& loss, const LossConfig& config) {
  if (!loss.cost.defined()) return;
  const torch::NoGradGuard no_gradients;
  auto baseline = output.baseline;  // shares the module's memory
  baseline.lerp_(loss.cost.to(baseline.scalar_type()), 1 - config.baseline_decay);
}

}  // namespace saccade

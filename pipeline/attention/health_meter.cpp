#include "pipeline/attention/health_meter.h"

namespace saccade {

void HealthMeter::add(const torch::Tensor& features, const Hypothesis& written, const AttentionRecord& attention,
                      const std::optional<WordBoxes>& boxes) {
  statistics_.add(attention);
  if (boxes) grounding_.add(attention, *boxes);
  has_boxes_ = has_boxes_ || boxes;
  if (probed_ == most_probed_ || written.tokens.empty()) return;
  faithfulness_.add(features, written.tokens, written.weights);
  const auto steps = examine_steps(decoder_, features, written.tokens, probed_);
  steps_.sensitivity += steps.sensitivity;
  if (steps.agreement) steps_.agreement = steps_.agreement.value_or(0) + *steps.agreement;
  ++probed_;
}

AttentionHealth HealthMeter::result() const {
  AttentionHealth health{.statistics = statistics_.result(), .faithfulness = faithfulness_.result()};
  if (probed_ > 0) health.steps.sensitivity = steps_.sensitivity / static_cast<double>(probed_);
  if (steps_.agreement) health.steps.agreement = *steps_.agreement / static_cast<double>(probed_);
  if (has_boxes_) health.grounding = grounding_.result();
  judge(health);
  return health;
}

}  // namespace saccade

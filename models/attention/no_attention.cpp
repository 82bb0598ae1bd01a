#include "models/attention/no_attention.h"

namespace saccade {

Memory NoAttentionImpl::prepare(const torch::Tensor& features) { return {.values = features, .mean = features.mean(1)}; }

Attended NoAttentionImpl::attend(const torch::Tensor& query, const Memory& memory) {
  const auto pictures = memory.values.size(0), sequences = query.size(1), regions = memory.values.size(1);
  return {.context = memory.mean.narrow(1, 0, context_size_).unsqueeze(1).expand({pictures, sequences, -1}),
          .weights =
              torch::full({1, 1, 1}, 1.0 / static_cast<double>(regions), memory.values.options()).expand({pictures, sequences, regions})};
}

}  // namespace saccade

#include "models/attention/over_picture.h"

namespace saccade {

torch::Tensor over_picture(const torch::Tensor& weights, const Memory& memory) {
  if (!memory.origin.defined() || !weights.defined()) return weights;
  const c10::impl::ExcludeDispatchKeyGuard in_float(c10::autocast_dispatch_keyset);
  auto shape = weights.sizes().vec();
  shape.back() = memory.origin.size(2);
  const auto rows = weights.reshape({weights.size(0), -1, weights.size(-1)}).to(memory.origin.scalar_type());
  return rows.bmm(memory.origin).view(shape);
}

}  // namespace saccade

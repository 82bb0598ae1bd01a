#include "models/decoders/decoder.h"

namespace saccade {

DecoderState DecoderState::select(const torch::Tensor& parents) const {
  DecoderState selected;
  for (const auto& tensor : tensors) {
    std::vector<int64_t> shape(tensor.dim(), 1);
    shape[0] = parents.size(0);
    shape[1] = parents.size(1);
    const auto index = parents.view(shape);
    for (int64_t side = 2; side < tensor.dim(); ++side) shape[side] = tensor.size(side);
    selected.tensors.push_back(tensor.gather(1, index.expand(shape)));
  }
  return selected;
}

}  // namespace saccade

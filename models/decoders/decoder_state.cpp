#include "models/decoders/decoder.h"

namespace saccade {

DecoderState DecoderState::select(const torch::Tensor& parents) const {
  DecoderState selected;
  if (tensors.empty()) return selected;
  const auto pictures = parents.size(0), sequences = tensors.front().size(1);
  // Whole rows are copied, six times as fast on a CPU as gathering each number of a Transformer's past.
  const auto rows = (parents + torch::arange(0, pictures * sequences, sequences, parents.options()).unsqueeze(1)).flatten();
  for (const auto& tensor : tensors) {
    selected.tensors.push_back(tensor.flatten(0, 1).index_select(0, rows).unflatten(0, parents.sizes()));
  }
  return selected;
}

}  // namespace saccade

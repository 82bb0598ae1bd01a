#pragma once

#include <torch/torch.h>

namespace saccade {

struct LstmCell {
  torch::Tensor hidden, cell;  // [..., H]
};

/// Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000. gates [..., 4H] before their functions, in the order i f g o.
inline LstmCell lstm_cell(const torch::Tensor& gates, const torch::Tensor& cell) {
  const auto parts = gates.chunk(4, -1);
  const auto next = parts[1].sigmoid() * cell + parts[0].sigmoid() * parts[2].tanh();
  return {.hidden = parts[3].sigmoid() * next.tanh(), .cell = next};
}

}  // namespace saccade

#include "models/refiners/box_encoding.h"

#include <cmath>
#include <numbers>

namespace saccade {

torch::Tensor box_encoding(const std::vector<RegionBox>& boxes) {
  constexpr int64_t kFrequencies = 6;
  auto encoding = torch::empty({static_cast<int64_t>(boxes.size()), 4, kFrequencies, 2});
  auto values = encoding.accessor<float, 4>();
  for (std::size_t region = 0; region < boxes.size(); ++region) {
    const auto& [left, top, right, bottom] = boxes[region];
    const double places[] = {(left + right) / 2, (top + bottom) / 2, right - left, bottom - top};
    for (int64_t side = 0; side < 4; ++side) {
      for (int64_t k = 0; k < kFrequencies; ++k) {
        const double angle = places[side] * std::numbers::pi * std::pow(2.0, k);
        values[static_cast<int64_t>(region)][side][k][0] = static_cast<float>(std::sin(angle));
        values[static_cast<int64_t>(region)][side][k][1] = static_cast<float>(std::cos(angle));
      }
    }
  }
  return encoding.view({-1, kBoxEncodingSize});
}

}  // namespace saccade

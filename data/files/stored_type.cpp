#include "data/files/stored_type.h"

#include <algorithm>
#include <array>
#include <utility>

namespace saccade {
namespace {

constexpr std::array<std::pair<StoredType, torch::ScalarType>, 10> kTypes{{{StoredType::kBool, torch::kBool},
                                                                           {StoredType::kU8, torch::kUInt8},
                                                                           {StoredType::kI8, torch::kInt8},
                                                                           {StoredType::kI16, torch::kInt16},
                                                                           {StoredType::kI32, torch::kInt32},
                                                                           {StoredType::kI64, torch::kInt64},
                                                                           {StoredType::kF16, torch::kFloat16},
                                                                           {StoredType::kBf16, torch::kBFloat16},
                                                                           {StoredType::kF32, torch::kFloat32},
                                                                           {StoredType::kF64, torch::kFloat64}}};

}  // namespace

torch::ScalarType scalar_type(StoredType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [type](const auto& row) { return row.first == type; })->second;
}

StoredType stored_type(torch::ScalarType type) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [type](const auto& row) { return row.second == type; });
  TORCH_CHECK(found != kTypes.end(), "safetensors: tensors of type ", type, " are not written");
  return found->first;
}

}  // namespace saccade

#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace saccade {

enum class RefinerKind {
  kNone,        ///< the encoder's regions as they are
  kProjection,  ///< each region by itself: standardised channels, a linear map, LayerNorm, ReLU
};
NLOHMANN_JSON_SERIALIZE_ENUM(RefinerKind, {{RefinerKind::kNone, "none"}, {RefinerKind::kProjection, "projection"}})

struct RefinerConfig {
  RefinerKind kind = RefinerKind::kNone;
  int64_t size = 512;  ///< D of the refined regions; of no meaning for `none`
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RefinerConfig, kind, size)

}  // namespace saccade

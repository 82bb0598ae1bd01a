#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace saccade {

enum class RefinerKind {
  kNone,               ///< the encoder's regions as they are
  kProjection,         ///< each region by itself: standardised channels, a linear map, LayerNorm, ReLU
  kSqueezeExcitation,  ///< each channel times a gate that the whole picture sets
  kSaliency,           ///< each region times a gate that it and the strongest of all regions set: attention without a query
  kLocalSum,           ///< each region the weighted sum of those around it
  kStructured,         ///< a few looks at the whole picture, kept apart by a penalty, in the regions' stead
  kSelfAttention,      ///< blocks in which all regions attend to each other
};
NLOHMANN_JSON_SERIALIZE_ENUM(RefinerKind, {{RefinerKind::kNone, "none"},
                                           {RefinerKind::kProjection, "projection"},
                                           {RefinerKind::kSqueezeExcitation, "squeeze_excitation"},
                                           {RefinerKind::kSaliency, "saliency"},
                                           {RefinerKind::kLocalSum, "local_sum"},
                                           {RefinerKind::kStructured, "structured"},
                                           {RefinerKind::kSelfAttention, "self_attention"}})

struct RefinerConfig {
  RefinerKind kind = RefinerKind::kNone;
  int64_t size = 512;         ///< D of the projected regions; of no meaning where nothing is projected
  bool project = false;       ///< the projection before the kind, for features that are large or of uneven channels
  int64_t hidden_size = 512;  ///< inside: the bottleneck of squeeze_excitation, the tanh layer of saliency and structured, the feed-forward
                              ///< layer of self_attention
  int64_t hops = 8;           ///< structured: how many looks, the L of the decoder
  int64_t neighbourhood = 3;  ///< local_sum: regions in a row of the square around each; odd
  int64_t blocks = 2;         ///< self_attention
  int64_t heads = 8;          ///< self_attention; a divisor of D
  double dropout = 0.1;       ///< self_attention: on what each half of a block adds
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(RefinerConfig, kind, size, project, hidden_size, hops, neighbourhood, blocks, heads,
                                                dropout)

}  // namespace saccade

#include <stdexcept>

#include "models/refiners/local_sum.h"
#include "models/refiners/projected.h"
#include "models/refiners/saliency.h"
#include "models/refiners/self_attention.h"
#include "models/refiners/squeeze_excitation.h"
#include "models/refiners/structured_attention.h"

namespace saccade {
namespace {

void require_refiner(bool good, const std::string& what) {
  if (!good) throw std::invalid_argument("decoder.refiner." + what);
}

void validate(const RefinerConfig& config) {
  for (const auto& [name, value] : {std::pair{"size", config.size},
                                    {"hidden_size", config.hidden_size},
                                    {"hops", config.hops},
                                    {"neighbourhood", config.neighbourhood},
                                    {"blocks", config.blocks},
                                    {"heads", config.heads}}) {
    require_refiner(value >= 1, std::string(name) + ": is " + std::to_string(value) + "; it must be positive");
  }
  require_refiner(config.neighbourhood % 2 == 1,
                  "neighbourhood: is " + std::to_string(config.neighbourhood) + "; it must be odd, to have a middle");
  require_refiner(config.dropout >= 0 && config.dropout < 1, "dropout: must be at least 0 and below 1");
}

/// The kind itself, for regions of `size` channels.
std::shared_ptr<RefinerModule> make_kind(const RefinerConfig& config, int64_t size, const std::vector<RegionBox>& boxes) {
  switch (config.kind) {
    case RefinerKind::kNone:
      return nullptr;
    case RefinerKind::kProjection:
      return std::make_shared<ProjectionImpl>(config, size);
    case RefinerKind::kSqueezeExcitation:
      return std::make_shared<SqueezeExcitationImpl>(config, size);
    case RefinerKind::kSaliency:
      return std::make_shared<SaliencyImpl>(config, size);
    case RefinerKind::kLocalSum:
      return std::make_shared<LocalSumImpl>(config, size, boxes);
    case RefinerKind::kStructured:
      return std::make_shared<StructuredAttentionImpl>(config, size);
    case RefinerKind::kSelfAttention:
      require_refiner(size % config.heads == 0,
                      "heads: is " + std::to_string(config.heads) + "; it must divide the size of the regions, " + std::to_string(size));
      return std::make_shared<SelfAttentionImpl>(config, size, boxes);
  }
  throw std::invalid_argument("decoder.refiner.kind: unknown kind");
}

}  // namespace

bool needs_boxes(const RefinerConfig& config) {
  return config.kind == RefinerKind::kLocalSum || config.kind == RefinerKind::kSelfAttention;
}

std::shared_ptr<RefinerModule> make_refiner(const RefinerConfig& config, int64_t feature_size, const std::vector<RegionBox>& boxes) {
  validate(config);
  require_refiner(!needs_boxes(config) || !boxes.empty(), "kind: needs to know where the regions lie");
  if (!config.project || config.kind == RefinerKind::kProjection) return make_kind(config, feature_size, boxes);
  Projection projection(config, feature_size);
  const auto then = make_kind(config, config.size, boxes);
  if (!then) return projection.ptr();
  return std::make_shared<ProjectedImpl>(projection, then);
}

}  // namespace saccade

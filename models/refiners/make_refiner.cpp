#include <stdexcept>

#include "models/refiners/projection.h"

namespace saccade {

std::shared_ptr<RefinerModule> make_refiner(const RefinerConfig& config, int64_t feature_size) {
  if (config.size < 1) throw std::invalid_argument("decoder.refiner.size: is " + std::to_string(config.size) + "; it must be positive");
  switch (config.kind) {
    case RefinerKind::kNone:
      return nullptr;
    case RefinerKind::kProjection:
      return std::make_shared<ProjectionImpl>(config, feature_size);
  }
  throw std::invalid_argument("decoder.refiner.kind: unknown kind");
}

}  // namespace saccade

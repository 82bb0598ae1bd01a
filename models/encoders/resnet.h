#pragma once

#include "models/encoders/grid_encoder.h"

namespace saccade {

/// ResNet without its classifier; He et al. 2016. Regions: layer4 (512 or 2048 features), layer3 (256 or 1024), or both.
/// Layers that the regions do not need are not built.
std::shared_ptr<EncoderModule> make_resnet(const EncoderConfig& config);

}  // namespace saccade

#pragma once

#include "models/encoders/grid_encoder.h"

namespace saccade {

/// MobileNetV2 without its classifier; Sandler et al. 2018. Regions: the last grid (1280 features), the blocks before the last stride (96),
/// or both. Layers that the regions do not need are not built.
std::shared_ptr<EncoderModule> make_mobilenet(const EncoderConfig& config);

}  // namespace saccade

#pragma once

#include "models/encoders/grid_encoder.h"

namespace saccade {

/// DenseNet without its classifier; Huang et al. 2017. Regions, for DenseNet-169: after norm5 and ReLU (1664 features), after dense block 3
/// (1280), or both, of which the second as transition3 normalises and averages it. Layers that the regions do not need are not built.
std::shared_ptr<EncoderModule> make_densenet(const EncoderConfig& config);

}  // namespace saccade

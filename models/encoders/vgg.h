#pragma once

#include "models/encoders/grid_encoder.h"

namespace saccade {

/// VGG without batch norm and classifier; Simonyan and Zisserman 2015. Its regions are the grid before the last pooling, which is both its
/// last and of stride 16: 512 features. Throws std::invalid_argument for `RegionLayer::kBoth`.
std::shared_ptr<EncoderModule> make_vgg(const EncoderConfig& config);

}  // namespace saccade

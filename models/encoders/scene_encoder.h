#pragma once

#include "models/encoders/grid_encoder.h"

namespace saccade {

/// Small network for small synthetic pictures, quick to train from nothing: stride 8 (8×8 regions of a 64-pixel picture), 96 features and
/// two coordinates. Coordinates enter beside the features, so that a region knows where it lies. Throws std::invalid_argument for a layer
/// other than the last.
std::shared_ptr<EncoderModule> make_scene_encoder(const EncoderConfig& config);

}  // namespace saccade

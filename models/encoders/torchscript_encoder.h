#pragma once

#include "models/encoders/encoder.h"

namespace saccade {

/// A TorchScript file, `config.weights`, that maps [B, 3, S, S] to [B, D, G, G] or [B, L, D] with L a square. It is run as it is, frozen:
/// none of its parameters are this module's. The file's bytes are, as a buffer `script` [n] uint8, so that a model that is saved holds all
/// of it. Throws std::invalid_argument for a file that does anything else.
std::shared_ptr<EncoderModule> make_torchscript_encoder(const EncoderConfig& config);

}  // namespace saccade

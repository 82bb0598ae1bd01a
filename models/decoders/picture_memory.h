/// What every decoder does between the encoder's regions and its attention, and on the way back.
#pragma once

#include "models/attention/attention.h"
#include "models/refiners/refiner.h"

namespace saccade {

/// features [B, R, D] through the refiner; as they are where it is null.
Refined refine(RefinerModule* refiner, const torch::Tensor& features);

/// The attention's memory of refined regions, and with it all that the refiner says of them. `dropout` is the share of their features that
/// is dropped.
Memory remember(AttentionModule& attention, const Refined& refined, double dropout);

/// The memory, with what the refiner says of its regions.
Memory with_origin(Memory memory, const Refined& refined);

}  // namespace saccade

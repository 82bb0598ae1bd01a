#pragma once

#include <torch/torch.h>

#include "data/files/safetensors_header.h"

namespace saccade {

torch::ScalarType scalar_type(StoredType type);

/// Throws c10::Error for a type that is not written.
StoredType stored_type(torch::ScalarType type);

}  // namespace saccade

#pragma once

#include <cstdint>

namespace saccade {

/// The most memory that this process has held at once since reset_peak_memory(), or since it began where the system cannot reset it: bytes,
/// files mapped into memory included.
int64_t peak_memory();
void reset_peak_memory();

}  // namespace saccade

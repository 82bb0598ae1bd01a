#pragma once

#include <filesystem>

namespace saccade {

/// Whether a folder holds nothing, or only what AtomicFiles of killed processes left: it may be taken for a new one.
bool holds_only_leftovers(const std::filesystem::path& folder);

}  // namespace saccade

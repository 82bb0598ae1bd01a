#pragma once

#include "pipeline/overlay/overlay.h"
#include "tools/arguments.h"

namespace saccade {

/// Adds the format of this name to those that are drawn.
ValueReader overlay_format(OverlayOptions* options);

void add_overlay_options(CommandLine& line, OverlayOptions& options);

}  // namespace saccade

#pragma once

#include "pipeline/overlay/overlay.h"
#include "tools/arguments.h"

namespace saccade {

/// "sheet (default), words, gif, ... or safetensors": all that there are.
std::string overlay_format_names();

/// Adds the format of this name to those that are drawn.
ValueReader overlay_format(OverlayOptions* options);

void add_overlay_options(CommandLine& line, OverlayOptions& options);

}  // namespace saccade

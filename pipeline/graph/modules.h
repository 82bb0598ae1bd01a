#pragma once

#include <map>

#include "data/files/safetensors.h"
#include "pipeline/graph/network_graph.h"

namespace saccade {

/// All tensors of a model file by the blocks that they are part of; those of one meaning together.
std::map<BlockPlace, std::vector<GraphModule>> modules_by_place(const SafetensorsFile& file);

}  // namespace saccade

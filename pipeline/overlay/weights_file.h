/// Weights for other tools, without a picture.
#pragma once

#include <filesystem>
#include <string>

#include "pipeline/records.h"

namespace saccade {

/// NumPy's format, version 1.0: float32 [T, L]. numpy.load() opens it.
std::string weights_as_npy(const AttentionRecord& attention);

/// float32 weights [T, L], regions [L, 4] (left, top, right, bottom, parts of the network's input), and, where there is a gate, gates [T].
/// In the metadata: format "saccade-attention", image, caption, words (JSON), geometry (JSON: which rectangle of the picture the network
/// saw). Atomic.
void write_weights(const CaptionRecord& record, const std::filesystem::path& path);

}  // namespace saccade

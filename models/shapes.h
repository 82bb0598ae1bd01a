/// models/: the networks. Tensors enter, tensors leave; nothing here knows a file, a word or a picture format.
/// Enters: pictures as normalised floats, tokens as ids. Leaves: features, logits, attention weights, captions as ids.
/// This header holds the letters that every shape in the house is written with.
///
///   B  pictures in the batch            L  regions of a picture (row-major over the grid)
///   K  sequences of one picture:        D  feature size of a region
///      its captions in training,        E  size of a word's embedding
///      its beams in search              H  hidden size of the decoder
///   T  word positions                   A  attention size (keys and queries)
///   V  vocabulary                       N  attention heads
///   G  side of the grid, in regions     S  side of the network's input, in pixels
///
/// What belongs to a sequence is [B, K, ...]; what belongs to a picture is [B, ...] and is never repeated over K.
#pragma once

#include <cstdint>

namespace saccade {

/// Ids that every vocabulary begins with. Decoders and search need them, so they are fixed here.
inline constexpr int64_t kPadToken = 0;
inline constexpr int64_t kStartToken = 1;
inline constexpr int64_t kEndToken = 2;
inline constexpr int64_t kUnknownToken = 3;
inline constexpr int64_t kFirstWordToken = 4;

}  // namespace saccade

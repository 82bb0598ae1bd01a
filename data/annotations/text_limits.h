/// What a file of captions may ask of the program. Real files stay far below.
#pragma once

#include <cstddef>
#include <cstdint>

namespace saccade {

inline constexpr std::size_t kMaxRecordBytes = 1 << 20;  ///< a line, a row of a table, a record or a token of JSON
inline constexpr std::size_t kMaxCaptionBytes = 4096;    ///< a longer caption is a bad row: it is no caption
inline constexpr std::size_t kMaxFileNameBytes = 4096;   ///< with its folders
inline constexpr std::size_t kMaxColumns = 256;          ///< of a row of a table
inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr int64_t kMaxRows = 100'000'000;
inline constexpr std::size_t kMaxListedBadRows = 10'000;  ///< more are counted, not listed

}  // namespace saccade

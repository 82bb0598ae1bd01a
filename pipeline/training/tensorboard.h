/// Event files for TensorBoard: records with checksums (TFRecord) around protocol buffers, of which the few fields needed are written by
/// hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "data/pictures/picture.h"

namespace saccade {

/// Writes into a new event file of a folder; TensorBoard joins all files of a folder. What is written is on the disk's side at once, so
/// that a running training can be watched.
class EventWriter {
 public:
  /// `first_step` is where a resumed training goes on: TensorBoard then forgets the steps from there on that a killed run left.
  explicit EventWriter(const std::filesystem::path& folder, int64_t first_step = 0);

  const std::filesystem::path& path() const { return path_; }

  /// Throw Error if the disk does not take it. `tag` as "loss/train": what stands before the stroke groups the charts.
  void scalar(std::string_view tag, int64_t step, double value);
  void image(std::string_view tag, int64_t step, const Picture& picture);

 private:
  void write_summary(std::string_view tag, int64_t step, const std::string& value);
  void write_event(int64_t step, const std::string& content);

  std::filesystem::path path_;
  std::ofstream file_;
};

/// CRC-32C (Castagnoli), as it stands in event files before masking.
uint32_t crc32c(std::string_view bytes);

}  // namespace saccade

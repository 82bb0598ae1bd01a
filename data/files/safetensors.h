/// safetensors: the one format in which Saccade stores tensors. A strict reader: every size is checked before it is used.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "data/files/atomic_file.h"
#include "data/files/mapped_file.h"
#include "data/files/safetensors_header.h"

namespace saccade {

class SafetensorsFile {
 public:
  /// Throws Error, naming what is wrong, unless the file follows the format exactly (safetensors_header.h).
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const Metadata& metadata() const { return header_.metadata; }
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return header_.tensors.contains(name); }
  std::vector<int64_t> shape(const std::string& name) const;
  /// A view of the mapped file, read-only by contract, that keeps the mapping alive; a copy where the file does not align it. Throws Error
  /// for an absent name.
  torch::Tensor tensor(const std::string& name) const;
  /// All tensors by name, as views.
  std::map<std::string, torch::Tensor> tensors() const;

 private:
  const StoredTensor& entry(const std::string& name) const;

  std::filesystem::path path_;
  MappedFile file_;
  SafetensorsHeader header_;
};

/// Atomic; what is written is the same for the same tensors. Tensors on any device, any layout.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, torch::Tensor>& tensors,
                       const Metadata& metadata = {});

/// A tensor [rows, ...] of a file that is written row after row without being held in memory.
class SafetensorsRows {
 public:
  /// The file holds the one tensor `name` of `shape` (its first side the number of rows) and `metadata`, once finish() was called with all
  /// rows written. Cut short before, it may leave the rows written so far, with which the next writer of the same path, name, type, shape
  /// and metadata begins: see rows_written().
  SafetensorsRows(const std::filesystem::path& path, const std::string& name, torch::ScalarType type, std::vector<int64_t> shape,
                  const Metadata& metadata, CutShort cut_short = CutShort::kLeavesNothing);
  ~SafetensorsRows();
  /// rows [n, ...], the next n, on any device.
  void append(const torch::Tensor& rows);
  int64_t rows_written() const;
  /// The file shall hold only the rows written so far.
  void cut_to_written();
  void finish();

 private:
  struct Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace saccade

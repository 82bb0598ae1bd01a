/// safetensors: the one format in which Saccade stores tensors. A strict reader: every size is checked before it is used.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/files/mapped_file.h"

namespace saccade {

/// Name → text, stored beside the tensors.
using Metadata = std::map<std::string, std::string>;

class SafetensorsFile {
 public:
  /// Throws Error, naming what is wrong, unless the file follows the format exactly: header of at most 100 MB and 100,000 tensors, JSON without duplicate
  /// keys, known types, offsets that cover the data without hole or overlap, sizes that equal the product of the shape.
  explicit SafetensorsFile(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const Metadata& metadata() const { return metadata_; }
  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return entries_.count(name) != 0; }
  std::vector<int64_t> shape(const std::string& name) const;
  /// A view of the mapped file, read-only by contract, that keeps the mapping alive. Throws Error for an absent name.
  torch::Tensor tensor(const std::string& name) const;
  /// All tensors by name, as views.
  std::map<std::string, torch::Tensor> tensors() const;

 private:
  struct Entry {
    torch::ScalarType type;
    std::vector<int64_t> shape;
    std::size_t begin, end;  // in the file
  };
  const Entry& entry(const std::string& name) const;

  std::filesystem::path path_;
  MappedFile file_;
  Metadata metadata_;
  std::map<std::string, Entry> entries_;
};

/// Atomic. Tensors on any device, any layout.
void write_safetensors(const std::filesystem::path& path, const std::map<std::string, torch::Tensor>& tensors, const Metadata& metadata = {});

/// A tensor [rows, ...] of a file that is written row after row without being held in memory.
class SafetensorsRows {
 public:
  /// The file holds the one tensor `name` of `shape` (its first side the number of rows) and `metadata`, once finish() was called with all rows written.
  SafetensorsRows(const std::filesystem::path& path, const std::string& name, torch::ScalarType type, std::vector<int64_t> shape, const Metadata& metadata);
  ~SafetensorsRows();
  /// rows [n, ...], the next n.
  void append(const torch::Tensor& rows);
  void finish();

 private:
  struct Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace saccade

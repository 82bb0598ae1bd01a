/// The header of a safetensors file, read strictly: every size is checked before it is used. Knows nothing of tensors, so that it can be
/// fuzzed by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace saccade {

/// Of any file of tensors: what no model needs, and what would fill the memory.
constexpr std::size_t kMaxTensors = 100'000, kMaxRank = 64;

/// Name → text, stored beside the tensors.
using Metadata = std::map<std::string, std::string>;

/// The types Saccade reads, by the names that the format gives them.
enum class StoredType { kBool, kU8, kI8, kI16, kI32, kI64, kF16, kBf16, kF32, kF64 };

std::size_t bytes_per_element(StoredType type);

struct StoredTensor {
  StoredType type = StoredType::kF32;
  std::vector<int64_t> shape;
  std::size_t begin = 0, end = 0;  ///< bytes, from the start of the data; in a header just read, from the start of the file
};

struct SafetensorsHeader {
  Metadata metadata;
  std::map<std::string, StoredTensor> tensors;
};

/// Reads the header of the whole file `file`. Throws Error(where, ...), naming what is wrong, unless it follows the format exactly: at most
/// 100 MB and 100,000 tensors, JSON without duplicate keys, known types, offsets that cover the data without hole or overlap, sizes that
/// equal the product of the shape.
SafetensorsHeader read_safetensors_header(std::span<const std::byte> file, const std::string& where);

/// Length, JSON and padding, after which the data starts, aligned to 64 bytes. The places of the tensors are taken from their `begin` and
/// `end`.
std::string write_safetensors_header(const SafetensorsHeader& header);

}  // namespace saccade

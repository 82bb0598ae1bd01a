#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/files/safetensors_header.h"

namespace saccade {

/// Where a tensor of a checkpoint lies: a strided view into a storage, which is a record of the archive.
struct CheckpointTensor {
  StoredType type = StoredType::kF32;
  std::string storage;       ///< key of its record
  int64_t storage_size = 0;  ///< elements, as stated by the checkpoint
  int64_t offset = 0;        ///< elements
  std::vector<int64_t> shape, strides;
};

/// Reads the pickle of a state dict without executing anything: a machine that knows the few instructions and globals which torch.save
/// writes for dicts of tensors, and refuses all others by name. A dict under "state_dict", "model_state_dict" or "model" is taken for the
/// whole; other nested dicts give dotted names; what is no tensor is passed over. Shapes, strides and offsets lie within the stated
/// storage, and no tensor has more elements than it. Throws Error(where, ...).
std::map<std::string, CheckpointTensor> read_checkpoint_pickle(std::span<const std::byte> pickle, const std::string& where);

}  // namespace saccade

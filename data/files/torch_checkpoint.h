#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <map>
#include <string>

namespace saccade {

/// The tensors of a state dict that Python's torch.save wrote (torch 1.6 or newer), by name. Nothing in the file is executed; what a state
/// dict does not need is refused by name; every size and checksum is checked. Tensors are read-only views of the mapped file, with their
/// strides, and keep it alive; copies where the file does not align them. Throws Error, which tells how to convert the file where it is of
/// the older form.
std::map<std::string, torch::Tensor> read_torch_checkpoint(const std::filesystem::path& path);

}  // namespace saccade

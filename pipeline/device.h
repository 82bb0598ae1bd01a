#pragma once

#include <torch/torch.h>

#include <string>

namespace saccade {

/// "auto" (a GPU where there is one), "cpu", "cuda" or "cuda:1". Throws Error where the device is not there. On the CPU, torch is given the
/// cores this process may use.
torch::Device choose_device(const std::string& name);

}  // namespace saccade

#include "pipeline/device.h"

#include <cstdlib>

#include "data/error.h"
#include "pipeline/cores.h"

namespace saccade {

torch::Device choose_device(const std::string& name) {
  if (std::getenv("OMP_NUM_THREADS") == nullptr) at::set_num_threads(available_cores());  // LibTorch's own default may be 1
  const bool has_gpu = torch::cuda::is_available();
  if (name == "auto") return has_gpu ? torch::Device(torch::kCUDA, 0) : torch::Device(torch::kCPU);
  try {
    const torch::Device device(name);
    if (device.is_cpu()) return torch::kCPU;
    if (device.is_cuda() && has_gpu && device.index() < static_cast<int>(torch::cuda::device_count())) {
      return {torch::kCUDA, device.has_index() ? device.index() : static_cast<c10::DeviceIndex>(0)};
    }
  } catch (const c10::Error&) {  // not the name of a device: told below
  }
  throw Error("--device " + name, "there is no such device here", has_gpu ? "use auto, cpu or cuda" : "use auto or cpu");
}

}  // namespace saccade

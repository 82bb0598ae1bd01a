#include "pipeline/device.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>

#include "data/error.h"

namespace saccade {

namespace {

constexpr int kMostCores = 8192;

/// What a container is allowed of the machine's cores ("<microseconds> <period>" or "max <period>"); none where it is not limited.
std::optional<double> core_quota() {
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  double allowed = 0, period = 0;
  if (file >> allowed >> period && allowed > 0 && period > 0) return allowed / period;
  return std::nullopt;
}

}  // namespace

int available_cores() {
  const std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(CPU_ALLOC(kMostCores), [](cpu_set_t* made) { CPU_FREE(made); });
  const auto size = CPU_ALLOC_SIZE(kMostCores);
  const int cores = sched_getaffinity(0, size, set.get()) == 0 ? CPU_COUNT_S(size, set.get()) : 1;
  return std::max(1, std::min(cores, static_cast<int>(std::ceil(core_quota().value_or(cores)))));
}

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

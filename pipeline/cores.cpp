#include "pipeline/cores.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string_view>

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

int working_threads() {
  const char* const set = std::getenv("OMP_NUM_THREADS");
  const std::string_view text = set == nullptr ? "" : set;
  int threads = 0;
  std::from_chars(text.data(), text.data() + text.size(), threads);  // "4" or "4,2": a list is of nested levels
  return threads > 0 ? threads : available_cores();
}

}  // namespace saccade

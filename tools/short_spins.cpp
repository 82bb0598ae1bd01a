#include "tools/short_spins.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace saccade {

void start_with_short_spins(char** arguments) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure);  // by its own name, which ps and top show
  if (failure || ::setenv("GOMP_SPINCOUNT", "2000", 0) != 0) return;
  ::execv(program.c_str(), arguments);  // comes back only where it failed: slower, not wrong
}

}  // namespace saccade

#include "tools/continue_with_torch.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "tools/exit_codes.h"

namespace saccade {

int continue_with_torch(const std::string& name, const std::vector<std::string>& words, Cores cores) {
  if (cores == Cores::kAll && std::getenv("OMP_WAIT_POLICY") == nullptr) ::setenv("GOMP_SPINCOUNT", "2000", 0);
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure).parent_path() / "saccade-torch";
  std::vector<char*> arguments = {const_cast<char*>(name.c_str())};  // which execv promises not to change
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  std::cerr << "error: " << program.string() << ": cannot be started: " << std::strerror(errno)
            << "; it belongs beside the program, which goes on as it where LibTorch is needed\n";
  return kExitBadInput;
}

}  // namespace saccade

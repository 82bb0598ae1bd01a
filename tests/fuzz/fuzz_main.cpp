/// libFuzzer's entry. The environment variable SACCADE_FUZZ names the target.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz_targets.h"

namespace {

const saccade::FuzzTarget& chosen() {
  const char* name = std::getenv("SACCADE_FUZZ");
  for (const auto& target : saccade::fuzz_targets()) {
    if (name && target.name == name) return target;
  }
  std::fprintf(stderr, "SACCADE_FUZZ has to name one of:");
  for (const auto& target : saccade::fuzz_targets()) std::fprintf(stderr, " %s", target.name.data());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  static const auto& target = chosen();
  target.run({reinterpret_cast<const std::byte*>(data), size});
  return 0;
}

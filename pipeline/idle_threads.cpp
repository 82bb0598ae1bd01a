#include "pipeline/idle_threads.h"

#include <chrono>
#include <cstdlib>
#include <latch>
#include <mutex>
#include <thread>

namespace saccade {
namespace {

void keep_idle_team() {
  static std::latch made(1);
  std::thread([] {
    const auto size = static_cast<int>(std::thread::hardware_concurrency()) + 1;
#pragma omp parallel num_threads(size)
    { asm volatile(""); }  // an empty region would be compiled away
    made.count_down();
    while (true) std::this_thread::sleep_for(std::chrono::hours(24));  // its team lives as long as it does
  }).detach();
  made.wait();
}

}  // namespace

void let_idle_threads_sleep() {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  static std::once_flag once;
  std::call_once(once, keep_idle_team);
}

}  // namespace saccade

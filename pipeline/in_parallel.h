#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

#include "pipeline/cores.h"

namespace saccade {

/// Calls work(i) for each i below `count` on working_threads(); each thread makes its own work by make(). Runs of `together` items are
/// taken at once: as many as take longer than taking them. What a call throws is thrown here, after all threads have ended.
template <typename Make>
void for_each_in_parallel(std::size_t count, std::size_t together, const Make& make) {
  const auto threads = std::min(static_cast<std::size_t>(working_threads()), count / (4 * together) + 1);
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> errors(threads);
  const auto run = [&](std::size_t thread) {
    try {
      auto work = make();
      for (std::size_t begin = next.fetch_add(together); begin < count; begin = next.fetch_add(together)) {
        for (std::size_t i = begin; i < std::min(begin + together, count); ++i) work(i);
      }
    } catch (...) {
      errors[thread] = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
    run(0);
  }
  for (const auto& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace saccade

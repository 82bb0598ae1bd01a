#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace saccade {

/// produce(i) for i in [0, count) on `threads` threads, consume(i, result) on this one, in order of i; at most `ahead` results wait, so
/// that memory stays flat. What either throws ends the work and is thrown here.
template <typename Produce, typename Consume>
void produce_in_order(int64_t count, int threads, int64_t ahead, const Produce& produce, const Consume& consume) {
  using Result = decltype(produce(int64_t{0}));
  struct Slot {
    std::optional<Result> result;
    std::exception_ptr failure;
  };
  std::vector<Slot> slots(static_cast<std::size_t>(std::max<int64_t>(ahead, 1)));  // i waits in slot i mod ahead
  const auto slot_of = [&](int64_t i) -> Slot& { return slots[static_cast<std::size_t>(i) % slots.size()]; };
  std::mutex mutex;
  std::condition_variable changed;
  int64_t next = 0, consumed = 0;
  bool stopping = false;

  const auto work = [&] {
    for (;;) {
      int64_t i = 0;
      {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return stopping || next == count || next < consumed + std::ssize(slots); });
        if (stopping || next == count) return;
        i = next++;
      }
      Slot done;
      try {
        done.result.emplace(produce(i));
      } catch (...) {
        done.failure = std::current_exception();
      }
      const std::lock_guard lock(mutex);
      slot_of(i) = std::move(done);
      changed.notify_all();
    }
  };

  std::vector<std::jthread> workers;
  struct Stop {  // before the threads are joined, however this function is left
    std::mutex& mutex;
    std::condition_variable& changed;
    bool& stopping;
    ~Stop() {
      const std::lock_guard lock(mutex);
      stopping = true;
      changed.notify_all();
    }
  } const stop{mutex, changed, stopping};
  for (int i = 0; i < std::max(threads, 1); ++i) workers.emplace_back(work);
  for (int64_t i = 0; i < count; ++i) {
    Slot done;
    {
      std::unique_lock lock(mutex);
      auto& slot = slot_of(i);
      changed.wait(lock, [&] { return slot.result || slot.failure; });
      done = std::exchange(slot, Slot{});
      consumed = i + 1;
      changed.notify_all();
    }
    if (done.failure) std::rethrow_exception(done.failure);
    consume(i, std::move(*done.result));
  }
}

}  // namespace saccade

#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "data/inputs/picture_source.h"

namespace saccade {

/// A picture of the source, ready for the network, or why it is not.
struct LoadedPicture {
  SourcePicture source;
  FittedPicture fitted;
  std::string warning, error;
};

/// Threads that read and decode the pictures of a source ahead of the reader, at most `ahead` of them, and give them in the source's order.
class DecodePool {
 public:
  struct Options {
    int side = 224;
    FitMode fit = FitMode::kSquash;
    int threads = 1;
    std::size_t ahead = 64;
    std::function<bool(const std::string& name)> skip;  ///< asked once a picture, in order; empty: none is skipped
  };
  /// `source` must outlive this.
  DecodePool(PictureSource& source, const Options& options);
  ~DecodePool();
  DecodePool(const DecodePool&) = delete;
  DecodePool& operator=(const DecodePool&) = delete;

  /// None at the end. What the source itself throws is thrown here, after the pictures before it.
  std::optional<LoadedPicture> next();
  /// Pictures that were passed over until now.
  int64_t skipped() const { return skipped_; }

 private:
  std::optional<SourcePicture> next_of_source();
  using Slot = std::optional<LoadedPicture>;  // empty while it is decoded
  Slot* take_slot(SourcePicture& picture);
  void work();
  void stop();

  PictureSource& source_;
  const Options options_;
  std::mutex source_mutex_;  // taken before mutex_
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Slot> slots_;  // pictures in flight; a deque, so that pushing and popping at its ends moves none
  bool ended_ = false, stopping_ = false;
  std::atomic<int64_t> skipped_ = 0;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace saccade

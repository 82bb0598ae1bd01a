#include "pipeline/captioning/decode_pool.h"

#include <chrono>
#include <system_error>

#include "data/error.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

constexpr std::chrono::milliseconds kSignalsAreLookedFor{200};

LoadedPicture load(SourcePicture picture, const DecodePool::Options& options) {
  LoadedPicture loaded{.source = std::move(picture)};
  try {
    auto fitted = load_fitted(loaded.source, options.side, options.fit);
    loaded.fitted = std::move(fitted.fitted);
    for (const auto& warning : fitted.warnings) loaded.warning += (loaded.warning.empty() ? "" : "; ") + warning;
  } catch (const std::exception& error) {  // whatever a decoder throws is this picture's failure, not the run's
    loaded.error = error.what();
  }
  return loaded;
}

}  // namespace

DecodePool::DecodePool(PictureSource& source, const Options& options) : source_(source), options_(options) {
  try {
    for (int i = 0; i < options.threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    stop();
    throw Error(std::to_string(options.threads) + " threads", std::string("cannot be started: ") + error.what(), "fewer --threads");
  }
}

DecodePool::~DecodePool() { stop(); }

void DecodePool::stop() {
  source_.stop_waiting();
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

std::optional<LoadedPicture> DecodePool::next() {
  std::unique_lock lock(mutex_);
  const auto is_there = [&] { return slots_.empty() ? ended_ : slots_.front().has_value(); };
  while (!changed_.wait_for(lock, kSignalsAreLookedFor, is_there)) {
    if (StopSignal::requested()) return std::nullopt;  // the source may be a pipe in which nothing comes
  }
  if (slots_.empty()) {
    if (failure_) std::rethrow_exception(failure_);
    return std::nullopt;
  }
  auto picture = std::move(slots_.front());
  slots_.pop_front();
  changed_.notify_all();
  return picture;
}

std::optional<SourcePicture> DecodePool::next_of_source() {
  while (true) {
    auto picture = source_.next();
    if (!picture || !options_.skip || !options_.skip(picture->name)) return picture;
    ++skipped_;
  }
}

/// The next picture of the source, and its place in the order; null where the work is over.
DecodePool::Slot* DecodePool::take_slot(SourcePicture& picture) {
  const std::lock_guard source_lock(source_mutex_);  // one reader of the source, so that places are in its order
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || ended_ || slots_.size() < options_.ahead; });
    if (stopping_ || ended_) return nullptr;
  }
  std::optional<SourcePicture> next;
  std::exception_ptr failure;
  try {
    next = next_of_source();
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  if (!next) {
    ended_ = true;
    failure_ = failure;
    changed_.notify_all();
    return nullptr;
  }
  picture = std::move(*next);
  return &slots_.emplace_back();
}

void DecodePool::work() {
  SourcePicture picture;
  while (auto* slot = take_slot(picture)) {
    auto loaded = load(std::move(picture), options_);
    const std::lock_guard lock(mutex_);
    *slot = std::move(loaded);
    changed_.notify_all();
  }
}

}  // namespace saccade

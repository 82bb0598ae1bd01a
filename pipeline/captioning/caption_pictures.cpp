#include "pipeline/captioning/caption_pictures.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "pipeline/captioning/bounded_queue.h"
#include "pipeline/captioning/decode_pool.h"
#include "pipeline/cores.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

using Clock = std::chrono::steady_clock;

/// Pictures of one batch with those between them that could not be loaded, in the source's order; afterwards with their records.
struct PictureBatch {
  std::vector<LoadedPicture> pictures;
  std::vector<CaptionRecord> records;
};

/// The last stage: a thread that hands records to the sink. Its failure closes the queue, which ends the stage before it, and is thrown by
/// finish().
class RecordThread {
 public:
  explicit RecordThread(const RecordSink& write) : write_(write), thread_([this] { work(); }) {}
  ~RecordThread() { queue_.close(); }

  bool push(PictureBatch batch) { return queue_.push(std::move(batch)); }
  void finish() {
    queue_.close();
    thread_.join();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work() {
    try {
      while (const auto batch = queue_.pop()) {
        for (std::size_t i = 0; i < batch->records.size(); ++i) write_(batch->records[i], batch->pictures[i].source);
      }
    } catch (...) {
      failure_ = std::current_exception();
      queue_.close();
    }
  }

  const RecordSink& write_;
  BoundedQueue<PictureBatch> queue_{2};
  std::exception_ptr failure_;
  std::jthread thread_;
};

PictureBatch next_batch(DecodePool& pool, int64_t batch_pictures) {
  PictureBatch batch;
  for (int64_t good = 0; good < batch_pictures;) {
    auto picture = pool.next();
    if (!picture) break;
    good += picture->error.empty() ? 1 : 0;
    batch.pictures.push_back(std::move(*picture));
    if (std::ssize(batch.pictures) >= 4 * batch_pictures) break;  // mostly failures: hand them on
  }
  return batch;
}

void caption_batch(BatchCaptioner& captioner, PictureBatch& batch) {
  std::vector<FittedPicture> good;
  for (auto& picture : batch.pictures) {
    if (picture.error.empty()) good.push_back(std::move(picture.fitted));
  }
  auto records = good.empty() ? std::vector<CaptionRecord>() : captioner.caption(good);
  auto next = records.begin();
  for (const auto& picture : batch.pictures) {
    auto record = picture.error.empty() ? std::move(*next++) : CaptionRecord{};
    record.image = picture.source.name;
    record.warning = picture.warning;
    if (!picture.error.empty()) record.error = picture.error;
    batch.records.push_back(std::move(record));
  }
}

void count(CaptionTally& tally, const PictureBatch& batch) {
  for (const auto& record : batch.records) {
    tally.failed += record.error.empty() ? 0 : 1;
    tally.captioned += record.error.empty() ? 1 : 0;
    tally.damaged += record.error.empty() && !record.warning.empty() ? 1 : 0;
  }
}

}  // namespace

CaptionTally caption_pictures(const LoadedModel& model, PictureSource& source, const CaptionOptions& options, const RecordSink& write) {
  const auto start = Clock::now();
  const auto& description = model.description;
  BatchCaptioner captioner(model, options.batch);
  DecodePool pool(source, {.side = static_cast<int>(description.model.encoder.picture_size),
                           .fit = description.fit,
                           .threads = options.decode_threads > 0 ? options.decode_threads : available_cores(),
                           .ahead = static_cast<std::size_t>(2 * options.batch.batch_pictures),
                           .skip = options.skip});
  RecordThread records(write);
  auto total = source.count();
  if (total) total = std::max<int64_t>(0, *total - options.already_done);
  Progress progress({.total = total, .label = "captioning", .unit = "pictures", .quiet = options.quiet});

  CaptionTally tally;
  for (auto batch = next_batch(pool, options.batch.batch_pictures); !batch.pictures.empty();
       batch = next_batch(pool, options.batch.batch_pictures)) {
    caption_batch(captioner, batch);
    count(tally, batch);
    progress.advance(std::ssize(batch.pictures));
    if (!records.push(std::move(batch))) break;  // the sink failed: told by finish()
    if (StopSignal::requested()) break;
  }
  tally.stopped = StopSignal::requested();
  records.finish();
  tally.skipped = pool.skipped();
  tally.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return tally;
}

}  // namespace saccade

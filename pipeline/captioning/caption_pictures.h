/// Bulk captioning: pictures enter from a source, records leave in the same order, one a picture whatever happens to it. Three stages run
/// at once with bounded queues between them: threads that read and decode; the calling thread with encoder and beam search on batches; a
/// thread that hands out the records.
#pragma once

#include <functional>

#include "data/inputs/picture_source.h"
#include "pipeline/captioning/caption_batch.h"

namespace saccade {

struct CaptionOptions {
  BatchOptions batch;
  std::function<bool(const std::string& name)>
      skip;                  ///< asked once a picture, in order, before it is read; those of an earlier run, when one goes on with it
  int64_t already_done = 0;  ///< how many `skip` will pass over, for the time left
  int decode_threads = 0;    ///< 0: as many as there are cores
  bool quiet = false;        ///< no progress on stderr
};

struct CaptionTally {
  int64_t captioned = 0;
  int64_t damaged = 0;  ///< of these, with a warning
  int64_t failed = 0;   ///< with an error instead of a caption
  int64_t skipped = 0;
  bool stopped = false;  ///< by a signal (stop_signal.h); what was captioned until then has been written
  double seconds = 0;
};

/// Called in input order, from one thread. What it throws ends the run.
using RecordSink = std::function<void(const CaptionRecord& record, const SourcePicture& picture)>;

CaptionTally caption_pictures(const LoadedModel& model, PictureSource& source, const CaptionOptions& options, const RecordSink& write);

}  // namespace saccade

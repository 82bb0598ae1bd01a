#include "data/prepared/prepared_dataset.h"
#include "pipeline/captioning/caption_split.h"
#include "pipeline/device.h"
#include "pipeline/record_writers.h"
#include "pipeline/stop_signal.h"
#include "tools/evaluate.h"

namespace saccade {

EvaluationReport evaluate_model_of(const EvaluateArguments& given, const EvaluationOptions& options) {
  const PreparedDataset dataset(given.data);
  const auto model = load_model(given.model, choose_device(given.device));
  const BatchOptions batches{.search = with_options(model.description.search, given.search), .batch_pictures = given.batch};
  std::optional<RecordWriter> writer;  // before the work, which would be lost were the file refused
  if (!given.output.empty()) {
    writer.emplace(given.output, RecordFormat::kJsonl, given.overwrite ? ExistingRecords::kReplace : ExistingRecords::kRefuse);
  }
  const StopSignal stop_signal;
  const auto captioned = caption_split(model, dataset, given.split.empty() ? kDefaultSplit : given.split, batches, given.quiet);
  if (writer) {
    for (const auto& record : captioned.records) writer->write(record);
    writer->finish();
  }
  return evaluate_captions(captioned.references, captioned.records, options);
}

}  // namespace saccade

#include <iostream>

#include "pipeline/attention/examine.h"
#include "pipeline/device.h"
#include "pipeline/stop_signal.h"
#include "tools/evaluate.h"
#include "tools/exit_codes.h"

namespace saccade {

int examine_attention(const EvaluateArguments& given) {
  const StopSignal stop_signal;
  const auto model = load_model(given.model, choose_device(given.device));
  const ExaminationOptions options{.search = with_options(model.description.search, given.search),
                                   .images = given.images,
                                   .boxes = given.boxes,
                                   .pictures = given.pictures,
                                   .batch_pictures = given.batch,
                                   .quiet = given.quiet};
  const auto examination =
      given.images.empty() ? examine_split(model, PreparedDataset(given.data), given.split.empty() ? kDefaultSplit : given.split, options)
                           : examine_pictures(model, options);
  for (const auto& failure : examination.failures) std::cerr << failure << "\n";
  if (examination.bad_rows > 0) std::cerr << given.boxes.string() << ": " << examination.bad_rows << " rows of boxes left out\n";
  std::cout << (given.json ? to_json_health(examination.health).dump(2) + "\n" : to_table(examination.health));
  return examination.failures.empty() ? kExitGood : kExitSomeFailed;
}

}  // namespace saccade

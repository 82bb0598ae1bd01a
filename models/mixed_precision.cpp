#include "models/mixed_precision.h"

#include <ATen/autocast_mode.h>

namespace saccade {

MixedPrecision::MixedPrecision(torch::Device device, torch::ScalarType type)
    : device_(device.type()),
      was_enabled_(at::autocast::is_autocast_enabled(device_)),
      previous_type_(at::autocast::get_autocast_dtype(device_)) {
  at::autocast::set_autocast_dtype(device_, type);
  at::autocast::set_autocast_enabled(device_, true);
  at::autocast::increment_nesting();
}

MixedPrecision::~MixedPrecision() {
  if (at::autocast::decrement_nesting() == 0)
    at::autocast::clear_cache();  // the converted weights: they change with the next step of training
  at::autocast::set_autocast_enabled(device_, was_enabled_);
  at::autocast::set_autocast_dtype(device_, previous_type_);
}

}  // namespace saccade

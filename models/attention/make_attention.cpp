#include <stdexcept>

#include "models/attention/additive_attention.h"
#include "models/attention/no_attention.h"

namespace saccade {

std::shared_ptr<AttentionModule> make_attention(const AttentionConfig& config, int64_t feature_size) {
  if (config.size < 1) throw std::invalid_argument("decoder.attention.size: is " + std::to_string(config.size) + "; it must be positive");
  switch (config.score) {
    case AttentionScore::kNone:
      return std::make_shared<NoAttentionImpl>(feature_size);
    case AttentionScore::kAdditive:
      return std::make_shared<AdditiveAttentionImpl>(config, feature_size);
  }
  throw std::invalid_argument("decoder.attention.score: unknown kind");
}

}  // namespace saccade

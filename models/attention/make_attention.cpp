#include <stdexcept>

#include "models/attention/no_attention.h"
#include "models/attention/scores/scores.h"

namespace saccade {
namespace {

void require_attention(bool good, const std::string& what) {
  if (!good) throw std::invalid_argument("decoder.attention." + what);
}

void validate(const AttentionConfig& config, int64_t feature_size) {
  const auto text = [](int64_t number) { return std::to_string(number); };
  require_attention(config.size >= 1, "size: is " + text(config.size) + "; it must be positive");
  require_attention(config.heads >= 1, "heads: is " + text(config.heads) + "; it must be positive");
  require_attention(config.sampled_share > 0 && config.sampled_share <= 1, "sampled_share: must be above 0 and at most 1");
  if (config.score == AttentionScore::kNone || config.score == AttentionScore::kStart) {
    require_attention(config.heads == 1, "heads: " + text(config.heads) + " heads need a score; nothing attends here");
    require_attention(config.normaliser == AttentionNormaliser::kSoftmax, "normaliser: has no score to normalise; nothing attends here");
    require_attention(config.values == AttentionValues::kFeatures, "values: are not projected where nothing attends");
    return;
  }
  const auto divides = [&](int64_t size, const std::string& whose) {
    require_attention(size % config.heads == 0, "heads: " + text(config.heads) + " heads cannot share " + whose + " of size " + text(size));
  };
  if (config.score == AttentionScore::kDot || config.values == AttentionValues::kFeatures) divides(feature_size, "regions");
  if (config.score != AttentionScore::kDot || config.values == AttentionValues::kProjected) divides(config.size, "keys");
}

}  // namespace

Attended AttentionModule::attend_beside(const torch::Tensor& /*query*/, const Memory& /*memory*/, const torch::Tensor& /*sentinel*/) {
  TORCH_CHECK(false, "this kind of attention scores nothing, so nothing can be looked at beside the regions");
}

std::shared_ptr<AttentionModule> make_attention(const AttentionConfig& config, int64_t feature_size) {
  validate(config, feature_size);
  switch (config.score) {
    case AttentionScore::kNone:
      return std::make_shared<NoAttentionImpl>(feature_size);
    case AttentionScore::kAdditive:
      return make_additive(config, feature_size);
    case AttentionScore::kAdditiveRelu:
      return make_additive_relu(config, feature_size);
    case AttentionScore::kConcat:
      return make_concat(config, feature_size);
    case AttentionScore::kDot:
      return make_dot(config, feature_size);
    case AttentionScore::kScaledDot:
      return make_scaled_dot(config, feature_size);
    case AttentionScore::kGeneral:
      return make_general(config, feature_size);
    case AttentionScore::kCosine:
      return make_cosine(config, feature_size);
    case AttentionScore::kMlp:
      return make_mlp(config, feature_size);
    case AttentionScore::kAdditiveSeparate:
      return make_additive_separate(config, feature_size);
    case AttentionScore::kStart:
      return std::make_shared<NoAttentionImpl>(0);
  }
  throw std::invalid_argument("decoder.attention.score: unknown kind");
}

}  // namespace saccade

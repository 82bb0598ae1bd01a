/// One source each: the score functions of attention_config.h.
#pragma once

#include "models/attention/attention.h"

namespace saccade {

std::shared_ptr<AttentionModule> make_additive(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_additive_relu(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_additive_separate(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_concat(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_cosine(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_dot(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_general(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_mlp(const AttentionConfig& config, int64_t feature_size);
std::shared_ptr<AttentionModule> make_scaled_dot(const AttentionConfig& config, int64_t feature_size);

}  // namespace saccade

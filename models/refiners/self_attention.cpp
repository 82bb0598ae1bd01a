#include "models/refiners/self_attention.h"

#include "models/attention/dot_product_heads.h"
#include "models/refiners/box_encoding.h"

namespace saccade {
namespace {

class SelfAttentionBlock : public torch::nn::Module {
 public:
  SelfAttentionBlock(const RefinerConfig& config, int64_t size) : heads_(config.heads), dropout_(config.dropout) {
    const torch::nn::LayerNormOptions norm({size});
    look_norm_ = register_module("look_norm", torch::nn::LayerNorm(norm));
    query_key_value_ = register_module("query_key_value", torch::nn::Linear(size, 3 * size));
    look_output_ = register_module("look_output", torch::nn::Linear(size, size));
    forward_norm_ = register_module("forward_norm", torch::nn::LayerNorm(norm));
    widen_ = register_module("widen", torch::nn::Linear(size, config.hidden_size));
    narrow_ = register_module("narrow", torch::nn::Linear(config.hidden_size, size));
  }

  struct Result {
    torch::Tensor features;  // [B, R, D]
    torch::Tensor map;       // [B, N, R, R]
    torch::Tensor mixing;    // [B, R, R] detached: the shares of the regions before the block in those after it
  };

  Result forward(const torch::Tensor& features) {
    const auto parts = query_key_value_(look_norm_(features)).chunk(3, -1);
    const auto look = look_with_heads(split_heads(parts[0], heads_), split_heads(parts[1], heads_), split_heads(parts[2], heads_));
    const auto added = look_output_(look.context);
    const auto mixed = features + torch::dropout(added, dropout_, is_training());
    const auto hidden = widen_(forward_norm_(mixed)).relu();
    return {.features = mixed + torch::dropout(narrow_(hidden), dropout_, is_training()),
            .map = look.weights,
            .mixing = mixing(features.detach(), added.detach(), look.weights.detach())};
  }

 private:
  static torch::Tensor mixing(const torch::Tensor& kept, const torch::Tensor& added, const torch::Tensor& weights) {
    const auto kept_length = kept.norm(2, -1), added_length = added.to(kept.scalar_type()).norm(2, -1);  // [B, R]
    const auto share = added_length / (kept_length + added_length).clamp_min(1e-12);                     // [B, R]
    return weights.mean(1) * share.unsqueeze(-1) + torch::diag_embed(1 - share);
  }

  int64_t heads_;
  double dropout_;
  torch::nn::LayerNorm look_norm_{nullptr}, forward_norm_{nullptr};
  torch::nn::Linear query_key_value_{nullptr}, look_output_{nullptr}, widen_{nullptr}, narrow_{nullptr};
};

/// mixing [B, R, S] of what origin [B, S, T] says, in full precision: the rows are to sum to 1.
torch::Tensor after(const torch::Tensor& mixing, const torch::Tensor& origin) {
  const c10::impl::ExcludeDispatchKeyGuard in_float(c10::autocast_dispatch_keyset);
  return mixing.bmm(origin);
}

}  // namespace

SelfAttentionImpl::SelfAttentionImpl(const RefinerConfig& config, int64_t feature_size, const std::vector<RegionBox>& boxes)
    : feature_size_(feature_size), boxes_(box_encoding(boxes)) {
  place_ = register_module("place", torch::nn::Linear(torch::nn::LinearOptions(kBoxEncodingSize, feature_size).bias(false)));
  blocks_ = register_module("blocks", torch::nn::ModuleList());
  for (int64_t i = 0; i < config.blocks; ++i) blocks_->push_back(std::make_shared<SelfAttentionBlock>(config, feature_size));
  norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({feature_size})));
}

void SelfAttentionImpl::to(torch::Device device, bool non_blocking) {
  RefinerModule::to(device, non_blocking);
  boxes_ = boxes_.to(device, non_blocking);  // no buffer, which a model file would hold
}

Refined SelfAttentionImpl::forward(const torch::Tensor& features) {
  TORCH_CHECK(features.size(1) == boxes_.size(0), "features have ", features.size(1), " regions, not the ", boxes_.size(0),
              " that the refiner was made for");
  Refined refined{.features = features + place_(boxes_)};
  for (const auto& block : *blocks_) {
    const auto result = block->as<SelfAttentionBlock>()->forward(refined.features);
    refined.features = result.features;
    refined.maps.push_back(result.map);
    refined.origin = refined.origin.defined() ? after(result.mixing, refined.origin) : result.mixing;
  }
  refined.features = norm_(refined.features);
  return refined;
}

}  // namespace saccade

#include "models/encoders/densenet.h"

#include "models/encoders/convolution_unit.h"

namespace saccade {
namespace {

constexpr int64_t kGrowth = 32;
constexpr int64_t kBottleneck = 4 * kGrowth;
constexpr int64_t kStemFeatures = 64;

std::vector<int64_t> layers_of(EncoderArchitecture architecture) {
  switch (architecture) {
    case EncoderArchitecture::kDenseNet121:
      return {6, 12, 24, 16};
    case EncoderArchitecture::kDenseNet169:
      return {6, 12, 32, 32};
    case EncoderArchitecture::kDenseNet201:
      return {6, 12, 48, 32};
    default:
      TORCH_CHECK(false, "not a DenseNet");
  }
}

// One layer of a dense block: C features → kGrowth new ones.
class DenseLayerImpl : public torch::nn::Module, public Fusable {
 public:
  explicit DenseLayerImpl(int64_t in)
      : norm_(*this, "norm1", in),
        narrow_(*this, {"conv1", "norm2"}, same_convolution(in, kBottleneck, 1), Activation::kRelu),
        grow_(*this, {"conv2", ""}, same_convolution(kBottleneck, kGrowth, 3), Activation::kNone) {}

  torch::Tensor forward(const torch::Tensor& x) { return grow_(narrow_(norm_(x))); }

  void fuse(torch::ScalarType type) override {
    norm_.fuse(type);
    narrow_.fuse(type);
    grow_.fuse(type);
  }

 private:
  NormUnit norm_;
  ConvolutionUnit narrow_, grow_;
};
TORCH_MODULE(DenseLayer);

// Every layer sees the features of all before it.
class DenseBlockImpl : public torch::nn::Module, public Fusable {
 public:
  DenseBlockImpl(int64_t in, int64_t layers) : out_(in + layers * kGrowth) {
    for (int64_t i = 0; i < layers; ++i) {
      layers_.push_back(register_module("denselayer" + std::to_string(i + 1), DenseLayer(in + i * kGrowth)));
    }
  }

  torch::Tensor forward(const torch::Tensor& x) {
    if (fused_) return forward_in_one_buffer(x);
    auto features = x;
    for (auto& layer : layers_) features = torch::cat({features, layer(features)}, 1);
    return features;
  }

  void fuse(torch::ScalarType) override { fused_ = true; }

 private:
  // The block's whole output is laid out first: what a layer adds is written to its place, and nothing is ever concatenated.
  torch::Tensor forward_in_one_buffer(const torch::Tensor& x) {
    auto features = torch::empty({x.size(0), out_, x.size(2), x.size(3)}, x.options().memory_format(torch::MemoryFormat::ChannelsLast));
    int64_t filled = x.size(1);
    features.narrow(1, 0, filled).copy_(x);
    for (auto& layer : layers_) {
      features.narrow(1, filled, kGrowth).copy_(layer(features.narrow(1, 0, filled)));
      filled += kGrowth;
    }
    return features;
  }

  int64_t out_;
  std::vector<DenseLayer> layers_;
  bool fused_ = false;
};
TORCH_MODULE(DenseBlock);

// Halves features and grid. The convolution is linear and 1×1, so it gives the same after the average as before, at a quarter of the work.
class TransitionImpl : public torch::nn::Module, public Fusable {
 public:
  explicit TransitionImpl(int64_t in)
      : norm_(*this, "norm", in), narrow_(*this, {"conv", ""}, same_convolution(in, in / 2, 1), Activation::kNone) {}

  torch::Tensor pool(const torch::Tensor& x) { return torch::avg_pool2d(norm_(x), 2); }
  torch::Tensor narrow(const torch::Tensor& pooled) { return narrow_(pooled); }

  void fuse(torch::ScalarType type) override {
    norm_.fuse(type);
    narrow_.fuse(type);
  }

 private:
  NormUnit norm_;
  ConvolutionUnit narrow_;
};
TORCH_MODULE(Transition);

class DenseNetImpl : public GridEncoder, public Fusable {
 public:
  explicit DenseNetImpl(const EncoderConfig& config)
      : GridEncoder(config),
        features_(register_module("features", std::make_shared<torch::nn::Module>())),
        stem_(*features_, {"conv0", "norm0"}, same_convolution(3, kStemFeatures, 7, 2), Activation::kRelu) {
    const auto layers = layers_of(config.architecture);
    const std::size_t blocks = layer_ == RegionLayer::kStride16 ? 3 : 4;
    int64_t width = kStemFeatures;
    for (std::size_t i = 0; i < blocks; ++i) {
      blocks_.push_back(features_->register_module("denseblock" + std::to_string(i + 1), DenseBlock(width, layers[i])));
      width += layers[i] * kGrowth;
      if (i + 1 == blocks) break;
      transitions_.push_back(features_->register_module("transition" + std::to_string(i + 1), Transition(width)));
      if (i == 2 && layer_ == RegionLayer::kBoth) feature_size_ = width;
      width /= 2;
    }
    feature_size_ += width;
    if (layer_ != RegionLayer::kStride16) norm_.emplace(*features_, "norm5", width);
  }

  std::vector<std::string> stages() const override {
    std::vector<std::string> names = {"features.conv0", "features.norm0"};
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      names.push_back("features.denseblock" + std::to_string(i + 1));
      if (i < transitions_.size()) names.push_back("features.transition" + std::to_string(i + 1));
    }
    if (norm_) names.push_back("features.norm5");
    return names;
  }

  void fuse(torch::ScalarType type) override {
    stem_.fuse(type);
    if (norm_) norm_->fuse(type);
  }

 protected:
  torch::Tensor grid(const torch::Tensor& pictures) override {
    auto x = torch::max_pool2d(stem_(pictures), 3, 2, 1);
    torch::Tensor pooled;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      x = blocks_[i]->forward(x);
      if (i == transitions_.size()) break;
      pooled = transitions_[i]->pool(x);
      x = transitions_[i]->narrow(pooled);
    }
    if (!norm_) return x;
    const auto last = (*norm_)(x);
    return layer_ == RegionLayer::kBoth ? torch::cat({last, pooled}, 1) : last;
  }

  int64_t grid_side(int64_t side) const override {
    side = strided(strided(side, 2), 2);
    for (std::size_t i = 0; i < transitions_.size(); ++i) side /= 2;  // their pooling drops an odd last row
    return side;
  }

 private:
  std::shared_ptr<torch::nn::Module> features_;
  ConvolutionUnit stem_;
  std::vector<DenseBlock> blocks_;
  std::vector<Transition> transitions_;
  std::optional<NormUnit> norm_;
};

}  // namespace

std::shared_ptr<EncoderModule> make_densenet(const EncoderConfig& config) { return std::make_shared<DenseNetImpl>(config); }

}  // namespace saccade

#include "models/encoders/mobilenet.h"

#include "models/encoders/convolution_unit.h"

namespace saccade {
namespace {

// Runs of inverted residual blocks; Sandler et al. 2018, table 2.
struct Run {
  int64_t expansion, out, blocks, stride;
};
constexpr std::array<Run, 7> kRuns = {
    {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}}};
constexpr int64_t kFirstFeatures = 32, kLastFeatures = 1280;
constexpr std::size_t kStride16Blocks = 13;  // blocks before the last stride

// Wide depthwise convolution between two narrow ends, which are joined by a residual where they fit.
class InvertedResidualImpl : public torch::nn::Module, public Fusable {
 public:
  struct Shape {
    int64_t in, out, expansion, stride;
  };

  explicit InvertedResidualImpl(const Shape& shape) : residual_(shape.stride == 1 && shape.in == shape.out) {
    const auto conv = register_module("conv", std::make_shared<torch::nn::Module>());
    const int64_t width = shape.in * shape.expansion;
    int number = 0;
    const auto add_pair = [&](const torch::nn::Conv2dOptions& options) {
      const auto pair = conv->register_module(std::to_string(number++), std::make_shared<torch::nn::Module>());
      units_.emplace_back(*pair, ConvolutionUnit::Names{"0", "1"}, options, Activation::kRelu6);
    };
    if (shape.expansion != 1) add_pair(same_convolution(shape.in, width, 1));
    add_pair(same_convolution(width, width, 3, shape.stride).groups(width));
    units_.emplace_back(*conv, ConvolutionUnit::Names{std::to_string(number), std::to_string(number + 1)},
                        same_convolution(width, shape.out, 1), Activation::kNone);
  }

  torch::Tensor forward(const torch::Tensor& x) {
    auto y = x;
    for (std::size_t i = 0; i + 1 < units_.size(); ++i) y = units_[i](y);
    return residual_ ? units_.back().add_to(x, y) : units_.back()(y);
  }

  void fuse(torch::ScalarType type) override {
    for (auto& unit : units_) unit.fuse(type);
  }

 private:
  bool residual_;
  std::vector<ConvolutionUnit> units_;
};
TORCH_MODULE(InvertedResidual);

class MobileNetImpl : public GridEncoder, public Fusable {
 public:
  explicit MobileNetImpl(const EncoderConfig& config)
      : GridEncoder(config),
        features_(register_module("features", std::make_shared<torch::nn::Module>())),
        stem_(*part(0), {"0", "1"}, same_convolution(3, kFirstFeatures, 3, 2), Activation::kRelu6) {
    int64_t in = kFirstFeatures;
    for (const auto& run : kRuns) {
      for (int64_t b = 0; b < run.blocks; ++b) {
        if (layer_ == RegionLayer::kStride16 && blocks_.size() == kStride16Blocks) break;
        const InvertedResidualImpl::Shape shape{.in = in, .out = run.out, .expansion = run.expansion, .stride = b == 0 ? run.stride : 1};
        blocks_.push_back(features_->register_module(std::to_string(blocks_.size() + 1), InvertedResidual(shape)));
        if (blocks_.size() == kStride16Blocks && layer_ != RegionLayer::kLast) feature_size_ = run.out;
        in = run.out;
      }
    }
    if (layer_ == RegionLayer::kStride16) return;
    last_.emplace(*part(blocks_.size() + 1), ConvolutionUnit::Names{"0", "1"}, same_convolution(in, kLastFeatures, 1), Activation::kRelu6);
    feature_size_ += kLastFeatures;
  }

  std::vector<std::string> stages() const override {
    std::vector<std::string> names;
    for (const auto& item : features_->named_children()) names.push_back("features." + item.key());
    return names;
  }

  void fuse(torch::ScalarType type) override {
    stem_.fuse(type);
    if (last_) last_->fuse(type);
  }

 protected:
  torch::Tensor grid(const torch::Tensor& pictures) override {
    auto x = stem_(pictures);
    torch::Tensor stride16;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      x = blocks_[i]->forward(x);
      if (i + 1 == kStride16Blocks) stride16 = x;
    }
    if (!last_) return x;
    x = (*last_)(x);
    return layer_ == RegionLayer::kBoth ? pool_onto(x, stride16) : x;
  }

  int64_t grid_side(int64_t side) const override {
    for (int i = 0; i < (last_ ? 5 : 4); ++i) side = strided(side, 2);
    return side;
  }

 private:
  std::shared_ptr<torch::nn::Module> part(std::size_t number) {
    return features_->register_module(std::to_string(number), std::make_shared<torch::nn::Module>());
  }

  std::shared_ptr<torch::nn::Module> features_;
  ConvolutionUnit stem_;
  std::vector<InvertedResidual> blocks_;
  std::optional<ConvolutionUnit> last_;
};

}  // namespace

std::shared_ptr<EncoderModule> make_mobilenet(const EncoderConfig& config) { return std::make_shared<MobileNetImpl>(config); }

}  // namespace saccade

#include "models/encoders/resnet.h"

#include "models/encoders/convolution_unit.h"

namespace saccade {
namespace {

enum class Block { kBasic, kBottleneck };

struct Depth {
  Block block;
  std::array<int64_t, 4> blocks;  // of layer1 to layer4
};

Depth depth_of(EncoderArchitecture architecture) {
  switch (architecture) {
    case EncoderArchitecture::kResNet18:
      return {Block::kBasic, {2, 2, 2, 2}};
    case EncoderArchitecture::kResNet34:
      return {Block::kBasic, {3, 4, 6, 3}};
    case EncoderArchitecture::kResNet50:
      return {Block::kBottleneck, {3, 4, 6, 3}};
    case EncoderArchitecture::kResNet101:
      return {Block::kBottleneck, {3, 4, 23, 3}};
    case EncoderArchitecture::kResNet152:
      return {Block::kBottleneck, {3, 8, 36, 3}};
    default:
      TORCH_CHECK(false, "not a ResNet");
  }
}

int64_t expansion(Block block) { return block == Block::kBasic ? 1 : 4; }

struct BlockShape {
  int64_t in, width, stride;
};

// A residual block: convolutions whose sum with the block's input passes the last ReLU.
class ResidualBlockImpl : public torch::nn::Module, public Fusable {
 public:
  ResidualBlockImpl(Block block, ResNetForm form, const BlockShape& shape) {
    const auto [in, width, stride] = shape;
    const int64_t out = width * expansion(block);
    if (block == Block::kBasic) {
      add(same_convolution(in, width, 3, stride), Activation::kRelu);
      add(same_convolution(width, out, 3), Activation::kRelu);
    } else {
      const bool original = form == ResNetForm::kOriginal;
      add(same_convolution(in, width, 1, original ? stride : 1), Activation::kRelu);
      add(same_convolution(width, width, 3, original ? 1 : stride), Activation::kRelu);
      add(same_convolution(width, out, 1), Activation::kRelu);
    }
    if (stride != 1 || in != out) {
      const auto owner = register_module("downsample", std::make_shared<torch::nn::Module>());
      downsample_.emplace(*owner, ConvolutionUnit::Names{"0", "1"}, same_convolution(in, out, 1, stride), Activation::kNone);
    }
  }

  torch::Tensor forward(const torch::Tensor& x) {
    auto y = x;
    for (std::size_t i = 0; i + 1 < units_.size(); ++i) y = units_[i](y);
    return units_.back().add_to(downsample_ ? (*downsample_)(x) : x, y);
  }

  void fuse(torch::ScalarType type) override {
    for (auto& unit : units_) unit.fuse(type);
    if (downsample_) downsample_->fuse(type);
  }

 private:
  void add(const torch::nn::Conv2dOptions& options, Activation activation) {
    const auto number = std::to_string(units_.size() + 1);
    units_.emplace_back(*this, ConvolutionUnit::Names{"conv" + number, "bn" + number}, options, activation);
  }

  std::vector<ConvolutionUnit> units_;
  std::optional<ConvolutionUnit> downsample_;
};
TORCH_MODULE(ResidualBlock);

class ResNetImpl : public GridEncoder, public Fusable {
 public:
  explicit ResNetImpl(const EncoderConfig& config)
      : GridEncoder(config), stem_(*this, {"conv1", "bn1"}, same_convolution(3, 64, 7, 2), Activation::kRelu) {
    const auto depth = depth_of(config.architecture);
    const int64_t layers = layer_ == RegionLayer::kStride16 ? 3 : 4;
    int64_t in = 64;
    for (int64_t i = 0; i < layers; ++i) {
      const int64_t width = 64 << i;
      torch::nn::Sequential layer;
      for (int64_t b = 0; b < depth.blocks[i]; ++b) {
        layer->push_back(ResidualBlock(depth.block, config.resnet_form, BlockShape{in, width, i > 0 && b == 0 ? 2 : 1}));
        in = width * expansion(depth.block);
      }
      layers_.push_back(register_module("layer" + std::to_string(i + 1), layer));
    }
    feature_size_ = layer_ == RegionLayer::kBoth ? in + in / 2 : in;
  }

  std::vector<std::string> stages() const override {
    std::vector<std::string> names = {"conv1", "bn1"};
    for (std::size_t i = 0; i < layers_.size(); ++i) names.push_back("layer" + std::to_string(i + 1));
    return names;
  }

  void fuse(torch::ScalarType type) override { stem_.fuse(type); }

 protected:
  torch::Tensor grid(const torch::Tensor& pictures) override {
    auto x = torch::max_pool2d(stem_(pictures), 3, 2, 1);
    torch::Tensor stride16;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      x = layers_[i]->forward(x);
      if (i == 2) stride16 = x;
    }
    return layer_ == RegionLayer::kBoth ? pool_onto(x, stride16) : x;
  }

  int64_t grid_side(int64_t side) const override {
    for (int i = 0; i < (layer_ == RegionLayer::kStride16 ? 4 : 5); ++i) side = strided(side, 2);
    return side;
  }

 private:
  ConvolutionUnit stem_;
  std::vector<torch::nn::Sequential> layers_;
};

}  // namespace

std::shared_ptr<EncoderModule> make_resnet(const EncoderConfig& config) { return std::make_shared<ResNetImpl>(config); }

}  // namespace saccade

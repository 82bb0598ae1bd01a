#include "models/encoders/scene_encoder.h"

#include <cstdlib>
#include <stdexcept>

#include "models/encoders/convolution_unit.h"

namespace saccade {
namespace {

constexpr int64_t kSceneFeatures = 128;
constexpr int kStrides = 3;

// [B, C, G, G] → [B, C + 2, G, G]: the centre of each cell, from -1 to 1 over the picture.
torch::Tensor with_coordinates(const torch::Tensor& x) {
  const auto centres = [&](int64_t count) {
    return (2.0 * torch::arange(count, x.options().dtype(torch::kFloat32)) + 1.0) / static_cast<double>(count) - 1.0;
  };
  const auto rows = centres(x.size(2)).view({1, 1, -1, 1}).expand({x.size(0), 1, -1, x.size(3)});
  const auto columns = centres(x.size(3)).view({1, 1, 1, -1}).expand({x.size(0), 1, x.size(2), -1});
  return torch::cat({x, rows.to(x.scalar_type()), columns.to(x.scalar_type())}, 1);
}

class SceneEncoderImpl : public GridEncoder, public Fusable {
 public:
  explicit SceneEncoderImpl(const EncoderConfig& config) : GridEncoder(config) {
    if (layer_ != RegionLayer::kLast) throw std::invalid_argument("the scene encoder has one grid; use \"last\"");
    const char* w = getenv("SCW"); const int64_t W = w ? atoi(w) : 24;
    raw_ = true;
    features_ = 4 * W;
    add(same_convolution(3, W, 5, 2));
    add(same_convolution(W, 2 * W, 3, 2));
    if (getenv("SC3")) add(same_convolution(2 * W, 2 * W, 3));
    add(same_convolution(2 * W, 4 * W, 3, 2));
    add(same_convolution(4 * W, 4 * W, 3));
    add(same_convolution(4 * W + 2, 4 * W, 3));
    feature_size_ = 4 * W + 2;
  }
  int64_t features_ = 0;

  std::vector<std::string> stages() const override {
    std::vector<std::string> names;
    for (const auto& item : named_children()) names.push_back(item.key());
    return names;
  }

  void fuse(torch::ScalarType type) override {
    for (auto& unit : units_) unit.fuse(type);
  }

 protected:
  bool trained_from_scratch() const override { return true; }

  torch::Tensor grid(const torch::Tensor& pictures) override {
    auto x = pictures.contiguous(torch::MemoryFormat::ChannelsLast);
    for (std::size_t i = 0; i + 1 < units_.size(); ++i) x = units_[i](x);
    x = units_.back()(with_coordinates(x).contiguous(torch::MemoryFormat::ChannelsLast));
    if (!raw_) return x;
    auto y = with_coordinates(x);
    const char* v = getenv("SCS");
    if (v) { const double f = atof(v); y = torch::cat({x, f * y.narrow(1, x.size(1), 2)}, 1); }
    return y;
  }
  bool raw_ = true;

  int64_t grid_side(int64_t side) const override {
    for (int i = 0; i < kStrides; ++i) side = strided(side, 2);
    return side;
  }

 private:
  void add(const torch::nn::Conv2dOptions& options) {
    const auto stage = register_module("stage" + std::to_string(units_.size() + 1), std::make_shared<torch::nn::Module>());
    units_.emplace_back(*stage, ConvolutionUnit::Names{"conv", "norm"}, options, Activation::kRelu);
  }

  std::vector<ConvolutionUnit> units_;
};

}  // namespace

std::shared_ptr<EncoderModule> make_scene_encoder(const EncoderConfig& config) { return std::make_shared<SceneEncoderImpl>(config); }

}  // namespace saccade

#include "models/encoders/vgg.h"

#include <stdexcept>

#include "models/encoders/convolution_unit.h"

namespace saccade {
namespace {

std::vector<int64_t> convolutions_of(EncoderArchitecture architecture) {
  switch (architecture) {
    case EncoderArchitecture::kVgg16:
      return {2, 2, 3, 3, 3};
    case EncoderArchitecture::kVgg19:
      return {2, 2, 4, 4, 4};
    default:
      TORCH_CHECK(false, "not a VGG");
  }
}

class VggImpl : public GridEncoder, public Fusable {
 public:
  explicit VggImpl(const EncoderConfig& config)
      : GridEncoder(config), features_(register_module("features", std::make_shared<torch::nn::Module>())) {
    if (layer_ == RegionLayer::kBoth) throw std::invalid_argument("VGG has one grid: its last one has stride 16; use \"last\"");
    int64_t in = 3, number = 0;
    for (const auto convolutions : convolutions_of(config.architecture)) {
      const int64_t out = std::min<int64_t>(512, groups_.empty() ? 64 : in * 2);
      auto& group = groups_.emplace_back();
      for (int64_t i = 0; i < convolutions; ++i) {
        group.emplace_back(*features_, ConvolutionUnit::Names{std::to_string(number), ""}, same_convolution(in, out, 3).bias(true),
                           Activation::kRelu);
        in = out;
        number += 2;  // the ReLU has a number of its own
      }
      ++number;  // and so has the pooling
    }
    feature_size_ = in;
  }

  std::vector<std::string> stages() const override {
    std::vector<std::string> names;
    for (const auto& item : features_->named_children()) names.push_back("features." + item.key());
    return names;
  }

  void fuse(torch::ScalarType type) override {
    for (auto& group : groups_) {
      for (auto& unit : group) unit.fuse(type);
    }
  }

 protected:
  torch::Tensor grid(const torch::Tensor& pictures) override {
    auto x = pictures;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (i > 0) x = torch::max_pool2d(x, 2);
      for (auto& unit : groups_[i]) x = unit(x);
    }
    return x;
  }

  int64_t grid_side(int64_t side) const override { return side >> (groups_.size() - 1); }  // pooling drops an odd last row

 private:
  std::shared_ptr<torch::nn::Module> features_;
  std::vector<std::vector<ConvolutionUnit>> groups_;  // between poolings
};

}  // namespace

std::shared_ptr<EncoderModule> make_vgg(const EncoderConfig& config) { return std::make_shared<VggImpl>(config); }

}  // namespace saccade

// What holds for every network: names, shapes, regions, freezing, and that fusing changes nothing but speed.
#include <gtest/gtest.h>

#include "models/encoders/encoder.h"
#include "models/load_weights.h"

namespace saccade {
namespace {

std::string name_of(EncoderArchitecture architecture) { return nlohmann::json(architecture).get<std::string>(); }

std::shared_ptr<EncoderModule> make(EncoderArchitecture architecture, RegionLayer layer = RegionLayer::kLast, int64_t side = 224) {
  torch::manual_seed(7);
  EncoderConfig config;
  config.architecture = architecture;
  config.layer = layer;
  config.picture_size = side;
  auto encoder = make_encoder(config);
  encoder->eval();
  return encoder;
}

// Statistics of a network that was trained differ from layer to layer; those of a new one would hide a batch norm folded wrongly.
void randomise_norms(EncoderModule& encoder) {
  const torch::NoGradGuard no_gradients;
  for (const auto& module : encoder.modules()) {
    if (auto* norm = dynamic_cast<torch::nn::BatchNorm2dImpl*>(module.get())) {
      norm->weight.uniform_(0.7, 1.3);
      norm->bias.uniform_(-0.2, 0.2);
      norm->running_mean.uniform_(-0.2, 0.2);
      norm->running_var.uniform_(0.7, 1.3);
    }
  }
}

double relative_error(const torch::Tensor& value, const torch::Tensor& truth) {
  return ((value - truth).norm() / truth.norm()).item<double>();
}

struct Case {
  EncoderArchitecture architecture;
  RegionLayer layer;
  std::size_t tensors;     // names in torchvision's state dict of this network, less those of the classifier and of layers not built
  int64_t feature_size;    // D
  int64_t grid, odd_grid;  // G for 224 and 225 pixels
};

std::string case_name(const testing::TestParamInfo<Case>& info) {
  return name_of(info.param.architecture) + "_" + nlohmann::json(info.param.layer).get<std::string>();
}

class EveryEncoder : public testing::TestWithParam<Case> {};

// Counts follow from the published tables: 5 tensors a batch norm, 1 a convolution (VGG 2). With the classifier's 2 they are torchvision's
// 122, 218, 320, 626, 932 (ResNet), 727, 1015, 1207 (DenseNet) and 314 (MobileNetV2).
INSTANTIATE_TEST_SUITE_P(Architectures, EveryEncoder,
                         testing::Values(Case{EncoderArchitecture::kScene, RegionLayer::kLast, 36, 98, 28, 29},
                                         Case{EncoderArchitecture::kResNet18, RegionLayer::kLast, 120, 512, 7, 8},
                                         Case{EncoderArchitecture::kResNet18, RegionLayer::kBoth, 120, 768, 7, 8},
                                         Case{EncoderArchitecture::kResNet34, RegionLayer::kLast, 216, 512, 7, 8},
                                         Case{EncoderArchitecture::kResNet50, RegionLayer::kLast, 318, 2048, 7, 8},
                                         Case{EncoderArchitecture::kResNet50, RegionLayer::kStride16, 258, 1024, 14, 15},
                                         Case{EncoderArchitecture::kResNet101, RegionLayer::kLast, 624, 2048, 7, 8},
                                         Case{EncoderArchitecture::kResNet152, RegionLayer::kLast, 930, 2048, 7, 8},
                                         Case{EncoderArchitecture::kDenseNet121, RegionLayer::kLast, 725, 1024, 7, 7},
                                         Case{EncoderArchitecture::kDenseNet169, RegionLayer::kLast, 1013, 1664, 7, 7},
                                         Case{EncoderArchitecture::kDenseNet169, RegionLayer::kStride16, 618, 1280, 14, 14},
                                         Case{EncoderArchitecture::kDenseNet169, RegionLayer::kBoth, 1013, 2944, 7, 7},
                                         Case{EncoderArchitecture::kDenseNet201, RegionLayer::kLast, 1205, 1920, 7, 7},
                                         Case{EncoderArchitecture::kMobileNetV2, RegionLayer::kLast, 312, 1280, 7, 8},
                                         Case{EncoderArchitecture::kMobileNetV2, RegionLayer::kStride16, 234, 96, 14, 15},
                                         Case{EncoderArchitecture::kMobileNetV2, RegionLayer::kBoth, 312, 1376, 7, 8},
                                         Case{EncoderArchitecture::kVgg16, RegionLayer::kLast, 26, 512, 14, 14},
                                         Case{EncoderArchitecture::kVgg19, RegionLayer::kStride16, 32, 512, 14, 14}),
                         case_name);

TEST_P(EveryEncoder, HasTorchvisionsTensors) {
  const auto encoder = make(GetParam().architecture, GetParam().layer);
  EXPECT_EQ(named_weights(*encoder).size(), GetParam().tensors);
}

TEST_P(EveryEncoder, GivesAsManyRegionsAsItSays) {
  const torch::NoGradGuard no_gradients;
  const auto& wanted = GetParam();
  const auto encoder = make(wanted.architecture, wanted.layer);
  EXPECT_EQ(encoder->feature_size(), wanted.feature_size);
  EXPECT_EQ(encoder->regions(224).size(), static_cast<std::size_t>(wanted.grid * wanted.grid));
  EXPECT_EQ(encoder->regions(225).size(), static_cast<std::size_t>(wanted.odd_grid * wanted.odd_grid));
  for (const int64_t side : {64, 65, 79}) {  // what holds for the grid of these holds for larger ones, at a tenth of the time
    const auto features = encoder->forward(torch::randn({1, 3, side, side}));
    const auto regions = static_cast<int64_t>(encoder->regions(side).size());
    EXPECT_EQ(features.sizes(), (std::vector<int64_t>{1, regions, wanted.feature_size})) << side << " pixels";
    EXPECT_TRUE(features.is_contiguous());
  }
}

TEST_P(EveryEncoder, NamesEveryParameterByOneStage) {
  const auto encoder = make(GetParam().architecture, GetParam().layer);
  const auto stages = encoder->stages();
  for (const auto& [name, tensor] : named_weights(*encoder)) {
    const auto owners = std::count_if(stages.begin(), stages.end(), [&](const auto& stage) { return name.rfind(stage + ".", 0) == 0; });
    EXPECT_EQ(owners, 1) << name;
  }
}

// float32 sums in another order, over up to 200 layers.
constexpr double kFloatTolerance = 2e-4;
// bfloat16 keeps 8 bits, so each layer rounds by up to 0.4 %; through some 100 layers this adds up to a few per cent.
constexpr double kBFloat16Tolerance = 6e-2;

TEST_P(EveryEncoder, IsTheSameWhenFused) {
  const torch::NoGradGuard no_gradients;
  const auto& wanted = GetParam();
  const auto pictures = torch::randn({2, 3, 64, 64});
  for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
    const auto encoder = make(wanted.architecture, wanted.layer, 64);
    randomise_norms(*encoder);
    const auto plain = encoder->forward(pictures);
    encoder->optimise_for_inference(type);
    const auto fused = encoder->forward(pictures);
    ASSERT_EQ(fused.sizes(), plain.sizes());
    EXPECT_EQ(fused.scalar_type(), torch::kFloat32);
    EXPECT_GT(plain.norm().item<double>(), 1e-3);
    EXPECT_LT(relative_error(fused, plain), type == torch::kFloat32 ? kFloatTolerance : kBFloat16Tolerance) << c10::toString(type);
  }
}

// One network of each family: what is said here is said of the family's code.
class EveryFamily : public testing::TestWithParam<EncoderArchitecture> {};
INSTANTIATE_TEST_SUITE_P(Families, EveryFamily,
                         testing::Values(EncoderArchitecture::kScene, EncoderArchitecture::kResNet50, EncoderArchitecture::kDenseNet121,
                                         EncoderArchitecture::kMobileNetV2, EncoderArchitecture::kVgg16),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(EveryFamily, GivesAPictureTheSameFeaturesInAnyBatch) {
  const torch::NoGradGuard no_gradients;
  const auto encoder = make(GetParam(), RegionLayer::kLast, 64);
  const auto pictures = torch::randn({11, 3, 64, 64});
  const auto threads = at::get_num_threads();
  at::set_num_threads(2);
  for (const bool fused : {false, true}) {
    if (fused) encoder->optimise_for_inference(torch::kFloat32);
    const auto together = encoder->forward(pictures);
    for (const int64_t b : {0, 5, 10}) {
      const auto alone = encoder->forward(pictures.narrow(0, b, 1));
      EXPECT_LT(relative_error(together.narrow(0, b, 1), alone), 1e-5) << "picture " << b;  // kernels differ with the size of the batch
    }
  }
  at::set_num_threads(threads);
}

TEST_P(EveryFamily, KeepsFrozenStatisticsWhileItTrains) {
  const auto encoder = make(GetParam(), RegionLayer::kLast, 64);
  for (auto& parameter : encoder->parameters()) parameter.set_requires_grad(false);
  const auto before = named_weights(*encoder);
  NamedTensors copies;
  for (const auto& [name, tensor] : before) copies[name] = tensor.clone();
  encoder->train();
  encoder->forward(torch::randn({2, 3, 64, 64}));
  for (const auto& [name, tensor] : before) EXPECT_TRUE(tensor.equal(copies.at(name))) << name;
}

TEST_P(EveryFamily, GivesGradientsToEveryParameter) {
  const auto encoder = make(GetParam(), RegionLayer::kLast, 64);
  encoder->train();
  encoder->forward(torch::randn({2, 3, 64, 64})).square().mean().backward();
  for (const auto& item : encoder->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().max().item<double>(), 0) << item.key();
  }
}

TEST(Encoder, OnlyTheSceneNetworkUpdatesItsStatistics) {
  for (const auto architecture : {EncoderArchitecture::kScene, EncoderArchitecture::kResNet18}) {
    const auto encoder = make(architecture, RegionLayer::kLast, 64);
    encoder->train();
    const auto name = architecture == EncoderArchitecture::kScene ? "stage1.norm.running_mean" : "bn1.running_mean";
    const auto before = named_weights(*encoder).at(name).clone();
    encoder->forward(torch::randn({2, 3, 64, 64}));
    EXPECT_EQ(!named_weights(*encoder).at(name).equal(before), architecture == EncoderArchitecture::kScene) << name_of(architecture);
  }
}

TEST(Encoder, RefusesLayersThatANetworkDoesNotHave) {
  EXPECT_THROW(make(EncoderArchitecture::kScene, RegionLayer::kStride16), std::invalid_argument);
  EXPECT_THROW(make(EncoderArchitecture::kVgg16, RegionLayer::kBoth), std::invalid_argument);
}

TEST(Encoder, PlacesRegionsRowByRow) {
  const auto boxes = grid_regions(2);
  ASSERT_EQ(boxes.size(), 4u);
  EXPECT_EQ(boxes[1].left, 0.5);
  EXPECT_EQ(boxes[1].top, 0.0);
  EXPECT_EQ(boxes[2].right, 0.5);
  EXPECT_EQ(boxes[2].bottom, 1.0);
}

// A bright square moves the features of the regions that see it, and only near it.
TEST(Encoder, KeepsTheOrderOfTheGridFromPictureToRegions) {
  const torch::NoGradGuard no_gradients;
  const auto encoder = make(EncoderArchitecture::kScene, RegionLayer::kLast, 128);
  const auto dark = torch::zeros({1, 3, 128, 128});
  auto lit = dark.clone();
  lit.slice(2, 16, 24).slice(3, 96, 104).fill_(3);  // row 2, column 12 of 16×16 regions
  const auto change = (encoder->forward(lit) - encoder->forward(dark)).norm(2, 2).view({16, 16});
  const auto strongest = change.argmax().item<int64_t>();
  EXPECT_NEAR(static_cast<double>(strongest / 16), 2, 1);
  EXPECT_NEAR(static_cast<double>(strongest % 16), 12, 1);
  EXPECT_EQ(change[15][0].item<double>(), 0);
}

}  // namespace
}  // namespace saccade

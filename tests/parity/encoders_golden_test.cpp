// Networks with ImageNet weights on real pictures, against features that torch 1.13 computed in Python from pictures that PIL decoded
// (golden_features.json). Another JPEG decoder differs by a level or two in some pixels, and so do the features in the third digit.
#include <fstream>

#include "data/pictures/decode.h"
#include "models/captioner.h"
#include "tests/parity/reference.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

constexpr double kTolerance = 0.01;          // relative, of figures that summarise a whole grid
constexpr double kValueTolerance = 0.02;     // of single values, relative to the spread of the features
constexpr double kBFloat16Tolerance = 0.03;  // relative L2 of bfloat16 against float32 features

struct Golden {
  std::string weights, entry;
  EncoderConfig config;
};

Golden densenet(RegionLayer layer) {
  Golden golden{.weights = "densenet169_imagenet_features_fp16.safetensors",
                .entry = layer == RegionLayer::kLast ? "densenet169_final" : "densenet169_conv4_14x14"};
  golden.config.architecture = EncoderArchitecture::kDenseNet169;
  golden.config.layer = layer;
  return golden;
}

Golden resnet() {
  Golden golden{.weights = "resnet50_v1_imagenet_to_layer3_fp16.safetensors", .entry = "resnet50_conv4"};
  golden.config.architecture = EncoderArchitecture::kResNet50;
  golden.config.layer = RegionLayer::kStride16;
  golden.config.resnet_form = ResNetForm::kOriginal;
  return golden;
}

torch::Tensor read_normalised(const std::filesystem::path& path, const EncoderConfig& config) {
  const auto picture = read_picture(path).picture;
  const auto bytes = torch::from_blob(const_cast<uint8_t*>(picture.rgb.data()), {1, picture.height, picture.width, 3}, torch::kByte);
  return normalise_pictures(bytes, config);
}

void compare(const nlohmann::json& wanted, const torch::Tensor& features) {
  const double deviation = wanted.at("std");
  ASSERT_EQ(features.size(1), wanted.at("shape")[2].get<int64_t>() * wanted.at("shape")[3].get<int64_t>());
  ASSERT_EQ(features.size(2), wanted.at("shape")[1].get<int64_t>());
  EXPECT_NEAR(features.mean().item<double>(), wanted.at("mean").get<double>(), kTolerance * deviation);
  EXPECT_NEAR(features.std().item<double>(), deviation, kTolerance * deviation);
  EXPECT_NEAR(features.norm().item<double>(), wanted.at("l2").get<double>(), kTolerance * wanted.at("l2").get<double>());
  const auto mean = features.mean(1)[0];  // [D]
  for (int64_t d = 0; d < 8; ++d) {
    EXPECT_NEAR(mean[d].item<double>(), wanted.at("gap_first8")[d].get<double>(), kValueTolerance * deviation) << "mean feature " << d;
  }
  for (int64_t d = 0; d < 4; ++d) {
    EXPECT_NEAR(features[0][0][d].item<double>(), wanted.at("cell_0_0_first4")[d].get<double>(), kValueTolerance * deviation * 3)
        << "feature " << d << " of the first region";
  }
}

void check(const Golden& golden) {
  const auto folder = test_data() / "weights";
  const auto tensors = SafetensorsFile(folder / golden.weights).tensors();
  const torch::NoGradGuard no_gradients;
  const auto encoder = make_encoder(golden.config);
  encoder->eval();
  const auto report = load_weights(*encoder, tensors);
  ASSERT_TRUE(report.missing.empty()) << report.missing.front();
  ASSERT_TRUE(report.mismatched.empty()) << report.mismatched.front();

  std::ifstream file(folder / "golden_features.json");
  const auto truth = nlohmann::json::parse(file);
  std::vector<torch::Tensor> pictures, features;
  for (const auto& [name, entries] : truth.at("images").items()) {
    SCOPED_TRACE(name);
    pictures.push_back(read_normalised(folder / "golden-images" / name, golden.config));
    features.push_back(encoder->forward(pictures.back()));
    compare(entries.at(golden.entry), features.back());
  }
  ASSERT_EQ(pictures.size(), 3u);
  encoder->optimise_for_inference(torch::kBFloat16);
  EXPECT_LT(relative_error(encoder->forward(torch::cat(pictures)), torch::cat(features)), kBFloat16Tolerance);
}

TEST(GoldenFeatures, DenseNetsLastGrid) {
  SACCADE_NEEDS_DATA("weights/golden_features.json");
  check(densenet(RegionLayer::kLast));
}

TEST(GoldenFeatures, DenseNetsStride16Grid) {
  SACCADE_NEEDS_DATA("weights/golden_features.json");
  check(densenet(RegionLayer::kStride16));
}

TEST(GoldenFeatures, ResNetsStride16GridInTheOriginalForm) {
  SACCADE_NEEDS_DATA("weights/golden_features.json");
  check(resnet());
}

// Names of whole files: nothing missing, nothing left over.
TEST(GoldenFeatures, FilesFitTheirNetworksStrictly) {
  SACCADE_NEEDS_DATA("weights/golden_features.json");
  Golden mobilenet{.weights = "mobilenet_v2_imagenet_features_fp16.safetensors"};
  mobilenet.config.architecture = EncoderArchitecture::kMobileNetV2;
  for (const auto& golden : {densenet(RegionLayer::kLast), densenet(RegionLayer::kBoth), resnet(), mobilenet}) {
    const auto encoder = make_encoder(golden.config);
    const auto report = load_weights(*encoder, SafetensorsFile(test_data() / "weights" / golden.weights).tensors());
    EXPECT_TRUE(report.missing.empty()) << golden.weights << ": " << report.missing.front();
    EXPECT_TRUE(report.unexpected.empty()) << golden.weights << ": " << report.unexpected.front();
    EXPECT_TRUE(report.mismatched.empty()) << golden.weights << ": " << report.mismatched.front();
  }
}

}  // namespace
}  // namespace saccade

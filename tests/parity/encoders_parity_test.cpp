// The networks against the same networks in PyTorch: outputs and every gradient.
#include "models/encoders/encoder.h"
#include "tests/parity/reference.h"

namespace saccade {
namespace {

struct Case {
  std::string name;
  EncoderArchitecture architecture;
  RegionLayer layer;
  ResNetForm form = ResNetForm::kTorchvision;
};

class EncoderParity : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Networks, EncoderParity,
                         testing::Values(Case{"resnet18_stride16", EncoderArchitecture::kResNet18, RegionLayer::kStride16},
                                         Case{"resnet50_stride16", EncoderArchitecture::kResNet50, RegionLayer::kStride16},
                                         Case{"resnet50_original_stride16", EncoderArchitecture::kResNet50, RegionLayer::kStride16,
                                              ResNetForm::kOriginal},
                                         Case{"densenet121_both", EncoderArchitecture::kDenseNet121, RegionLayer::kBoth},
                                         Case{"mobilenet_v2_both", EncoderArchitecture::kMobileNetV2, RegionLayer::kBoth}),
                         [](const auto& info) { return info.param.name; });

// The same kernels in the same type; only the order of some sums differs.
constexpr double kOutputTolerance = 1e-5;
constexpr double kGradientTolerance = 1e-4;

TEST_P(EncoderParity, HasPyTorchsOutputsAndGradients) {
  const auto name = "encoders/" + GetParam().name;
  SACCADE_NEEDS_REFERENCE(name);
  const auto reference = read_reference(name);
  EncoderConfig config;
  config.architecture = GetParam().architecture;
  config.layer = GetParam().layer;
  config.resnet_form = GetParam().form;
  config.picture_size = 64;
  const auto encoder = make_encoder(config);
  const auto report = load_weights(*encoder, reference.weights);
  ASSERT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty());
  encoder->train();  // batch norms stay in evaluation mode

  const auto pictures = reference.tensors.at("pictures").clone().requires_grad_();
  const auto output = encoder->forward(pictures);
  ASSERT_EQ(output.sizes(), reference.tensors.at("output").sizes());
  EXPECT_LT(relative_error(output, reference.tensors.at("output")), kOutputTolerance);

  (output * reference.tensors.at("probe")).sum().backward();
  EXPECT_LT(relative_error(pictures.grad(), reference.gradients.at("pictures")), kGradientTolerance);
  for (const auto& item : encoder->named_parameters()) {
    EXPECT_LT(relative_error(item.value().grad(), reference.gradients.at(item.key())), kGradientTolerance) << item.key();
  }

  encoder->optimise_for_inference(torch::kFloat32);
  EXPECT_LT(relative_error(encoder->forward(reference.tensors.at("pictures")), reference.tensors.at("output")), kGradientTolerance);
}

}  // namespace
}  // namespace saccade

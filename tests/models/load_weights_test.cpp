#include "models/load_weights.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

class SmallNetworkImpl : public torch::nn::Module {
 public:
  SmallNetworkImpl()
      : convolution(register_module("convolution", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 4, 3)))),
        norm(register_module("norm", torch::nn::BatchNorm2d(4))) {}
  torch::nn::Conv2d convolution;
  torch::nn::BatchNorm2d norm;
};
TORCH_MODULE(SmallNetwork);

NamedTensors weights_of_another() {
  NamedTensors tensors;
  for (const auto& [name, tensor] : named_weights(*SmallNetwork())) {
    tensors[name] = tensor.is_floating_point() ? torch::rand_like(tensor) : torch::full_like(tensor, 7);
  }
  return tensors;
}

TEST(LoadWeights, FillsEveryParameterAndBuffer) {
  SmallNetwork network;
  const auto tensors = weights_of_another();
  const auto report = load_weights(*network, tensors);
  EXPECT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty());
  for (const auto& [name, tensor] : named_weights(*network)) EXPECT_TRUE(tensor.equal(tensors.at(name))) << name;
  EXPECT_TRUE(network->convolution->weight.requires_grad());
}

TEST(LoadWeights, TakesAnyFloatTypeAndKeepsTheModulesOwn) {
  SmallNetwork network;
  auto tensors = weights_of_another();
  for (auto& [name, tensor] : tensors) {
    if (tensor.is_floating_point()) tensor = tensor.to(torch::kHalf);
  }
  const auto report = load_weights(*network, tensors);
  EXPECT_TRUE(report.mismatched.empty());
  EXPECT_EQ(network->convolution->weight.scalar_type(), torch::kFloat32);
  EXPECT_TRUE(network->convolution->weight.equal(tensors.at("convolution.weight").to(torch::kFloat32)));
}

TEST(LoadWeights, NamesWhatIsMissingAndWhatIsTooMuch) {
  SmallNetwork network;
  auto tensors = weights_of_another();
  tensors.erase("norm.running_var");
  tensors["fc.weight"] = torch::rand({2, 2});
  const auto report = load_weights(*network, tensors);
  EXPECT_EQ(report.missing, std::vector<std::string>{"norm.running_var"});
  EXPECT_EQ(report.unexpected, std::vector<std::string>{"fc.weight"});
}

TEST(LoadWeights, DoesNotMissTheBatchCounter) {
  SmallNetwork network;
  auto tensors = weights_of_another();
  tensors.erase("norm.num_batches_tracked");
  EXPECT_TRUE(load_weights(*network, tensors).missing.empty());
}

TEST(LoadWeights, CopiesNothingWhenAShapeDiffers) {
  SmallNetwork network;
  const auto before = network->norm->weight.clone();
  auto tensors = weights_of_another();
  tensors["convolution.weight"] = torch::rand({4, 3, 7, 7});
  const auto report = load_weights(*network, tensors);
  EXPECT_EQ(report.mismatched, std::vector<std::string>{"convolution.weight: module [4, 3, 3, 3], file [4, 3, 7, 7]"});
  EXPECT_TRUE(network->norm->weight.equal(before));
}

TEST(LoadWeights, RefusesIntegersWhereFloatsBelong) {
  SmallNetwork network;
  auto tensors = weights_of_another();
  tensors["norm.bias"] = torch::ones({4}, torch::kInt64);
  EXPECT_EQ(load_weights(*network, tensors).mismatched, std::vector<std::string>{"norm.bias: module Float, file Long"});
}

}  // namespace
}  // namespace saccade

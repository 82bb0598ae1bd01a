/// Small decoders with random weights, real in every part, for tests that must be quick.
#pragma once

#include <gtest/gtest.h>

#include "models/decoders/decoder.h"
#include "models/shapes.h"

namespace saccade {

/// The test runs once on each device that is there.
class OnEachDevice : public testing::TestWithParam<torch::DeviceType> {
 protected:
  void SetUp() override {
    if (GetParam() == torch::kCUDA && !torch::cuda::is_available()) GTEST_SKIP() << "no GPU here";
    torch::manual_seed(1);
    at::set_num_threads(1);  // on tensors as small as these, threads would only wait for each other
  }
  torch::Device device() const { return GetParam(); }
};

#define SACCADE_ON_EACH_DEVICE(Suite)                                           \
  INSTANTIATE_TEST_SUITE_P(, Suite, testing::Values(torch::kCPU, torch::kCUDA), \
                           [](const auto& p) { return p.param == torch::kCPU ? std::string("Cpu") : std::string("Gpu"); })

#define EXPECT_CLOSE(actual, expected, tolerance)                                                                                   \
  EXPECT_LE(((actual).detach().cpu().to(torch::kDouble) - (expected).detach().cpu().to(torch::kDouble)).abs().max().item<double>(), \
            tolerance)

inline constexpr int64_t kTinyFeatureSize = 5;

inline constexpr int64_t kTinyRegions = 3;

/// Boxes of the regions, one beside the other.
inline std::vector<RegionBox> tiny_boxes() {
  std::vector<RegionBox> boxes;
  for (int i = 0; i < kTinyRegions; ++i) boxes.push_back({.left = i / 3.0, .right = (i + 1) / 3.0});
  return boxes;
}

inline DecoderConfig tiny_config() {
  DecoderConfig config;
  config.embedding_size = 6;
  config.hidden_size = 7;
  config.attention.size = 4;
  return config;
}

/// In eval mode; its weights are larger than at the start of training, so that its words are not all alike.
inline std::shared_ptr<DecoderModule> tiny_decoder(torch::Device device, int64_t vocabulary_size,
                                                   const DecoderConfig& config = tiny_config()) {
  auto decoder = make_decoder(config, kTinyFeatureSize, vocabulary_size, tiny_boxes());
  const torch::NoGradGuard no_gradients;
  for (auto& parameter : decoder->parameters()) parameter.normal_();
  decoder->to(device);
  decoder->eval();
  return decoder;
}

inline torch::Tensor tiny_features(torch::Device device, int64_t pictures, int64_t regions = kTinyRegions) {
  return torch::randn({pictures, regions, kTinyFeatureSize}).to(device);
}

}  // namespace saccade

#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace saccade {

enum class EncoderArchitecture {
  kScene,  ///< small convolutional network, trained from scratch on the synthetic scenes
  kResNet18,
  kResNet34,
  kResNet50,
  kResNet101,
  kResNet152,
  kDenseNet121,
  kDenseNet169,
  kDenseNet201,
  kMobileNetV2,
  kVgg16,
  kVgg19,
  kTorchScript,  ///< any TorchScript file that maps [B, 3, S, S] to [B, D, G, G] or [B, L, D]
};
NLOHMANN_JSON_SERIALIZE_ENUM(EncoderArchitecture, {{EncoderArchitecture::kScene, "scene"},
                                                   {EncoderArchitecture::kResNet18, "resnet18"},
                                                   {EncoderArchitecture::kResNet34, "resnet34"},
                                                   {EncoderArchitecture::kResNet50, "resnet50"},
                                                   {EncoderArchitecture::kResNet101, "resnet101"},
                                                   {EncoderArchitecture::kResNet152, "resnet152"},
                                                   {EncoderArchitecture::kDenseNet121, "densenet121"},
                                                   {EncoderArchitecture::kDenseNet169, "densenet169"},
                                                   {EncoderArchitecture::kDenseNet201, "densenet201"},
                                                   {EncoderArchitecture::kMobileNetV2, "mobilenet_v2"},
                                                   {EncoderArchitecture::kVgg16, "vgg16"},
                                                   {EncoderArchitecture::kVgg19, "vgg19"},
                                                   {EncoderArchitecture::kTorchScript, "torchscript"}})

/// Which layer's grid the regions are.
enum class RegionLayer {
  kLast,      ///< the network's last grid, stride 32 (VGG: the grid before its last pooling, stride 16)
  kStride16,  ///< the true stride-16 layer: ResNet layer3, DenseNet block 3, MobileNetV2 before its last stride
  kBoth,      ///< the last grid with the stride-16 grid averaged down onto it, side by side in D (never up-sampled)
};
NLOHMANN_JSON_SERIALIZE_ENUM(RegionLayer,
                             {{RegionLayer::kLast, "last"}, {RegionLayer::kStride16, "stride16"}, {RegionLayer::kBoth, "both"}})

/// Where a ResNet's bottleneck strides: torchvision's form has it in the 3×3 convolution, the original paper's in the first 1×1.
enum class ResNetForm { kTorchvision, kOriginal };
NLOHMANN_JSON_SERIALIZE_ENUM(ResNetForm, {{ResNetForm::kTorchvision, "torchvision"}, {ResNetForm::kOriginal, "original"}})

struct EncoderConfig {
  EncoderArchitecture architecture = EncoderArchitecture::kScene;
  RegionLayer layer = RegionLayer::kLast;
  ResNetForm resnet_form = ResNetForm::kTorchvision;
  int64_t picture_size = 224;                          ///< S, the side of the network's input, pixels
  std::array<double, 3> mean = {0.485, 0.456, 0.406};  ///< subtracted from RGB/255
  std::array<double, 3> std = {0.229, 0.224, 0.225};   ///< and divided by
  std::string weights;  ///< safetensors file with torchvision's names, or a model of ours (or the TorchScript file); empty: random
  std::string trainable_from = "none";  ///< the first stage that is trained ("all", a stage's name, or "none": frozen, features cached)
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(EncoderConfig, architecture, layer, resnet_form, picture_size, mean, std, weights,
                                                trainable_from)

}  // namespace saccade

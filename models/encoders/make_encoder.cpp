#include <stdexcept>

#include "models/encoders/densenet.h"
#include "models/encoders/mobilenet.h"
#include "models/encoders/resnet.h"
#include "models/encoders/scene_encoder.h"
#include "models/encoders/torchscript_encoder.h"
#include "models/encoders/vgg.h"

namespace saccade {

std::shared_ptr<EncoderModule> make_encoder(const EncoderConfig& config) {
  switch (config.architecture) {
    case EncoderArchitecture::kScene:
      return make_scene_encoder(config);
    case EncoderArchitecture::kResNet18:
    case EncoderArchitecture::kResNet34:
    case EncoderArchitecture::kResNet50:
    case EncoderArchitecture::kResNet101:
    case EncoderArchitecture::kResNet152:
      return make_resnet(config);
    case EncoderArchitecture::kDenseNet121:
    case EncoderArchitecture::kDenseNet169:
    case EncoderArchitecture::kDenseNet201:
      return make_densenet(config);
    case EncoderArchitecture::kMobileNetV2:
      return make_mobilenet(config);
    case EncoderArchitecture::kVgg16:
    case EncoderArchitecture::kVgg19:
      return make_vgg(config);
    case EncoderArchitecture::kTorchScript:
      return make_torchscript_encoder(config);
  }
  throw std::invalid_argument("unknown encoder architecture");
}

}  // namespace saccade

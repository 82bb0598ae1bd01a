#include "models/encoders/torchscript_encoder.h"

#include <torch/script.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace saccade {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) { throw std::invalid_argument(path + ": " + why); }

// The part of an exception's text that says what, without the trace below it.
std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

torch::jit::Module load_script(const std::string& path, RegionLayer layer) {
  if (layer != RegionLayer::kLast) refuse(path, "a TorchScript encoder gives one grid; set encoder.layer to \"last\"");
  if (!std::filesystem::is_regular_file(path)) refuse(path, "no such file; encoder.weights must name the TorchScript file");
  try {
    return torch::jit::load(path, torch::kCPU);
  } catch (const std::exception& error) {
    refuse(path, "not a TorchScript file (" + first_line(error) + "); save one with torch.jit.script(module).save(path)");
  }
}

torch::Tensor bytes_of(const std::string& path) {
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path));
  const auto bytes = torch::empty({size}, torch::kUInt8);
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(bytes.data_ptr()), size)) refuse(path, "cannot be read");
  return bytes;
}

int64_t square_root(int64_t count) {
  const auto root = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(count))));
  return root * root == count ? root : 0;
}

class TorchScriptEncoderImpl : public EncoderModule {
 public:
  explicit TorchScriptEncoderImpl(const EncoderConfig& config) : path_(config.weights), script_(load_script(config.weights, config.layer)) {
    script_.eval();
    feature_size_ = probe(config.picture_size).size(2);
    register_buffer("script", bytes_of(config.weights));
  }

  torch::Tensor forward(const torch::Tensor& pictures) override {
    const torch::NoGradGuard frozen;
    return as_regions(script_.forward({pictures}), pictures.size(0));
  }

  int64_t feature_size() const override { return feature_size_; }

  std::vector<RegionBox> regions(int64_t side) const override { return grid_regions(square_root(probe(side).size(1))); }

  std::vector<std::string> stages() const override { return {}; }

  // A script comes as fast as its author made it.
  void optimise_for_inference(torch::ScalarType) override {}

  void to(torch::Device device, bool non_blocking) override {
    EncoderModule::to(device, non_blocking);
    script_.to(device, non_blocking);
    device_ = device;
  }

 private:
  torch::Tensor probe(int64_t side) const {
    const torch::NoGradGuard frozen;
    const auto pictures = torch::zeros({2, 3, side, side}, device_);
    try {
      return as_regions(script_copy().forward({pictures}), 2);
    } catch (const std::invalid_argument&) {
      throw;
    } catch (const std::exception& error) {
      refuse(path_, "fails on pictures [2, 3, " + std::to_string(side) + ", " + std::to_string(side) + "]: " + first_line(error));
    }
  }

  torch::jit::Module script_copy() const { return script_; }  // shares everything; forward is not const

  torch::Tensor as_regions(const torch::IValue& value, int64_t pictures) const {
    if (!value.isTensor()) refuse(path_, "gives a " + value.tagKind() + "; an encoder gives one tensor");
    const auto output = value.toTensor();
    if (output.dim() == 4 && output.size(0) == pictures && output.size(2) == output.size(3)) {
      return output.flatten(2).transpose(1, 2).to(torch::kFloat32).contiguous();  // [B, L, D]
    }
    if (output.dim() == 3 && output.size(0) == pictures && square_root(output.size(1)) > 0) return output.to(torch::kFloat32).contiguous();
    std::ostringstream shape;
    shape << output.sizes();
    refuse(path_, "gives " + shape.str() + " for " + std::to_string(pictures) +
                      " pictures; an encoder gives [B, D, G, G], or [B, L, D] with L a square number");
  }

  std::string path_;
  torch::jit::Module script_;
  torch::Device device_ = torch::kCPU;
  int64_t feature_size_ = 0;
};

}  // namespace

std::shared_ptr<EncoderModule> make_torchscript_encoder(const EncoderConfig& config) {
  return std::make_shared<TorchScriptEncoderImpl>(config);
}

}  // namespace saccade

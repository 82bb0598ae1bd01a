#include "pipeline/overlay/weights_file.h"

#include <bit>
#include <cstring>

#include "data/files/safetensors.h"

namespace saccade {
namespace {

static_assert(std::endian::native == std::endian::little, "files say little-endian");

torch::Tensor vector_of(const std::vector<double>& values) { return torch::tensor(values, torch::kFloat32); }

torch::Tensor matrix_of(const AttentionRecord& attention) {
  auto tensor = torch::empty({std::ssize(attention.weights), std::ssize(attention.regions)}, torch::kFloat32);
  auto* to = tensor.data_ptr<float>();
  for (const auto& row : attention.weights) to = std::ranges::copy(row, to).out;
  return tensor;
}

torch::Tensor boxes_of(const std::vector<RegionBox>& regions) {
  auto tensor = torch::empty({std::ssize(regions), 4}, torch::kFloat32);
  auto* to = tensor.data_ptr<float>();
  for (const auto& region : regions) {
    for (const double side : {region.left, region.top, region.right, region.bottom}) *to++ = static_cast<float>(side);
  }
  return tensor;
}

}  // namespace

std::string weights_as_npy(const AttentionRecord& attention) {
  constexpr std::size_t kPrologue = 10, kAlignment = 64;  // magic, version, length of the header; data begin at a multiple
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(attention.weights.size()) + ", " +
                       std::to_string(attention.regions.size()) + "), }";
  header.append(kAlignment - (kPrologue + header.size() + 1) % kAlignment, ' ').push_back('\n');
  std::string file("\x93NUMPY\x01\x00", 8);
  file.push_back(static_cast<char>(header.size() & 0xFF));
  file.push_back(static_cast<char>(header.size() >> 8));
  file += header;
  for (const auto& row : attention.weights) file.append(reinterpret_cast<const char*>(row.data()), row.size() * sizeof(float));
  return file;
}

void write_weights(const CaptionRecord& record, const std::filesystem::path& path) {
  const auto& attention = *record.attention;
  std::map<std::string, torch::Tensor> tensors{{"weights", matrix_of(attention)}, {"regions", boxes_of(attention.regions)}};
  if (!attention.gates.empty()) tensors["gates"] = vector_of(attention.gates);
  auto words = nlohmann::json::array();
  for (const auto& word : record.words) words.push_back(word.word);
  std::map<std::string, std::string> about{{"format", "saccade-attention"},
                                           {"image", record.image},
                                           {"caption", record.caption},
                                           {"words", words.dump()},
                                           {"geometry", nlohmann::json(attention.geometry).dump()}};
  if (const auto& box = record.region) about["region"] = nlohmann::json{box->left, box->top, box->width, box->height}.dump();
  write_safetensors(path, tensors, about);
}

}  // namespace saccade

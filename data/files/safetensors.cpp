#include "data/files/safetensors.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "data/error.h"
#include "data/files/atomic_file.h"

namespace saccade {
namespace {

constexpr std::array<std::pair<StoredType, torch::ScalarType>, 10> kTypes{{{StoredType::kBool, torch::kBool},
                                                                           {StoredType::kU8, torch::kUInt8},
                                                                           {StoredType::kI8, torch::kInt8},
                                                                           {StoredType::kI16, torch::kInt16},
                                                                           {StoredType::kI32, torch::kInt32},
                                                                           {StoredType::kI64, torch::kInt64},
                                                                           {StoredType::kF16, torch::kFloat16},
                                                                           {StoredType::kBf16, torch::kBFloat16},
                                                                           {StoredType::kF32, torch::kFloat32},
                                                                           {StoredType::kF64, torch::kFloat64}}};

torch::ScalarType scalar_type(StoredType type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [type](const auto& row) { return row.first == type; })->second;
}

StoredType stored_type(torch::ScalarType type) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), [type](const auto& row) { return row.second == type; });
  TORCH_CHECK(found != kTypes.end(), "safetensors: tensors of type ", type, " are not written");
  return found->first;
}

std::span<const std::byte> bytes_of(const torch::Tensor& contiguous) {
  return {static_cast<const std::byte*>(contiguous.data_ptr()), contiguous.nbytes()};
}

std::string header_text(const SafetensorsHeader& header, const std::filesystem::path& path) {
  try {
    return write_safetensors_header(header);
  } catch (const nlohmann::json::exception&) {
    throw Error(path.string(), "a name or text to be stored is not UTF-8");
  }
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path)
    : path_(path), file_(path), header_(read_safetensors_header(file_.bytes(), path.string())) {}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : header_.tensors) names.push_back(name);
  return names;
}

const StoredTensor& SafetensorsFile::entry(const std::string& name) const {
  const auto found = header_.tensors.find(name);
  if (found == header_.tensors.end()) throw Error(path_.string(), "has no tensor '" + name + "'");
  return found->second;
}

std::vector<int64_t> SafetensorsFile::shape(const std::string& name) const { return entry(name).shape; }

torch::Tensor SafetensorsFile::tensor(const std::string& name) const {
  const auto& stored = entry(name);
  const auto bytes = file_.bytes().subspan(stored.begin, stored.end - stored.begin);
  const auto options = torch::TensorOptions().dtype(scalar_type(stored.type));
  if (bytes.empty()) return torch::empty(stored.shape, options);
  if (stored.type == StoredType::kBool && std::any_of(bytes.begin(), bytes.end(), [](std::byte value) { return value > std::byte{1}; })) {
    throw Error(path_.string(), "tensor '" + name + "' of type BOOL holds other values than 0 and 1");
  }
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % bytes_per_element(stored.type) != 0) {
    auto copy = torch::empty(stored.shape, options);
    std::memcpy(copy.data_ptr(), bytes.data(), bytes.size());
    return copy;
  }
  return torch::from_blob(
      const_cast<std::byte*>(bytes.data()), stored.shape, [mapping = file_](void*) {}, options);
}

std::map<std::string, torch::Tensor> SafetensorsFile::tensors() const {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, stored] : header_.tensors) tensors.emplace(name, tensor(name));
  return tensors;
}

void write_safetensors(const std::filesystem::path& path, const std::map<std::string, torch::Tensor>& tensors, const Metadata& metadata) {
  std::vector<std::pair<std::string, torch::Tensor>> in_order(tensors.begin(), tensors.end());
  // Widest elements first: all are aligned without holes, which the format forbids.
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const auto& left, const auto& right) { return left.second.element_size() > right.second.element_size(); });
  SafetensorsHeader header{.metadata = metadata};
  std::size_t end = 0;
  for (const auto& [name, tensor] : in_order) {
    TORCH_CHECK(name != "__metadata__", "safetensors: a tensor cannot be named __metadata__");
    const auto begin = std::exchange(end, end + static_cast<std::size_t>(tensor.numel()) * tensor.element_size());
    header.tensors[name] = {.type = stored_type(tensor.scalar_type()), .shape = tensor.sizes().vec(), .begin = begin, .end = end};
  }

  AtomicFile file(path);
  file.write(header_text(header, path));
  for (const auto& [name, tensor] : in_order) file.write(bytes_of(tensor.detach().cpu().contiguous()));
  file.commit();
}

struct SafetensorsRows::Writer {
  AtomicFile file;
  torch::ScalarType type;
  std::vector<int64_t> shape;
  int64_t rows_written = 0;
};

SafetensorsRows::SafetensorsRows(const std::filesystem::path& path, const std::string& name, torch::ScalarType type,
                                 std::vector<int64_t> shape, const Metadata& metadata)
    : writer_(new Writer{.file = AtomicFile(path), .type = type, .shape = std::move(shape)}) {
  TORCH_CHECK(!writer_->shape.empty(), "safetensors: rows need a shape [rows, ...]");
  const auto elements = static_cast<std::size_t>(c10::multiply_integers(writer_->shape));
  SafetensorsHeader header{.metadata = metadata};
  header.tensors[name] = {.type = stored_type(type), .shape = writer_->shape, .begin = 0, .end = elements * c10::elementSize(type)};
  writer_->file.write(header_text(header, path));
}

SafetensorsRows::~SafetensorsRows() = default;

void SafetensorsRows::append(const torch::Tensor& rows) {
  auto expected = writer_->shape;
  TORCH_CHECK(rows.dim() == static_cast<int64_t>(expected.size()) && rows.scalar_type() == writer_->type, "safetensors: rows [n, ...] of ",
              writer_->type, " expected, got ", rows.sizes(), " of ", rows.scalar_type());
  expected[0] = rows.size(0);
  TORCH_CHECK(rows.sizes() == torch::IntArrayRef(expected), "safetensors: rows ", expected, " expected, got ", rows.sizes());
  TORCH_CHECK(writer_->rows_written + rows.size(0) <= writer_->shape[0], "safetensors: more than ", writer_->shape[0], " rows");
  writer_->file.write(bytes_of(rows.detach().cpu().contiguous()));
  writer_->rows_written += rows.size(0);
}

void SafetensorsRows::finish() {
  TORCH_CHECK(writer_->rows_written == writer_->shape[0], "safetensors: ", writer_->rows_written, " of ", writer_->shape[0],
              " rows written");
  writer_->file.commit();
}

}  // namespace saccade

#include "data/files/safetensors.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "data/error.h"
#include "data/files/stored_type.h"

namespace saccade {
namespace {

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
  std::string name;
  torch::ScalarType type;
  std::vector<int64_t> shape;
  SafetensorsHeader header;
  std::size_t header_bytes = 0;
  int64_t rows_written = 0;

  std::size_t row_bytes() const {
    std::size_t bytes = c10::elementSize(type);
    for (std::size_t i = 1; i < shape.size(); ++i) bytes *= static_cast<std::size_t>(shape[i]);
    return bytes;
  }

  /// Keeps the whole rows of an earlier writer of the same tensor; whatever else is there is no beginning of it.
  void go_on(const std::string& text) {
    const auto there = file.size();
    if (row_bytes() > 0 && there > text.size() && file.beginning(text.size()) == text) {
      rows_written = std::min(static_cast<int64_t>((there - text.size()) / row_bytes()), shape[0]);
      file.cut(text.size() + static_cast<std::size_t>(rows_written) * row_bytes());
    } else {
      file.cut(0);
      file.write(text);
    }
  }

  void describe() {
    const auto elements = static_cast<std::size_t>(c10::multiply_integers(shape));
    header.tensors[name] = {.type = stored_type(type), .shape = shape, .begin = 0, .end = elements * c10::elementSize(type)};
  }
};

SafetensorsRows::SafetensorsRows(const std::filesystem::path& path, const std::string& name, torch::ScalarType type,
                                 std::vector<int64_t> shape, const Metadata& metadata, CutShort cut_short)
    : writer_(new Writer{
          .file = AtomicFile(path, cut_short), .name = name, .type = type, .shape = std::move(shape), .header = {.metadata = metadata}}) {
  TORCH_CHECK(!writer_->shape.empty(), "safetensors: rows need a shape [rows, ...]");
  writer_->describe();
  const auto text = header_text(writer_->header, path);
  writer_->header_bytes = text.size();
  writer_->go_on(text);
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

int64_t SafetensorsRows::rows_written() const { return writer_->rows_written; }

void SafetensorsRows::cut_to_written() {
  writer_->shape[0] = writer_->rows_written;
  writer_->describe();
  // Never longer than before, as numbers only shrink: the same room, filled up with the blanks that the format allows.
  auto text = header_text(writer_->header, writer_->file.path());
  constexpr std::size_t kLengthBytes = 8;
  text.resize(writer_->header_bytes, ' ');
  writer_->file.overwrite(kLengthBytes, std::string_view(text).substr(kLengthBytes));
}

void SafetensorsRows::finish() {
  TORCH_CHECK(writer_->rows_written == writer_->shape[0], "safetensors: ", writer_->rows_written, " of ", writer_->shape[0],
              " rows written");
  writer_->file.commit();
}

}  // namespace saccade

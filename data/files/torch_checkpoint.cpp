#include "data/files/torch_checkpoint.h"

#include <algorithm>
#include <utility>

#include "data/error.h"
#include "data/files/checkpoint_pickle.h"
#include "data/files/mapped_file.h"
#include "data/files/stored_type.h"
#include "data/files/zip_archive.h"

namespace saccade {
namespace {

using Records = std::map<std::string, ZipRecord>;

constexpr std::string_view kPickleName = "/data.pkl";

bool starts_with(std::span<const std::byte> bytes, std::string_view text) {
  return bytes.size() >= text.size() && std::equal(text.begin(), text.end(), reinterpret_cast<const char*>(bytes.data()));
}

void refuse_other_kinds(std::span<const std::byte> bytes, const std::string& where) {
  if (starts_with(bytes, "PK\x03\x04")) return;
  if (starts_with(bytes, "\x80\x02")) {
    throw Error(
        where, "is in the form that torch.save wrote before torch 1.6",
        "convert it: python3 -c \"import torch; torch.save(torch.load('old.pth', map_location='cpu', weights_only=True), 'new.pth')\"");
  }
  throw Error(where, "is no file of torch.save");
}

/// Everything lies in one folder of the archive, whose name is that of the file when it was written.
std::string folder_of(const Records& records, const std::string& where) {
  const auto found = std::find_if(records.begin(), records.end(), [](const auto& record) { return record.first.ends_with(kPickleName); });
  if (found == records.end()) throw Error(where, "is a ZIP archive, but has no data.pkl", "a file of torch.save has");
  return found->first.substr(0, found->first.size() - kPickleName.size() + 1);
}

void check_byte_order(const Records& records, const std::string& folder, const std::string& where) {
  const auto order = records.find(folder + "byteorder");
  if (order != records.end() && !starts_with(order->second.bytes, "little")) throw Error(where, "was written on a big-endian machine");
}

class Storages {
 public:
  Storages(const MappedFile& file, const Records& records, std::string folder, const std::string& where)
      : file_(file), records_(records), folder_(std::move(folder)), where_(where) {}

  torch::Tensor view(const CheckpointTensor& tensor) {
    if (std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end()) {
      return torch::empty(tensor.shape, torch::TensorOptions().dtype(scalar_type(tensor.type)));
    }
    auto& storage = storages_[{tensor.storage, tensor.type}];
    if (!storage.defined()) storage = read(tensor);
    if (storage.numel() != tensor.storage_size) throw Error(where_, "its record 'data/" + tensor.storage + "' is described with two sizes");
    return storage.as_strided(tensor.shape, tensor.strides, tensor.offset);
  }

 private:
  /// [elements] the whole storage.
  torch::Tensor read(const CheckpointTensor& tensor) const {
    const auto name = "data/" + tensor.storage;
    const auto found = records_.find(folder_ + name);
    if (found == records_.end()) throw Error(where_, "its record '" + name + "' is missing");
    const auto bytes = found->second.bytes;
    const auto element_bytes = bytes_per_element(tensor.type);
    if (bytes.size() % element_bytes != 0 || bytes.size() / element_bytes != static_cast<std::size_t>(tensor.storage_size)) {
      throw Error(where_, "its record '" + name + "' has another size than its description says");
    }
    check_zip_record(name, found->second, where_);
    if (tensor.type == StoredType::kBool && std::any_of(bytes.begin(), bytes.end(), [](std::byte value) { return value > std::byte{1}; })) {
      throw Error(where_, "its record '" + name + "' of booleans holds other values than 0 and 1");
    }
    const auto options = torch::TensorOptions().dtype(scalar_type(tensor.type));
    auto* data = const_cast<std::byte*>(bytes.data());
    if (reinterpret_cast<std::uintptr_t>(data) % element_bytes == 0) {
      return torch::from_blob(
          data, {tensor.storage_size}, [mapping = file_](void*) {}, options);
    }
    auto copy = torch::empty({tensor.storage_size}, options);
    std::memcpy(copy.data_ptr(), data, bytes.size());
    return copy;
  }

  const MappedFile& file_;
  const Records& records_;
  std::string folder_;
  const std::string& where_;
  std::map<std::pair<std::string, StoredType>, torch::Tensor> storages_;
};

}  // namespace

std::map<std::string, torch::Tensor> read_torch_checkpoint(const std::filesystem::path& path) {
  const auto where = path.string();
  const MappedFile file(path);
  refuse_other_kinds(file.bytes(), where);
  const auto records = read_stored_zip(file.bytes(), where);
  const auto folder = folder_of(records, where);
  check_byte_order(records, folder, where);
  const auto& pickle = records.at(folder + "data.pkl");
  check_zip_record("data.pkl", pickle, where);

  Storages storages(file, records, folder, where);
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, tensor] : read_checkpoint_pickle(pickle.bytes, where)) tensors.emplace(name, storages.view(tensor));
  return tensors;
}

}  // namespace saccade

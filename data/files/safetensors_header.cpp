#include "data/files/safetensors_header.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "data/error.h"

namespace saccade {
namespace {

using nlohmann::json;

constexpr std::size_t kLengthBytes = 8, kMaxHeaderBytes = 100'000'000, kAlignment = 64;
constexpr std::string_view kMetadata = "__metadata__";

struct TypeRow {
  StoredType type;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array<TypeRow, 10> kTypes{{{StoredType::kBool, "BOOL", 1},
                                          {StoredType::kU8, "U8", 1},
                                          {StoredType::kI8, "I8", 1},
                                          {StoredType::kI16, "I16", 2},
                                          {StoredType::kI32, "I32", 4},
                                          {StoredType::kI64, "I64", 8},
                                          {StoredType::kF16, "F16", 2},
                                          {StoredType::kBf16, "BF16", 2},
                                          {StoredType::kF32, "F32", 4},
                                          {StoredType::kF64, "F64", 8}}};

const TypeRow& row_of(StoredType type) {
  return *std::find_if(kTypes.begin(), kTypes.end(), [type](const TypeRow& row) { return row.type == type; });
}

std::string in_quotes(std::string_view name) {
  std::string text = "'";
  for (const char c : name.substr(0, 100)) text += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  return text + (name.size() > 100 ? "...'" : "'");
}

/// The grammar of the header as a walk over JSON events: {"name": {"dtype": text, "shape": [n...], "data_offsets": [n, n]}...,
/// "__metadata__": {text: text}}. Events rather than a document, because a document keeps the last of two equal keys and says nothing.
class HeaderEvents : public json::json_sax_t {
 public:
  explicit HeaderEvents(const std::string& where) : where_(where) {}
  SafetensorsHeader take() { return std::move(header_); }

  bool start_object(std::size_t) override {
    if (place_ == Place::kStart) return go(Place::kTop);
    if (place_ == Place::kName) {
      fields_seen_.clear();
      return go(Place::kTensor);
    }
    if (place_ == Place::kMetadataName) return go(Place::kMetadata);
    return unexpected("an object");
  }

  bool end_object() override {
    if (place_ == Place::kTensor) {
      for (const auto* field : {"dtype", "shape", "data_offsets"}) {
        if (!fields_seen_.contains(field)) fail("tensor " + in_quotes(name_) + " has no " + field);
      }
      if (offsets_.size() != 2)
        fail("tensor " + in_quotes(name_) + " has " + std::to_string(offsets_.size()) + " data_offsets instead of 2");
      tensor_.begin = offsets_[0];
      tensor_.end = offsets_[1];
      header_.tensors.emplace(name_, std::exchange(tensor_, {}));
    }
    return go(place_ == Place::kTop ? Place::kEnd : Place::kTop);
  }

  bool key(std::string& text) override {
    switch (place_) {
      case Place::kTop:
        name_ = text;
        if (name_ == kMetadata) {
          if (std::exchange(metadata_seen_, true)) fail("two entries '__metadata__'");
          return go(Place::kMetadataName);
        }
        if (header_.tensors.contains(name_)) fail("two tensors are named " + in_quotes(name_));
        if (header_.tensors.size() == kMaxTensors) fail("more than " + std::to_string(kMaxTensors) + " tensors");
        return go(Place::kName);
      case Place::kTensor:
        if (!fields_seen_.insert(text).second) fail("tensor " + in_quotes(name_) + " has " + in_quotes(text) + " twice");
        if (text == "dtype") return go(Place::kType);
        if (text == "shape") return go(Place::kShape);
        if (text == "data_offsets") return go(Place::kOffsets);
        fail("tensor " + in_quotes(name_) + " has an unknown field " + in_quotes(text));  // does not return
      case Place::kMetadata:
        if (header_.metadata.contains(text)) fail("metadata has " + in_quotes(text) + " twice");
        metadata_key_ = text;
        return go(Place::kMetadataText);
      default:
        return unexpected("a key");
    }
  }

  bool string(std::string& text) override {
    if (place_ == Place::kMetadataText) {
      header_.metadata.emplace(metadata_key_, std::move(text));
      return go(Place::kMetadata);
    }
    if (place_ != Place::kType) return unexpected("text");
    const auto found = std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& row) { return row.name == text; });
    if (found == kTypes.end()) {
      throw Error(where_, "tensor " + in_quotes(name_) + " has the type " + in_quotes(text),
                  "BOOL, U8, I8, I16, I32, I64, F16, BF16, F32 and F64 are read");
    }
    tensor_.type = found->type;
    return go(Place::kTensor);
  }

  bool start_array(std::size_t) override {
    if (place_ == Place::kShape) return go(Place::kShapeList);
    if (place_ != Place::kOffsets) return unexpected("a list");
    offsets_.clear();
    return go(Place::kOffsetsList);
  }

  bool end_array() override { return go(Place::kTensor); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ == Place::kShapeList) {
      if (tensor_.shape.size() == kMaxRank) fail("tensor " + in_quotes(name_) + " has more than " + std::to_string(kMaxRank) + " sides");
      if (value > static_cast<number_unsigned_t>(std::numeric_limits<int64_t>::max())) fail("tensor " + in_quotes(name_) + " is too large");
      tensor_.shape.push_back(static_cast<int64_t>(value));
      return true;
    }
    if (place_ != Place::kOffsetsList) return unexpected("a number");
    if (offsets_.size() == 2) fail("tensor " + in_quotes(name_) + " has more than 2 data_offsets");
    offsets_.push_back(value);
    return true;
  }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("true or false"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { return unexpected("a fraction"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }
  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    fail("the header is no JSON from its byte " + std::to_string(position) + " on");
  }

 private:
  enum class Place {
    kStart,
    kTop,
    kName,
    kTensor,
    kType,
    kShape,
    kShapeList,
    kOffsets,
    kOffsetsList,
    kMetadataName,
    kMetadata,
    kMetadataText,
    kEnd
  };

  bool go(Place place) {
    place_ = place;
    return true;
  }
  [[noreturn]] void fail(const std::string& wrong) const { throw Error(where_, "no valid safetensors file: " + wrong); }
  [[noreturn]] bool unexpected(const std::string& what) const {
    fail("the header has " + what + (name_.empty() ? " at its start" : " at or after " + in_quotes(name_)) + " where the format has none");
  }

  std::string where_;
  SafetensorsHeader header_;
  Place place_ = Place::kStart;
  std::string name_, metadata_key_;
  bool metadata_seen_ = false;
  StoredTensor tensor_;
  std::vector<std::size_t> offsets_;
  std::set<std::string, std::less<>> fields_seen_;
};

// The product of the non-zero sides must be sane too: strides are computed from it even if a tensor is empty.
std::size_t expected_bytes(const std::string& name, const StoredTensor& tensor, const std::string& where) {
  std::size_t bytes = bytes_per_element(tensor.type);
  bool empty = false;
  for (const auto side : tensor.shape) {
    if (side == 0) {
      empty = true;
    } else if (__builtin_mul_overflow(bytes, static_cast<std::size_t>(side), &bytes) || bytes > (std::size_t{1} << 60)) {
      throw Error(where, "no valid safetensors file: tensor " + in_quotes(name) + " is too large");
    }
  }
  return empty ? 0 : bytes;
}

void check_places(const SafetensorsHeader& header, std::size_t data_bytes, const std::string& where) {
  std::vector<std::pair<const std::string*, const StoredTensor*>> by_place;
  for (const auto& [name, tensor] : header.tensors) {
    if (tensor.end < tensor.begin || tensor.end - tensor.begin != expected_bytes(name, tensor, where)) {
      throw Error(where, "no valid safetensors file: tensor " + in_quotes(name) + " has another size than its shape and type say");
    }
    by_place.emplace_back(&name, &tensor);
  }
  std::sort(by_place.begin(), by_place.end(), [](const auto& left, const auto& right) {
    return std::pair(left.second->begin, left.second->end) < std::pair(right.second->begin, right.second->end);
  });
  std::size_t covered = 0;
  for (const auto& [name, tensor] : by_place) {
    if (tensor->begin != covered) {
      throw Error(where, "no valid safetensors file: there is " + std::string(tensor->begin > covered ? "a hole" : "an overlap") +
                             " before tensor " + in_quotes(*name));
    }
    covered = tensor->end;
  }
  if (covered != data_bytes) {
    throw Error(where, "the tensors need " + std::to_string(covered) + " bytes, the file has " + std::to_string(data_bytes),
                covered > data_bytes ? "it is cut short; copy or download it again" : "it has something behind its end");
  }
}

}  // namespace

std::size_t bytes_per_element(StoredType type) { return row_of(type).bytes; }

SafetensorsHeader read_safetensors_header(std::span<const std::byte> file, const std::string& where) {
  if (file.size() < kLengthBytes) throw Error(where, "has " + std::to_string(file.size()) + " bytes", "a safetensors file has more");
  uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthBytes; ++i) length |= std::to_integer<uint64_t>(file[i]) << (8 * i);
  const auto rest = file.size() - kLengthBytes;
  if (length > std::min(kMaxHeaderBytes, rest) || length < 2 || file[kLengthBytes] != std::byte{'{'}) {
    throw Error(where, "is no safetensors file, or is cut short", "weights of other formats must be converted first");
  }

  const auto* text = reinterpret_cast<const char*>(file.data()) + kLengthBytes;
  HeaderEvents events(where);
  json::sax_parse(text, text + length, &events);
  auto header = events.take();
  check_places(header, rest - length, where);
  for (auto& [name, tensor] : header.tensors) {
    tensor.begin += kLengthBytes + length;
    tensor.end += kLengthBytes + length;
  }
  return header;
}

std::string write_safetensors_header(const SafetensorsHeader& header) {
  auto document = json::object();
  if (!header.metadata.empty()) document[kMetadata] = header.metadata;
  for (const auto& [name, tensor] : header.tensors) {
    document[name] = {{"dtype", row_of(tensor.type).name}, {"shape", tensor.shape}, {"data_offsets", {tensor.begin, tensor.end}}};
  }
  auto text = document.dump();
  text.append((kAlignment - (kLengthBytes + text.size()) % kAlignment) % kAlignment, ' ');
  std::string length(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) length[i] = static_cast<char>(text.size() >> (8 * i) & 0xff);
  return length + text;
}

}  // namespace saccade

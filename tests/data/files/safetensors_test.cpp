#include "data/files/safetensors.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string safetensors_text(const std::string& header, std::size_t data_bytes) {
  std::string length(8, '\0');
  for (int i = 0; i < 8; ++i) length[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  return length + header + std::string(data_bytes, '\0');
}

SafetensorsHeader header_of(const std::string& file) {
  return read_safetensors_header(std::as_bytes(std::span(file.data(), file.size())), "model.safetensors");
}

/// What the reader says of a file with this header; empty if it takes it.
std::string complaint(const std::string& header, std::size_t data_bytes = 0) {
  try {
    header_of(safetensors_text(header, data_bytes));
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

std::string entry(const std::string& type, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

TEST(Safetensors, ComeBackAsTheyWereWritten) {
  TemporaryFolder folder;
  const std::map<std::string, torch::Tensor> tensors{
      {"weight", torch::randn({3, 4, 5})},
      {"half", torch::randn({7}).to(torch::kFloat16)},
      {"brain", torch::randn({5, 3}).to(torch::kBFloat16)},
      {"double", torch::randn({2}, torch::kFloat64)},
      {"scalar", torch::tensor(int64_t{42})},
      {"bytes", torch::arange(11, torch::kUInt8)},
      {"signs", torch::arange(-3, 4, torch::kInt8)},
      {"flags", torch::tensor({true, false, true})},
      {"empty", torch::empty({0, 4})},
      {"ünïcode \"name\"\n", torch::arange(6, torch::kInt32).view({2, 3})},
  };
  write_safetensors(folder / "t", tensors, {{"format", "pt"}, {"config", R"({"a": 1})"}, {"Wörter", "你好"}});
  const SafetensorsFile file(folder / "t");
  EXPECT_EQ(file.metadata(), (Metadata{{"format", "pt"}, {"config", R"({"a": 1})"}, {"Wörter", "你好"}}));
  ASSERT_EQ(file.tensors().size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    const auto read = file.tensor(name);
    EXPECT_EQ(read.scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(torch::equal(read, tensor)) << name;
    EXPECT_EQ(file.shape(name), tensor.sizes().vec()) << name;
  }
  EXPECT_THROW(file.tensor("absent"), Error);
}

TEST(Safetensors, StoreTheValuesOfATransposedTensorInItsOwnOrder) {
  TemporaryFolder folder;
  const auto transposed = torch::arange(6).view({2, 3}).t();
  write_safetensors(folder / "t", {{"t", transposed}});
  EXPECT_TRUE(torch::equal(SafetensorsFile(folder / "t").tensor("t"), transposed));
}

TEST(Safetensors, OutliveTheFileObjectThatGaveThem) {
  TemporaryFolder folder;
  write_safetensors(folder / "t", {{"t", torch::full({1000}, 7.0)}});
  const auto tensor = SafetensorsFile(folder / "t").tensor("t");
  EXPECT_EQ(tensor.sum().item<float>(), 7000);
}

TEST(Safetensors, AreTheSameBytesForTheSameTensors) {
  TemporaryFolder folder;
  const auto tensor = torch::randn({10});
  write_safetensors(folder / "a", {{"x", tensor}, {"y", tensor}}, {{"k", "v"}});
  write_safetensors(folder / "b", {{"y", tensor.clone()}, {"x", tensor.clone()}}, {{"k", "v"}});
  EXPECT_EQ(content(folder / "a"), content(folder / "b"));
}

TEST(Safetensors, AreReadWhereTheFileDoesNotAlignThem) {
  TemporaryFolder folder;
  const auto header = R"({"a":)" + entry("U8", "[1]", "[0,1]") + R"(,"b":)" + entry("F32", "[2]", "[1,9]") + "}";
  auto text = safetensors_text(header, 0);
  const std::array<float, 2> values{1.5, -2.5};
  text += '\x01' + std::string(reinterpret_cast<const char*>(values.data()), sizeof values);
  write_file_atomically(folder / "t", text);
  EXPECT_TRUE(torch::equal(SafetensorsFile(folder / "t").tensor("b"), torch::tensor({1.5F, -2.5F})));
}

TEST(Safetensors, RowsAppendedOneByOneMakeOneTensor) {
  TemporaryFolder folder;
  const auto pictures = torch::randint(256, {5, 4, 4, 3}, torch::kUInt8);
  SafetensorsRows rows(folder / "t", "images", torch::kUInt8, {5, 4, 4, 3}, {{"side", "4"}});
  rows.append(pictures.narrow(0, 0, 1));
  rows.append(pictures.narrow(0, 1, 3));
  EXPECT_THROW(rows.finish(), c10::Error) << "a row is missing";
  EXPECT_THROW(rows.append(pictures), c10::Error) << "more rows than promised";
  EXPECT_THROW(rows.append(torch::zeros({1, 4, 4, 3})), c10::Error) << "another type";
  rows.append(pictures.narrow(0, 4, 1));
  EXPECT_FALSE(std::filesystem::exists(folder / "t"));
  rows.finish();
  const SafetensorsFile file(folder / "t");
  EXPECT_TRUE(torch::equal(file.tensor("images"), pictures));
  EXPECT_EQ(file.metadata().at("side"), "4");
}

TEST(Safetensors, RowsCutShortAreGoneOnWith) {
  TemporaryFolder folder;
  const auto features = torch::rand({5, 2, 3});
  const auto open = [&](std::vector<int64_t> shape) {
    return SafetensorsRows(folder / "t", "features", torch::kFloat, std::move(shape), {}, CutShort::kLeavesItsStart);
  };
  open({5, 2, 3}).append(features.narrow(0, 0, 3));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) - 5);  // killed within a row
  }
  auto rows = open({5, 2, 3});
  EXPECT_EQ(rows.rows_written(), 2);
  EXPECT_THROW(open({5, 2, 3}), Error) << "another writer is at it";
  rows.append(features.narrow(0, 2, 3));
  rows.finish();
  EXPECT_TRUE(torch::equal(SafetensorsFile(folder / "t").tensor("features"), features));

  open({5, 2, 3}).append(features.narrow(0, 0, 3));
  EXPECT_EQ(open({6, 2, 3}).rows_written(), 0) << "rows of another tensor are no beginning of this one";
}

TEST(SafetensorsHeader, AcceptsTheSmallestFileAndBlankPadding) {
  EXPECT_EQ(complaint("{}"), "");
  EXPECT_EQ(complaint("{}      "), "");
  EXPECT_EQ(complaint(R"({"a":)" + entry("F32", "[]", "[0,4]") + "}", 4), "");
  EXPECT_EQ(complaint(R"({"a":)" + entry("F32", "[0]", "[4,4]") + R"(,"b":)" + entry("F32", "[1]", "[0,4]") + "}", 4), "");
}

TEST(SafetensorsHeader, StartsTheDataAlignedTo64Bytes) {
  for (std::size_t name_length = 1; name_length < 70; ++name_length) {
    SafetensorsHeader header;
    header.tensors[std::string(name_length, 'n')] = {.type = StoredType::kF32, .shape = {}, .begin = 0, .end = 4};
    EXPECT_EQ(write_safetensors_header(header).size() % 64, 0u);
  }
}

struct BadHeader {
  std::string header;
  std::size_t data_bytes;
  std::string expected;  ///< a part of the message
};

class SafetensorsHeaderThatIsWrong : public testing::TestWithParam<BadHeader> {};

TEST_P(SafetensorsHeaderThatIsWrong, IsRefusedByName) {
  const auto& bad = GetParam();
  const auto message = complaint(bad.header, bad.data_bytes);
  EXPECT_NE(message.find(bad.expected), std::string::npos) << bad.header << "\ngot: " << message;
  EXPECT_EQ(message.find("model.safetensors: "), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Grammar, SafetensorsHeaderThatIsWrong,
    testing::Values(BadHeader{"[]", 0, "is no safetensors file"}, BadHeader{R"({"a")", 0, "is no JSON"},
                    BadHeader{"{} {}", 0, "is no JSON"}, BadHeader{R"({"a":1})", 0, "has a number at or after 'a'"},
                    BadHeader{R"({"a":[]})", 0, "has a list"}, BadHeader{R"({"a":{}})", 0, "has no dtype"},
                    BadHeader{R"({"a":{"dtype":"F32","shape":[]}})", 0, "has no data_offsets"},
                    BadHeader{R"({"a":{"dtype":"F32","dtype":"F32"}})", 0, "'dtype' twice"},
                    BadHeader{R"({"a":{"extra":1}})", 0, "unknown field 'extra'"},
                    BadHeader{R"({"__metadata__":{"a":1}})", 0, "has a number"},
                    BadHeader{R"({"__metadata__":{"a":"1","a":"2"}})", 0, "metadata has 'a' twice"},
                    BadHeader{R"({"__metadata__":{},"__metadata__":{}})", 0, "two entries '__metadata__'"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[0,4]") + R"(,"a":)" + entry("F32", "[1]", "[4,8]") + "}", 8,
                              "two tensors are named 'a'"},
                    BadHeader{R"({"a":)" + entry("F8_E4M3", "[1]", "[0,1]") + "}", 1, "has the type 'F8_E4M3'"},
                    BadHeader{"{\"a\xff\":1}", 0, "is no JSON"}, BadHeader{R"({"a":)" + std::string(100'000, '['), 0, "has a list"}));

INSTANTIATE_TEST_SUITE_P(
    Sizes, SafetensorsHeaderThatIsWrong,
    testing::Values(BadHeader{R"({"a":)" + entry("F32", "[2]", "[0,4]") + "}", 4, "another size than its shape"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[4,0]") + "}", 4, "another size than its shape"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[0,4,4]") + "}", 4, "more than 2 data_offsets"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[0]") + "}", 4, "1 data_offsets instead of 2"},
                    BadHeader{R"({"a":)" + entry("F32", "[-1]", "[0,4]") + "}", 4, "has a negative number"},
                    BadHeader{R"({"a":)" + entry("F32", "[1.0]", "[0,4]") + "}", 4, "has a fraction"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[1,5]") + "}", 5, "a hole before tensor 'a'"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[0,4]") + R"(,"b":)" + entry("F32", "[1]", "[0,4]") + "}", 4,
                              "an overlap before tensor 'b'"},
                    BadHeader{R"({"a":)" + entry("F32", "[2]", "[0,8]") + "}", 4, "it is cut short"},
                    BadHeader{R"({"a":)" + entry("F32", "[1]", "[0,4]") + "}", 5, "something behind its end"},
                    BadHeader{R"({"a":)" + entry("F32", "[4611686018427387904,4]", "[0,0]") + "}", 0, "too large"},
                    BadHeader{R"({"a":)" + entry("F32", "[0,4611686018427387904,4]", "[0,0]") + "}", 0, "too large"},
                    BadHeader{R"({"a":)" + entry("F32", "[18446744073709551615]", "[0,4]") + "}", 4, "too large"},
                    BadHeader{R"({"a":)" + entry("F32", "[99999999999999999999999]", "[0,4]") + "}", 4, "has a fraction"}));

TEST(SafetensorsHeader, RefusesEveryTruncationOfAFile) {
  const auto whole = safetensors_text(R"({"a":)" + entry("F32", "[4]", "[0,16]") + "}", 16);
  ASSERT_NO_THROW(header_of(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_THROW(header_of(whole.substr(0, length)), Error) << length;
}

TEST(SafetensorsHeader, RefusesALengthBeyondTheFileWithoutTakingMemory) {
  auto text = safetensors_text("{}", 0);
  for (int i = 0; i < 8; ++i) text[i] = '\xff';
  EXPECT_THROW(header_of(text), Error);
}

TEST(SafetensorsHeader, RefusesMoreThanAHundredThousandTensors) {
  std::string header = "{";
  for (int i = 0; i <= 100'000; ++i) header += (i ? ",\"" : "\"") + std::to_string(i) + "\":" + entry("U8", "[0]", "[0,0]");
  EXPECT_NE(complaint(header + "}").find("more than 100000 tensors"), std::string::npos);
}

TEST(Safetensors, OfPublishedWeightsAreRead) {
  SACCADE_NEEDS_DATA("weights/densenet169_imagenet_features_fp16.safetensors");
  const SafetensorsFile file(test_data() / "weights/densenet169_imagenet_features_fp16.safetensors");
  EXPECT_EQ(file.names().size(), 844u);
  EXPECT_EQ(file.shape("features.conv0.weight"), (std::vector<int64_t>{64, 3, 7, 7}));
  for (const auto& [name, tensor] : file.tensors()) EXPECT_TRUE(tensor.to(torch::kFloat32).isfinite().all().item<bool>()) << name;
}

TEST(Safetensors, OfTypeBoolHoldOnlyZeroAndOne) {
  TemporaryFolder folder;
  auto text = safetensors_text(R"({"a":)" + entry("BOOL", "[2]", "[0,2]") + "}", 2);
  text.back() = '\x02';
  write_file_atomically(folder / "t", text);
  const SafetensorsFile file(folder / "t");
  EXPECT_THROW(file.tensor("a"), Error);
}

}  // namespace
}  // namespace saccade

#include "data/files/torch_checkpoint.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string complaint(const fs::path& path) {
  try {
    read_torch_checkpoint(path);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

/// What make_checkpoints.py saves as plain.pth.
std::map<std::string, torch::Tensor> expected_weights() {
  const auto base = torch::arange(12, torch::kFloat32);
  return {{"conv.weight", base.view({2, 3, 2})},
          {"conv.transposed", base.view({3, 4}).t()},
          {"conv.middle", base.narrow(0, 4, 4)},
          {"half", torch::tensor({0.5, -1.5}).to(torch::kFloat16)},
          {"brain", torch::tensor({0.5, -1.5}).to(torch::kBFloat16)},
          {"double", torch::tensor({0.1}, torch::kFloat64)},
          {"batches", torch::tensor(int64_t{7})},
          {"int", torch::tensor({-3}, torch::kInt32)},
          {"bytes", torch::tensor({0, 255}, torch::kUInt8)},
          {"flags", torch::tensor({true, false})},
          {"empty", torch::empty({0, 4})},
          {"parameter", torch::ones({3})}};
}

void expect_equal(const std::map<std::string, torch::Tensor>& read, const std::map<std::string, torch::Tensor>& expected) {
  ASSERT_EQ(read.size(), expected.size());
  for (const auto& [name, tensor] : expected) {
    ASSERT_TRUE(read.contains(name)) << name;
    EXPECT_EQ(read.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(torch::equal(read.at(name), tensor)) << name;
  }
}

/// The same on the files of the project, made by torch 2.11, and on files made now by the torch of Python, where there is one.
class TorchCheckpoint : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "Stored") return;
    const char* named = std::getenv("SACCADE_PYTHON");
    const std::string python = named ? named : ".deps/venv/bin/python";
    if (!fs::exists(python)) GTEST_SKIP() << python << " is absent; set SACCADE_PYTHON to a Python that has torch";
    if (!made_now().empty()) return;
    static const TemporaryFolder folder;
    // Without the variables of a sanitizer's run, which are of no use to Python.
    const auto command =
        "env -u LD_PRELOAD " + python + " " + fixture("checkpoints/make_checkpoints.py").string() + " " + folder.path().string();
    ASSERT_EQ(std::system(command.c_str()), 0);
    made_now() = folder.path();
  }
  fs::path file(const std::string& name) const { return (GetParam() == "Stored" ? fixture("checkpoints") : made_now()) / name; }

 private:
  static fs::path& made_now() {
    static fs::path folder;
    return folder;
  }
};

TEST_P(TorchCheckpoint, GivesTheTensorsOfAStateDict) { expect_equal(read_torch_checkpoint(file("plain.pth")), expected_weights()); }

TEST_P(TorchCheckpoint, GivesTheWeightsOutOfATrainingCheckpoint) {
  expect_equal(read_torch_checkpoint(file("nested.pth")), expected_weights());
}

TEST_P(TorchCheckpoint, GivesNestedDictsByDottedNames) {
  expect_equal(read_torch_checkpoint(file("parts.pth")), {{"encoder.weight", torch::ones({2})}, {"decoder.weight", torch::zeros({3})}});
}

TEST_P(TorchCheckpoint, GivesTheStateOfAModule) {
  const auto read = read_torch_checkpoint(file("module.pth"));
  EXPECT_EQ(read.size(), 7u);
  EXPECT_EQ(read.at("0.weight").sizes(), (std::vector<int64_t>{4, 3, 3, 3}));
  EXPECT_TRUE(torch::equal(read.at("1.running_var"), torch::ones({4})));
}

TEST_P(TorchCheckpoint, RefusesWhatIsNoStateDictByName) {
  const std::map<std::string, std::string> expected{
      {"evil.pth", "found global posix.system; only tensors of a state dict are read"},
      {"whole_module.pth", "found global torch.nn.modules.container.Sequential"},
      {"legacy.pth", "is in the form that torch.save wrote before torch 1.6; convert it: python3 -c"},
      {"expanded.pth", "a tensor reaches out of its storage"},
      {"complex.pth", "found global torch.ComplexFloatStorage"},
      {"protocol4.pth", "pickle's protocol 4 instead of 2"},
      {"no_tensors.pth", "its dict holds no tensors"},
      {"list.pth", "it holds no dict of tensors"}};
  for (const auto& [name, wrong] : expected)
    EXPECT_NE(complaint(file(name)).find(wrong), std::string::npos) << name << ": " << complaint(file(name));
  EXPECT_FALSE(fs::exists("executed"));
}

INSTANTIATE_TEST_SUITE_P(Files, TorchCheckpoint, testing::Values("Stored", "MadeNow"), [](const auto& info) { return info.param; });

TEST(TorchCheckpointWithoutChecksums, IsRead) {
  expect_equal(read_torch_checkpoint(fixture("checkpoints/no_checksums.pth")), expected_weights());
}

TEST(TorchCheckpointThatIsDamaged, IsRefusedAtEveryTruncation) {
  TemporaryFolder folder;
  const auto whole = content(fixture("checkpoints/plain.pth"));
  for (std::size_t length = 0; length < whole.size(); length += length < 3000 ? 37 : 3) {
    std::ofstream(folder / "cut.pth", std::ios::binary) << whole.substr(0, length);
    EXPECT_THROW(read_torch_checkpoint(folder / "cut.pth"), Error) << length;
  }
}

TEST(TorchCheckpointThatIsDamaged, GivesTheRightTensorsOrNone) {
  TemporaryFolder folder;
  auto text = content(fixture("checkpoints/plain.pth"));
  const auto expected = expected_weights();
  int refused = 0;
  for (std::size_t place = 0; place < text.size(); ++place) {
    text[place] = static_cast<char>(text[place] ^ 0x10);
    std::ofstream(folder / "flipped.pth", std::ios::binary) << text;
    try {
      expect_equal(read_torch_checkpoint(folder / "flipped.pth"), expected);  // dates, padding: nothing that counts
    } catch (const Error&) {
      ++refused;
    }
    ASSERT_FALSE(HasFailure()) << "byte " << place;
    text[place] = static_cast<char>(text[place] ^ 0x10);
  }
  EXPECT_GT(refused, 1500) << "more than the description and the data";
}

TEST(TorchCheckpointThatIsDamaged, OrOfAnotherKindIsRefused) {
  TemporaryFolder folder;
  write_file_atomically(folder / "text", "hello");
  EXPECT_NE(complaint(folder / "text").find("is no file of torch.save"), std::string::npos);
  EXPECT_THROW(read_torch_checkpoint(folder / "absent"), Error);
}

}  // namespace
}  // namespace saccade

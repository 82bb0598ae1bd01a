#include "pipeline/graph/network_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include <fstream>

#include "data/error.h"
#include "pipeline/comparison/kinds.h"
#include "pipeline/describe.h"
#include "pipeline/graph/draw_graph.h"
#include "pipeline/graph/graph_layout.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// An untrained model of this configuration in a file.
std::filesystem::path write_model_of(ModelDescription description, const nlohmann::json& patch, const std::filesystem::path& path) {
  nlohmann::json json = {{"encoder", description.model.encoder}, {"decoder", description.model.decoder}};
  json.merge_patch(patch);
  description.model.encoder = json.at("encoder").get<EncoderConfig>();
  description.model.decoder = json.at("decoder").get<DecoderConfig>();
  save_model(path, description, Captioner(description.model, description.vocabulary.size()));
  return path;
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

const GraphBlock& block_at(const NetworkGraph& graph, BlockPlace place) {
  const auto* block = graph.find(place);
  if (!block) throw std::runtime_error("the graph has no such block");
  return *block;
}

class NetworkGraphOfKind : public testing::TestWithParam<ModelKind> {
 protected:
  NetworkGraph graph() const {
    auto patch = GetParam().patch;
    patch.erase("training");
    return read_network_graph(write_model_of(tiny_description(), patch, model()));
  }
  std::filesystem::path model() const { return folder_ / "model.safetensors"; }

  TemporaryFolder folder_;
};

TEST_P(NetworkGraphOfKind, AccountsForEveryNumberOfTheFile) {
  const auto whole = graph();
  EXPECT_EQ(whole.parameters(), describe(model()).at("parameters").get<int64_t>());
  for (const auto& block : whole.blocks) {
    for (const auto& module : block.modules) EXPECT_NE(module.meaning, "other") << block.title << ": modules.cpp knows no name for it";
  }
}

TEST_P(NetworkGraphOfKind, LaysItsBoxesApartInsideThePage) {
  const auto layout = lay_out(graph());
  for (const auto& [block, box] : layout.blocks) {
    EXPECT_GE(box.left, 0) << block.title;
    EXPECT_GE(box.top, 0) << block.title;
    EXPECT_LE(box.right(), layout.width) << block.title;
    EXPECT_LE(box.bottom(), layout.height) << block.title;
    for (const auto& [other, its] : layout.blocks) {
      if (&other == &block) continue;
      const bool apart = box.right() < its.left || its.right() < box.left || box.bottom() < its.top || its.bottom() < box.top;
      EXPECT_TRUE(apart) << block.title << " and " << other.title;
    }
  }
  for (const auto& arrow : layout.arrows) {
    for (std::size_t i = 1; i < arrow.points.size(); ++i) {
      const auto &from = arrow.points[i - 1], &to = arrow.points[i];
      EXPECT_TRUE(from.x == to.x || from.y == to.y) << "arrows run straight across or down: " << arrow.label;
      for (const auto& [block, box] : layout.blocks) {
        const double left = std::min(from.x, to.x), right = std::max(from.x, to.x);
        const double top = std::min(from.y, to.y), bottom = std::max(from.y, to.y);
        const bool passes = right > box.left && left < box.right() && bottom > box.top && top < box.bottom();
        EXPECT_FALSE(passes) << "an arrow crosses " << block.title << " " << arrow.label;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, NetworkGraphOfKind, testing::ValuesIn(known_kinds()), [](const auto& kind) { return kind.param.name; });

TEST(NetworkGraph, TellsShapesByTheirLetters) {
  const TemporaryFolder folder;
  const auto graph = read_network_graph(write_tiny_model(folder / "model.safetensors"));
  EXPECT_THAT(block_at(graph, BlockPlace::kPicture).shapes, Contains("[3, S=64, S=64]"));
  EXPECT_THAT(block_at(graph, BlockPlace::kEncoder).shapes, Contains("regions [R=64, D=98]"));
  EXPECT_THAT(block_at(graph, BlockPlace::kKeys).shapes, Contains("[L=64, A=16]"));
  EXPECT_EQ(block_at(graph, BlockPlace::kKeys).parameters(), 98 * 16);
  EXPECT_EQ(block_at(graph, BlockPlace::kScore).parameters(), 16);
  EXPECT_EQ(graph.query, "query q [A=16]");
  EXPECT_EQ(graph.context, "context z [D=98]");
}

TEST(NetworkGraph, ShowsNoQueryWhereNothingIsAsked) {
  const TemporaryFolder folder;
  const auto graph = read_network_graph(
      write_model_of(tiny_description(), {{"decoder", {{"attention", {{"score", "none"}}}}}}, folder / "model.safetensors"));
  EXPECT_EQ(graph.query, "");
  EXPECT_EQ(graph.find(BlockPlace::kScore), nullptr);
  EXPECT_EQ(graph.attention, "no attention");
}

TEST(NetworkGraph, CountsTheBytesOfATorchScriptEncoder) {
  const TemporaryFolder folder;
  torch::jit::Module script("encoder");
  script.register_parameter("weight", torch::randn({5, 3, 8, 8}), /*is_buffer=*/false);
  script.define("def forward(self, x):\n    return torch.conv2d(x, self.weight, None, [8, 8])\n");
  script.save((folder / "encoder.pt").string());
  const auto model =
      write_model_of(tiny_description(), {{"encoder", {{"architecture", "torchscript"}, {"weights", (folder / "encoder.pt").string()}}}},
                     folder / "model.safetensors");
  std::filesystem::remove(folder / "encoder.pt");  // the model file is enough
  const auto graph = read_network_graph(model);
  EXPECT_EQ(graph.parameters(), describe(model).at("parameters").get<int64_t>());
  EXPECT_EQ(block_at(graph, BlockPlace::kEncoder).modules.front().meaning, "bytes of the script");
  EXPECT_THAT(block_at(graph, BlockPlace::kEncoder).shapes, Contains("regions [R=64, D=5]"));
}

TEST(DrawGraph, WritesAPictureAndAPageThatEscapeNames) {
  const TemporaryFolder folder;
  const auto model = write_tiny_model(folder / "a<b>&\"c.safetensors");
  draw_model(model, folder / "graph.svg");
  draw_model(model, folder / "graph.html");
  for (const auto* name : {"graph.svg", "graph.html"}) {
    const auto text = text_of(folder / name);
    EXPECT_THAT(text, HasSubstr("a&lt;b&gt;&amp;&quot;c.safetensors"));
    EXPECT_THAT(text, Not(HasSubstr("a<b>")));
    EXPECT_THAT(text, Not(HasSubstr("href"))) << "self-contained";
  }
  EXPECT_THAT(text_of(folder / "graph.svg"), Not(HasSubstr("prefers-color-scheme"))) << "a paper's figure is light";
  EXPECT_THAT(text_of(folder / "graph.html"), HasSubstr("decoder.attention.key_projection"));
}

TEST(DrawGraph, RefusesWhatItCannotDraw) {
  const TemporaryFolder folder;
  const auto model = write_tiny_model(folder / "model.safetensors");
  EXPECT_THROW(draw_model(model, folder / "graph.png"), Error);
  EXPECT_THROW(draw_model(folder / "absent.safetensors", folder / "graph.svg"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder / "graph.svg"));
}

}  // namespace
}  // namespace saccade

// `saccade info --graph`, the program itself, on a small model.
#include <gtest/gtest.h>

#include "tests/support/run_program.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

class InfoCommand : public testing::Test {
 protected:
  ProgramResult draw(const std::string& file, const std::string& model) const {
    return RunningProgram(SACCADE_PROGRAM, {"info", "--graph", path(file), model}).wait();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static int64_t count(const std::string& text, const std::string& part) {
    int64_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
  }

  TemporaryFolder folder_;
  std::string model_ = write_tiny_model(folder_ / "model.safetensors");
};

TEST_F(InfoCommand, DrawsAModelAsADiagramAndAsAPage) {
  for (const std::string file : {"network.svg", "network.html"}) {
    const auto result = draw(file, model_);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(result.output + result.errors, "");
    const auto text = content_of(path(file));
    EXPECT_TRUE(text.ends_with(file.ends_with("svg") ? "</svg>\n" : "</html>\n")) << file;
    for (const std::string element : {"svg", "title", "text", "style"})
      EXPECT_EQ(count(text, "<" + element + " ") + count(text, "<" + element + ">"), count(text, "</" + element + ">")) << element;
    EXPECT_GT(count(text, "<text"), 10) << file;
    EXPECT_NE(text.find(" parameters"), std::string::npos) << file;
  }
}

TEST_F(InfoCommand, DrawsNothingOfWhatIsNoModelOrIntoAnotherKindOfFile) {
  std::ofstream(folder_ / "text.safetensors") << "this is no model";
  const auto text = draw("network.svg", path("text.safetensors"));
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.errors.find("error: " + path("text.safetensors")), 0U) << text.errors;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "network.svg"));
  const auto picture = draw("network.png", model_);
  EXPECT_EQ(picture.exit_code, 1);
  EXPECT_NE(picture.errors.find("expected FILE.svg or FILE.html"), std::string::npos) << picture.errors;
  EXPECT_EQ(RunningProgram(SACCADE_PROGRAM, {"info", "--json", "--graph", path("network.svg"), model_}).wait().exit_code, 2);
}

}  // namespace
}  // namespace saccade

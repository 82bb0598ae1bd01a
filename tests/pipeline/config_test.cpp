#include "pipeline/config.h"

#include <gmock/gmock.h>

#include <fstream>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string error_of(const json& config) {
  try {
    parse_config(config, "a.json");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Config, KeepsDefaultsWhereTheFileSaysNothing) {
  const auto config = parse_config({{"training", {{"epochs", 3}}}}, "a.json");
  EXPECT_EQ(config.training.epochs, 3);
  EXPECT_EQ(config.training.batch_pictures, TrainingConfig{}.batch_pictures);
  EXPECT_EQ(json(config.decoder), json(DecoderConfig{}));
}

TEST(Config, NamesAnUnknownKeyAndWhatIsKnown) {
  const auto text = error_of({{"decoder", {{"hiden_size", 512}}}});
  EXPECT_THAT(text, HasSubstr("a.json: decoder.hiden_size"));
  EXPECT_THAT(text, HasSubstr("hidden_size"));
}

TEST(Config, RefusesAValueOfAnotherKind) {
  EXPECT_THAT(error_of({{"training", {{"epochs", "three"}}}}), HasSubstr("training.epochs: is a text; it should be a number"));
  EXPECT_THAT(error_of({{"training", {{"flips", 1}}}}), HasSubstr("training.flips"));
  EXPECT_THAT(error_of({{"training", nullptr}}), HasSubstr("training: is null"));
  EXPECT_THAT(error_of({{"encoder", {{"mean", {0.5, 0.5}}}}}), HasSubstr("encoder.mean"));
  EXPECT_THAT(error_of(json::array()), HasSubstr("no JSON object"));
}

TEST(Config, RefusesFractionsAndHugeNumbersWhereAWholeNumberBelongs) {
  EXPECT_THAT(error_of({{"training", {{"epochs", 2.5}}}}), HasSubstr("training.epochs: 2.5 is not possible"));
  EXPECT_THAT(error_of({{"training", {{"epochs", 1e30}}}}), HasSubstr("training.epochs"));
}

TEST(Config, ListsTheNamesWhereOneIsUnknown) {
  const auto text = error_of({{"decoder", {{"attention", {{"score", "additiv"}}}}}});
  EXPECT_THAT(text, HasSubstr("decoder.attention.score: there is no \"additiv\"; one of: none, additive"));
  EXPECT_THAT(error_of({{"decoder", {{"kind", "gru"}}}}), HasSubstr("one of: lstm, stacked_lstm, up_down, transformer"));
}

TEST(Config, RefusesImpossibleValues) {
  EXPECT_THAT(error_of({{"training", {{"learning_rate", -1}}}}), HasSubstr("training.learning_rate: is out of range"));
  EXPECT_THAT(error_of({{"decoder", {{"dropout", 1.0}}}}), HasSubstr("decoder.dropout"));
  EXPECT_THAT(error_of({{"decoder", {{"kind", "transformer"}, {"heads", 0}}}}), HasSubstr("decoder.heads: is out of range"));
  EXPECT_THAT(error_of({{"decoder", {{"kind", "transformer"}, {"heads", 7}}}}),
              HasSubstr("decoder.heads: is out of range; it should be a divisor of decoder.hidden_size"));
  EXPECT_THAT(error_of({{"decoder", {{"refiner", {{"neighbourhood", 2}}}}}}), HasSubstr("decoder.refiner.neighbourhood"));
  EXPECT_THAT(error_of({{"search", {{"beam_size", 0}}}}), HasSubstr("search: beam_size"));
}

TEST(Config, RefusesToPullWeightsThatDoNotDependOnTheWord) {
  const auto grounded = [](const std::string& score, const std::string& kind) {
    return error_of({{"decoder", {{"kind", kind}, {"attention", {{"score", score}}}}}, {"training", {{"loss", {{"grounding", 0.5}}}}}});
  };
  for (const auto* score : {"none", "start", "additive_separate"}) {
    EXPECT_THAT(grounded(score, "lstm"), HasSubstr("training.loss.grounding")) << score;
    EXPECT_THAT(grounded(score, "lstm"), HasSubstr("decoder.attention.score")) << score;
  }
  EXPECT_EQ(grounded("additive", "lstm"), "");
  EXPECT_EQ(grounded("none", "transformer"), "") << "it does not use that attention";
  EXPECT_THAT(error_of({{"training", {{"loss", {{"grounding", -1}}}}}}), HasSubstr("training.loss.grounding"));
}

TEST(Config, OverridesByPathAndTakesWeightsRelativeToTheFile) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.json") << R"({"encoder": {"weights": "w.safetensors"}, "training": {"epochs": 3}})";
  const auto config = load_config(folder / "a.json", {"training.epochs=7", "decoder.gate=scalar", "search.length_penalty=0.5"});
  EXPECT_EQ(config.training.epochs, 7);
  EXPECT_EQ(config.decoder.gate, ContextGate::kScalar);
  EXPECT_EQ(config.search.length_penalty, 0.5);
  EXPECT_EQ(config.encoder.weights, (folder / "w.safetensors").string());
  EXPECT_THROW(load_config(folder / "a.json", {"training.epoch=7"}), Error);
  EXPECT_THROW(load_config(folder / "a.json", {"epochs"}), Error);
  EXPECT_THROW(load_config(folder / "a.json", {"training.epochs.x=1"}), Error);
}

TEST(Config, RefusesAFileThatIsNoJsonWithItsName) {
  const TemporaryFolder folder;
  for (const char* content : {"", "{", "{\"training\": {}, \"training\": {}}", "\xff\xfe", "[[[[[[[[[["}) {
    std::ofstream(folder / "a.json", std::ios::trunc) << content;
    try {
      load_config(folder / "a.json");
      FAIL() << content;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("a.json"));
    }
  }
  EXPECT_THROW(load_config(folder / "absent.json"), Error);
}

TEST(Config, EveryConfigurationOfTheProjectIsValid) {
  for (const auto& entry : std::filesystem::directory_iterator("configs")) {
    if (entry.path().extension() == ".json" && entry.path().filename() != "kinds.json") {  // which is a list of changes to one
      EXPECT_NO_THROW(load_config(entry.path())) << entry.path();
    }
  }
}

}  // namespace
}  // namespace saccade

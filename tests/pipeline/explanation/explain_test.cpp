#include "pipeline/explanation/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "models/search/beam_search.h"
#include "models/shapes.h"
#include "pipeline/captioning/caption_batch.h"
#include "tests/support/tiny_kinds.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

FittedPicture scene_picture() { return fit_picture(draw_scene(make_scene(7, 1, 64)), 64, FitMode::kSquash); }

ExplainedCaption explained(const LoadedModel& model) { return explain_picture(model, scene_picture(), model.description.search); }

std::vector<double> softmax(const std::vector<float>& scores) {
  std::vector<double> shares;
  const double most = std::ranges::max(scores);
  for (const double score : scores) shares.push_back(std::exp(score - most));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (auto& share : shares) share /= sum;
  return shares;
}

TEST(Explain, TellsHowEveryWordCameAboutInEveryKindOfModel) {
  for (const auto& kind : known_kinds()) {
    SCOPED_TRACE(kind.name);
    const auto model = tiny_model_of(kind.patch);
    const auto [record, explanation] = explained(model);
    const auto regions = record.attention->regions.size();
    ASSERT_THAT(record.words, Not(IsEmpty()));
    ASSERT_THAT(explanation.steps, SizeIs(record.words.size()));
    for (std::size_t t = 0; t < record.words.size(); ++t) {
      const auto& step = explanation.steps[t];
      ASSERT_THAT(step.candidates, SizeIs(5));
      EXPECT_TRUE(std::ranges::is_sorted(step.candidates, std::ranges::greater(), &WordRecord::probability));
      for (const auto& [word, probability] : step.candidates) {
        if (word == record.words[t].word) {
          EXPECT_NEAR(probability, record.words[t].probability, 1e-4);
        }
      }
      const auto names = explanation.heads.size();
      EXPECT_NE(names, 1U);
      ASSERT_THAT(step.heads, SizeIs(names));
      EXPECT_THAT(step.scores.size(), testing::AnyOf(0U, std::max<std::size_t>(1, names)));
      for (const auto& row : step.scores) EXPECT_THAT(row, SizeIs(regions));
      for (std::size_t region = 0; names > 0 && region < regions; ++region) {
        double mean = 0;
        for (const auto& head : step.heads) mean += head.at(region) / static_cast<double>(names);
        EXPECT_NEAR(mean, record.attention->weights[t][region], 1e-4);
      }
    }
    const bool looks_around = kind.name != "none" && kind.name != "start";
    ASSERT_THAT(explanation.without, SizeIs(looks_around ? record.words.size() : 0));
    for (const auto& word : explanation.without) {
      EXPECT_THAT(word.regions, Not(IsEmpty()));
      EXPECT_LE(word.regions.size(), regions / 3);
      EXPECT_GE(word.probability, 0);
      EXPECT_LE(word.probability, 1);
      EXPECT_NE(word.caption, "");
    }
    for (const auto& map : explanation.maps) {
      EXPECT_TRUE(map.rows.size() == 1 || map.rows.size() == regions) << map.name;
      for (const auto& row : map.rows) ASSERT_THAT(row, SizeIs(regions)) << map.name;
    }
  }
}

TEST(Explain, ScoresBecomeTheWeights) {
  const auto [record, explanation] = explained(tiny_model_of(tiny_kind("additive")));
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    ASSERT_THAT(explanation.steps[t].scores, SizeIs(1));
    const auto weights = softmax(explanation.steps[t].scores[0]);
    for (std::size_t region = 0; region < weights.size(); ++region)
      EXPECT_NEAR(weights[region], record.attention->weights[t][region], 1e-4);
    EXPECT_THAT(explanation.steps[t].query, SizeIs(16));
    EXPECT_THAT(explanation.steps[t].context, Not(IsEmpty()));
  }
  EXPECT_THAT(explanation.maps, IsEmpty());
}

TEST(Explain, NamesTheHeadsOfEachLayerAsTheyAreOrdered) {
  auto patch = tiny_kind("transformer");
  patch["decoder"].merge_patch({{"layers", 2}, {"heads", 2}});
  const auto [record, explanation] = explained(tiny_model_of(patch));
  EXPECT_THAT(explanation.heads, ElementsAre("layer 1, head 1", "layer 1, head 2", "layer 2, head 1", "layer 2, head 2"));
  for (std::size_t n = 0; n < 4; ++n) {
    const auto weights = softmax(explanation.steps[0].scores[n]);
    for (std::size_t region = 0; region < weights.size(); ++region)
      EXPECT_NEAR(weights[region], explanation.steps[0].heads[n][region], 1e-4);
  }
  EXPECT_THAT(explanation.steps[0].query, SizeIs(2 * 32)) << "of both layers";
  EXPECT_THAT(explained(tiny_model_of(tiny_kind("multi_head"))).explanation.heads, ElementsAre("head 1", "head 2", "head 3", "head 4"));
}

std::vector<std::string> map_names(const std::string& kind, const nlohmann::json& refiner = nlohmann::json::object()) {
  auto patch = tiny_kind(kind);
  patch["decoder"]["refiner"].merge_patch(refiner);
  std::vector<std::string> names;
  for (const auto& map : explained(tiny_model_of(patch)).explanation.maps) names.push_back(map.name);
  return names;
}

TEST(Explain, ShowsWhatTheRefinerKnewBeforeTheFirstWord) {
  EXPECT_THAT(map_names("saliency"), ElementsAre("saliency"));
  EXPECT_THAT(map_names("structured"), ElementsAre("hop 1", "hop 2", "hop 3", "hop 4"));
  EXPECT_THAT(map_names("local_sum"), ElementsAre("neighbours"));
  EXPECT_THAT(map_names("self_attention"), ElementsAre("block 1, head 1", "block 1, head 2", "all blocks"));
  EXPECT_THAT(map_names("self_attention", {{"heads", 8}, {"blocks", 2}}), ElementsAre("block 1", "block 2", "all blocks"))
      << "more than a page holds: the mean of the heads";
}

TEST(Explain, ShowsNoScoresOfRegionsThatWereMixed) {
  for (const auto* kind : {"structured", "self_attention", "local_sum"})
    EXPECT_THAT(explained(tiny_model_of(tiny_kind(kind))).explanation.steps[0].scores, IsEmpty()) << kind;
  EXPECT_THAT(explained(tiny_model_of(tiny_kind("saliency"))).explanation.steps[0].scores, SizeIs(1));
}

TEST(Explain, AsksWhatWouldHaveBeenWrittenWithoutTheRegions) {
  const auto model = tiny_model_of(tiny_kind("additive"));
  const auto [record, explanation] = explained(model);
  auto& decoder = *model.captioner->decoder;
  const auto picture = scene_picture();
  const torch::NoGradGuard no_gradients;
  const auto features = model.encode(stack_pictures({&picture, 1}));
  std::vector<int64_t> tokens{kStartToken};
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    const auto& found = explanation.without[t];
    const auto& weights = record.attention->weights[t];
    double held = 0;
    for (const int region : found.regions) held += weights[region];
    const bool most = found.regions.size() == weights.size() / 3;
    EXPECT_TRUE(held >= 0.5 || most);
    EXPECT_EQ(found.regions[0], std::ranges::max_element(weights) - weights.begin());

    auto changed = features.clone();
    for (const int region : found.regions) changed[0][region] = features[0].mean(0);
    const auto logits = decoder.forward(changed, torch::tensor(tokens).view({1, 1, -1})).logits[0][0][-1];
    const auto word = model.description.vocabulary.id(record.words[t].word);
    EXPECT_NEAR(found.probability, logits.softmax(-1)[word].item<double>(), 1e-4);
    const auto alone = beam_search(decoder, changed, model.description.search);
    std::vector<std::string> words;
    for (const auto token : alone[0][0].tokens) words.push_back(model.description.vocabulary.word(token));
    for (const auto& each : words) EXPECT_NE(found.caption.find(each), std::string::npos);
    tokens.push_back(word);
  }
}

TEST(Explain, OfNoWordsIsWhatIsKnownOfThePicture) {
  const auto model = tiny_model_of(tiny_kind("saliency"));
  const auto picture = scene_picture();
  const auto explanation = explain_words(model, model.encode(stack_pictures({&picture, 1}))[0], {}, model.description.search);
  EXPECT_THAT(explanation.steps, IsEmpty());
  EXPECT_THAT(explanation.without, IsEmpty());
  EXPECT_THAT(explanation.maps, SizeIs(1));
}

TEST(Explanation, IsToldInJsonWithoutWhatIsEmpty) {
  const Explanation explanation{.steps = {{.candidates = {{"dog", 0.123456}}, .scores = {{1.00004f, -2}}}},
                                .without = {{.regions = {3, 1}, .probability = 0.5, .caption = "a cat"}},
                                .maps = {{.name = "saliency", .rows = {{0.25f, 0.75f}}}}};
  EXPECT_EQ(to_json_explanation(explanation).dump(),
            R"({"steps":[{"candidates":[{"word":"dog","probability":0.12346}],"scores":[[1.0,-2.0]]}],)"
            R"("without":[{"regions":[3,1],"probability":0.5,"caption":"a cat"}],)"
            R"("maps":[{"name":"saliency","rows":[[0.25,0.75]]}]})");
}

}  // namespace
}  // namespace saccade

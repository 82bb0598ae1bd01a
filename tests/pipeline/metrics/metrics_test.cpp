#include "pipeline/metrics/metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/metrics/cider.h"
#include "pipeline/metrics/cooked_references.h"
#include "pipeline/metrics/lexicon.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using nlohmann::json;

json read_json(const std::filesystem::path& path) { return json::parse(std::ifstream(path)); }

// As the reference scorer's str.split(" "), an empty text apart.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> tokens;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const auto end = std::min(text.find(' ', begin), text.size());
    tokens.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return tokens;
}

ScoredCaption caption_of(const std::string& hypothesis, const std::vector<std::string>& references) {
  ScoredCaption caption{.hypothesis = split(hypothesis)};
  for (const auto& reference : references) caption.references.push_back(split(reference));
  return caption;
}

// Sums of the same terms in another order differ in the last digits; BLEU and ROUGE-L have a dozen terms a picture, CIDEr hundreds.
constexpr double kBleuTolerance = 1e-12, kRougeTolerance = 1e-12, kCiderTolerance = 1e-9;

// Expected values: pycocoevalcap 1.2 run on exactly these captions (README.md beside the fixtures).
void expect_scores_of(const json& expected) {
  std::vector<ScoredCaption> captions;
  for (const auto& image : expected["images"]) captions.push_back(caption_of(image["tokens"], image["reference_tokens"]));
  const auto scores = score_images(captions);
  ASSERT_EQ(scores.size(), captions.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto& image = expected["images"][i];
    SCOPED_TRACE(image["image_id"].dump());
    for (std::size_t n = 0; n < 4; ++n)
      EXPECT_NEAR(bleu_scores(scores[i].bleu)[n], image["bleu"][n].get<double>(), kBleuTolerance) << n + 1;
    EXPECT_NEAR(scores[i].rouge_l, image["rouge_l"].get<double>(), kRougeTolerance);
    EXPECT_NEAR(scores[i].cider, image["cider"].get<double>(), kCiderTolerance);
    EXPECT_NEAR(scores[i].cider_plain, image["cider_plain"].get<double>(), kCiderTolerance);
  }
  const auto corpus = corpus_scores(scores);
  EXPECT_EQ(corpus.images, std::ssize(captions));
  for (std::size_t n = 0; n < 4; ++n) EXPECT_NEAR(corpus.bleu[n], expected["corpus"]["bleu"][n].get<double>(), kBleuTolerance) << n + 1;
  EXPECT_NEAR(corpus.rouge_l, expected["corpus"]["rouge_l"].get<double>(), kRougeTolerance);
  EXPECT_NEAR(corpus.cider, expected["corpus"]["cider"].get<double>(), kCiderTolerance);
  EXPECT_NEAR(corpus.cider_plain, expected["corpus"]["cider_plain"].get<double>(), kCiderTolerance);
}

TEST(Metrics, EqualTheReferenceScorerOnFortyCocoImages) { expect_scores_of(read_json(fixture("coco/scores.json"))); }

TEST(Metrics, EqualTheReferenceScorerOnEmptyShortAndRepeatedWords) { expect_scores_of(read_json(fixture("coco/odd_scores.json"))); }

TEST(Metrics, EqualTheReferenceScorerOnAThousandCocoImages) {
  SACCADE_NEEDS_DATA("coco-eval/fakecap1000");
  const auto folder = test_data() / "coco-eval/fakecap1000";
  const auto hypotheses = read_json(folder / "hypotheses_tokenized.json"), references = read_json(folder / "references_tokenized.json");
  const auto per_image = read_json(folder / "per_image.json"), overall = read_json(folder / "overall.json");
  json expected;
  const char* const bleu[] = {"Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4"};
  for (const auto& [id, scores] : per_image.items()) {
    auto& image = expected["images"].emplace_back(json{{"image_id", id}, {"tokens", hypotheses[id]}, {"reference_tokens", references[id]}});
    for (const auto* key : bleu) image["bleu"].push_back(scores[key]);
    image["rouge_l"] = scores["ROUGE_L"];
    image["cider"] = scores["CIDEr"];
    image["cider_plain"] = scores["CIDEr_plain_vrama91"];
  }
  for (const auto* key : bleu) expected["corpus"]["bleu"].push_back(overall[key]);
  expected["corpus"]["rouge_l"] = overall["ROUGE_L"];
  expected["corpus"]["cider"] = overall["CIDEr"];
  expected["corpus"]["cider_plain"] = overall["CIDEr_plain_vrama91"];
  ASSERT_EQ(expected["images"].size(), 1000U);
  expect_scores_of(expected);
}

TEST(Metrics, OfNoCaptionsAreZero) {
  const auto scores = score_captions({});
  EXPECT_EQ(scores.images, 0);
  EXPECT_EQ(scores.bleu[0], 0);
  EXPECT_EQ(scores.cider, 0);
}

TEST(Metrics, OfASingleImageHaveNoCider) {
  const auto scores = score_captions({caption_of("a dog", {"a dog"})});  // every n-gram is in every image: its idf is ln 1
  EXPECT_EQ(scores.cider, 0);
  EXPECT_NEAR(scores.bleu[1], 1, 1e-8);  // the scorer adds 1e-9 to each count
  EXPECT_DOUBLE_EQ(scores.rouge_l, 1);
}

TEST(Metrics, TellUnknownWordsOfAHypothesisApart) {
  const std::vector<std::string> references = {"a dog runs", "a dog"};
  const auto cider_with = [&](const std::string& hypothesis) {
    return score_images({caption_of(hypothesis, references), caption_of("b", {"b"})})[0].cider;
  };
  EXPECT_NE(cider_with("a dog x x"), cider_with("a dog x y"));
  EXPECT_EQ(cider_with("a dog y x"), cider_with("a dog x y"));
}

TEST(Metrics, TakeTimeInProportionToACaptionOfUnknownWords) {
  std::string words;
  for (int i = 0; i < 100'000; ++i) words += "w" + std::to_string(i) + " ";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(score_images({caption_of(words, {"a dog"})})[0].bleu.length, 100'000);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << "a look through all words for each would take minutes";
}

// The way of training: token ids instead of words, references cooked once, several threads.
TEST(Metrics, AreTheSameOnTokenIdsFromManyThreads) {
  const auto data = read_json(fixture("coco/scores.json"));
  Lexicon vocabulary;
  NumberedReferences numbered;
  std::vector<std::vector<WordId>> hypotheses;
  std::vector<double> expected;
  for (const auto& image : data["images"]) {
    numbered.add_image();
    for (const std::string reference : image["reference_tokens"]) {
      const auto ids = vocabulary.add(split(reference)).words;
      numbered.add_reference(ids, ids);
    }
    hypotheses.push_back(vocabulary.add(split(image["tokens"])).words);
    expected.push_back(image["cider"]);
  }
  const CookedReferences references(std::move(numbered));
  const Cider cider(references);
  const auto score_all = [&](std::vector<double>& scores) {
    HypothesisCooker cooker;
    for (int64_t i = 0; i < references.images(); ++i) {
      scores.push_back(cider.score(cooker.cook(references, hypotheses[i], hypotheses[i]), i));
    }
  };
  std::vector<std::vector<double>> scores(4);
  std::vector<std::thread> threads;
  for (auto& own : scores) threads.emplace_back(score_all, std::ref(own));
  for (auto& thread : threads) thread.join();
  for (const auto& own : scores) {
    ASSERT_EQ(own.size(), expected.size());
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_NEAR(own[i], expected[i], kCiderTolerance);
  }
}

TEST(NgramTable, KeepsItsNumbersWhileItGrows) {
  NgramTable table;
  std::vector<Ngram> ngrams;
  for (WordId a = 0; a < 50; ++a) {
    for (WordId b = 0; b < 50; ++b) {
      ngrams.push_back(make_ngram(std::vector<WordId>{a, b}));
      ngrams.push_back(make_ngram(std::vector<WordId>{0, a, b}));
    }
  }
  for (uint32_t i = 0; i < ngrams.size(); ++i) ASSERT_EQ(table.insert(ngrams[i]), i);
  for (uint32_t i = 0; i < ngrams.size(); ++i) ASSERT_EQ(table.find(ngrams[i]), i);
  EXPECT_EQ(table.find(make_ngram(std::vector<WordId>{0})), NgramTable::kUnseen);
  EXPECT_EQ(table.size(), ngrams.size());
}

}  // namespace
}  // namespace saccade

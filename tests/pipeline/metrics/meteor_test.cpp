#include "pipeline/metrics/meteor/meteor.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "data/error.h"
#include "pipeline/metrics/meteor/normalizer.h"
#include "tests/support/meteor_data.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using nlohmann::json;
using Tokens = std::vector<std::string>;

json json_of(const std::filesystem::path& path) { return json::parse(std::ifstream(path)); }

// At blanks, as the reference scorer hands texts to METEOR: a no-break space stays in its token.
Tokens words_in(const std::string& text) {
  std::istringstream words(text);
  Tokens tokens;
  for (std::string word; std::getline(words, word, ' ');) {
    if (!word.empty()) tokens.push_back(word);
  }
  return tokens;
}

ScoredCaption scored(const std::string& hypothesis, const std::vector<std::string>& references) {
  ScoredCaption caption{.hypothesis = words_in(hypothesis)};
  for (const auto& reference : references) caption.references.push_back(words_in(reference));
  return caption;
}

constexpr double kMeteorTolerance = 1e-12;  // the formula has a dozen terms; the alignment behind it is the same or another one

MeteorFiles without_paraphrases(MeteorFiles files) {
  files.paraphrases.reset();
  return files;
}

struct Expected {
  std::vector<std::string> names;
  std::vector<ScoredCaption> captions;
  std::vector<double> images;
  double corpus = 0;
};

void expect_meteor(const Expected& expected, const MeteorFiles& files) {
  const auto scores = score_meteor(expected.captions, files);
  ASSERT_EQ(scores.images.size(), expected.images.size());
  for (std::size_t i = 0; i < scores.images.size(); ++i)
    EXPECT_NEAR(meteor_score(scores.images[i]), expected.images[i], kMeteorTolerance) << "image " << expected.names[i];
  EXPECT_NEAR(scores.corpus, expected.corpus, kMeteorTolerance);
}

// Expected values: METEOR 1.5 as pycocoevalcap 1.2 calls it (README.md beside the fixtures).
Expected fixture_scores(const std::string& file, const std::string& key) {
  const auto data = json_of(fixture(file));
  Expected expected{.corpus = data["corpus"][key]};
  for (const auto& image : data["images"]) {
    expected.names.push_back(image["image_id"].dump());
    expected.captions.push_back(scored(image["tokens"], image["reference_tokens"]));
    expected.images.push_back(image[key]);
  }
  return expected;
}

TEST(Meteor, EqualsTheReferenceScorerOnFortyCocoImages) {
  SACCADE_NEEDS_METEOR();
  expect_meteor(fixture_scores("coco/scores.json", "meteor"), *find_meteor_files());
}

TEST(Meteor, EqualsTheReferenceScorerWithoutParaphrases) {
  SACCADE_NEEDS_METEOR();
  expect_meteor(fixture_scores("coco/scores.json", "meteor_without_paraphrases"), without_paraphrases(*find_meteor_files()));
}

TEST(Meteor, EqualsTheReferenceScorerOnEmptyShortAndRepeatedWords) {
  SACCADE_NEEDS_METEOR();
  expect_meteor(fixture_scores("coco/odd_scores.json", "meteor"), *find_meteor_files());
}

TEST(Meteor, EqualsTheReferenceScorerOnAThousandCocoImages) {
  SACCADE_NEEDS_METEOR();
  SACCADE_NEEDS_DATA("coco-eval/fakecap1000");
  const auto folder = test_data() / "coco-eval/fakecap1000";
  const auto hypotheses = json_of(folder / "hypotheses_tokenized.json"), references = json_of(folder / "references_tokenized.json");
  const auto full = json_of(folder / "meteor_full.json"), overall = json_of(folder / "overall.json");
  const auto per_image = json_of(folder / "per_image.json");
  Expected all{.corpus = full["METEOR_full"]}, three{.corpus = overall["METEOR_exact_stem_synonym"]};
  for (const auto& [id, score] : full["per_image"].items()) {
    all.names.push_back(id);
    all.captions.push_back(scored(hypotheses[id], references[id]));
    all.images.push_back(score);
    three.images.push_back(per_image[id]["METEOR_exact_stem_synonym"]);
  }
  three.names = all.names;
  three.captions = all.captions;
  ASSERT_EQ(all.images.size(), 1000U);
  expect_meteor(all, *find_meteor_files());
  expect_meteor(three, without_paraphrases(*find_meteor_files()));
}

TEST(Meteor, CutsWordsAsTheReferenceScorerDoes) {
  const std::vector<std::pair<std::string, Tokens>> cuts = {
      {"mid-air", {"mid", "air"}}, {"'s", {"'", "s"}}, {"3/4", {"3", "/", "4"}}, {"u.s.", {"us"}}, {"!!", {"!", "!"}}, {"dog", {"dog"}}};
  for (const auto& [token, words] : cuts) EXPECT_EQ(normalize_for_meteor({token}), words) << token;
}

TEST(Meteor, CutsTheTokensOfCocoAsTheReferenceScorerDoes) {
  SACCADE_NEEDS_DATA("coco-eval/meteor_norm_tokens.json");
  const auto tokens = json_of(test_data() / "coco-eval/meteor_norm_tokens.json");
  ASSERT_GT(tokens.size(), 1000U);
  for (const auto& [token, words] : tokens.items()) EXPECT_EQ(normalize_for_meteor({token}), words_in(words)) << token;
}

/// A small folder of METEOR's data, so that these tests mean something without the real ones.
class SmallMeteor : public testing::Test {
 protected:
  SmallMeteor() {
    write("english.words", "a\nthe\n");
    write("english.synsets", "dog\n7 9\nhound\n9\nfoot\n3\npaw\n3\n");
    write("english.exceptions", "foot\nfeet\n");
    write("paraphrase-en", "0.5\nruns fast\nsprints\n0.5\nwholly unknown\nsprints\n");
  }
  void write(const std::string& name, const std::string& content) const { std::ofstream(folder_ / name) << content; }
  double score(const std::string& hypothesis, const std::string& reference) const {
    return score_meteor({scored(hypothesis, {reference})}, meteor_files(folder_.path())).corpus;
  }
  TemporaryFolder folder_;
};

// One matched word of weight w in texts of one word: precision = recall = w; matched whole and in order, they are not torn into chunks.
TEST_F(SmallMeteor, WeighsWordsByTheModuleThatMatchesThem) {
  EXPECT_DOUBLE_EQ(score("hound", "dog"), 0.8);   // synonyms
  EXPECT_DOUBLE_EQ(score("dogs", "hound"), 0.8);  // of the word that "dogs" is a form of
  EXPECT_DOUBLE_EQ(score("feet", "paw"), 0.8);    // and by the list of exceptions
  EXPECT_DOUBLE_EQ(score("jumping", "jumps"), 0.6);
  EXPECT_DOUBLE_EQ(score("dog", "zebra"), 0);
  EXPECT_DOUBLE_EQ(score("dog", "dog"), 1);
}

TEST_F(SmallMeteor, MatchesPhrasesOfSeveralWordsInBothDirections) {
  EXPECT_GT(score("a dog sprints", "a dog runs fast"), score("a dog sprints", "a dog runs home"));
  EXPECT_GT(score("a dog runs fast", "a dog sprints"), score("a dog runs home", "a dog sprints"));
}

TEST_F(SmallMeteor, NamesItsVariant) {
  auto files = meteor_files(folder_.path());
  EXPECT_EQ(files.variant(), "METEOR 1.5 (exact stem synonym paraphrase)");
  EXPECT_EQ(score_meteor({scored("a", {"a"})}, files).variant, files.variant());
  std::filesystem::remove(folder_ / "paraphrase-en");
  EXPECT_EQ(meteor_files(folder_.path()).variant(), "METEOR 1.5 (exact stem synonym, without paraphrases)");
}

TEST_F(SmallMeteor, ReadsItsParaphrasesCompressedToo) {
  const auto plain = score("a dog sprints", "a dog runs fast");
  std::filesystem::remove(folder_ / "paraphrase-en");
  EXPECT_LT(score("a dog sprints", "a dog runs fast"), plain);
  const std::string table = "0.5\nruns fast\nsprints\n";
  const auto file = gzopen((folder_ / "paraphrase-en.gz").c_str(), "wb");
  ASSERT_GT(gzwrite(file, table.data(), static_cast<unsigned>(table.size())), 0);
  gzclose(file);
  EXPECT_DOUBLE_EQ(score("a dog sprints", "a dog runs fast"), plain);
  std::filesystem::resize_file(folder_ / "paraphrase-en.gz", 20);
  EXPECT_THROW(score("a dog sprints", "a dog runs fast"), Error);
}

TEST_F(SmallMeteor, RefusesFilesThatAreSomethingElse) {
  write("paraphrase-en", "<html>\nnot found\n</html>\n");
  EXPECT_THROW(score("a dog", "a dog"), Error);
  write("paraphrase-en", "0.5\nruns fast\n");
  EXPECT_THROW(score("a dog", "a dog"), Error);
  write("paraphrase-en", "0.5\n" + std::string(3 << 20, 'x'));
  EXPECT_THROW(score("a dog", "a dog"), Error);
  std::filesystem::remove(folder_ / "paraphrase-en");
  write("english.synsets", "");
  EXPECT_THROW(score("a dog", "a dog"), Error);
  std::filesystem::remove(folder_ / "english.synsets");
  EXPECT_THROW(meteor_files(folder_.path()), Error);
}

TEST_F(SmallMeteor, IsTheSameFromAnyNumberOfThreads) {
  const auto data = json_of(fixture("coco/scores.json"));
  std::vector<ScoredCaption> captions;
  for (int copy = 0; copy < 10; ++copy) {
    for (const auto& image : data["images"]) captions.push_back(scored(image["tokens"], image["reference_tokens"]));
  }
  const auto corpus_with = [&](const char* threads) {
    ::setenv("OMP_NUM_THREADS", threads, 1);
    const auto scores = score_meteor(captions, meteor_files(folder_.path()));
    ::unsetenv("OMP_NUM_THREADS");
    return scores.corpus;
  };
  const char* const set = std::getenv("OMP_NUM_THREADS");
  const std::string before = set == nullptr ? "" : set;
  EXPECT_EQ(corpus_with("1"), corpus_with("5"));
  if (!before.empty()) ::setenv("OMP_NUM_THREADS", before.c_str(), 1);
}

// The time of an alignment grows with the square of a text: a text of megabytes must not take hours.
TEST_F(SmallMeteor, LooksAtTheFirstWordsOfAMonstrousTextOnly) {
  std::string monster;
  for (int i = 0; i < 20'000; ++i) monster += i % 2 == 0 ? "dog " : "hound ";
  EXPECT_GT(score(monster, "a dog"), 0);
  EXPECT_GT(score(monster, monster), 0.99);
}

}  // namespace
}  // namespace saccade

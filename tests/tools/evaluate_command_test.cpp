// `saccade evaluate` of files, the program itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/run_program.h"

namespace saccade {
namespace {

using nlohmann::json;

class EvaluateCommand : public testing::Test {
 protected:
  EvaluateCommand() {
    const auto data = json::parse(std::ifstream(fixture("coco/scores.json")));
    corpus_ = data["corpus"];
    json references, results = json::array();
    for (const auto& image : data["images"]) {
      const auto file = image["image_id"].dump() + ".jpg";
      references["images"].push_back({{"id", image["image_id"]}, {"file_name", file}});
      for (const auto& caption : image["references"]) {
        references["annotations"].push_back(
            {{"id", references["annotations"].size()}, {"image_id", image["image_id"]}, {"caption", caption}});
      }
      results.push_back({{"image_id", image["image_id"]}, {"caption", image["caption"]}});
    }
    std::ofstream(folder_ / "references.json") << references;
    std::ofstream(folder_ / "captions.json") << results;
  }
  ProgramResult evaluate(std::vector<std::string> more) const {
    more.insert(more.begin(), {"evaluate", "--references", path("references.json"), "--captions", path("captions.json")});
    return RunningProgram(program_, more).wait();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  TemporaryFolder folder_;
  std::filesystem::path program_ = SACCADE_PROGRAM;
  json corpus_;
};

TEST_F(EvaluateCommand, WritesItsScoresAsJson) {
  const auto result = evaluate({"--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto report = nlohmann::ordered_json::parse(result.output);
  std::vector<std::string> keys;
  for (const auto& [key, value] : report.items()) keys.push_back(key);
  const std::vector<std::string> expected = {"images",
                                             "bleu_1",
                                             "bleu_2",
                                             "bleu_3",
                                             "bleu_4",
                                             "rouge_l",
                                             "cider",
                                             "cider_plain",
                                             "meteor",
                                             "meteor_variant",
                                             "document_frequencies",
                                             "references",
                                             "bad_rows",
                                             "missing",
                                             "failed",
                                             "unknown",
                                             "duplicates",
                                             "empty",
                                             "names"};
  EXPECT_EQ(keys, expected);
  EXPECT_EQ(report["images"], 40);
  EXPECT_NEAR(report["bleu_4"].get<double>(), corpus_["bleu"][3].get<double>(), 1e-12);
  EXPECT_NEAR(report["cider"].get<double>(), corpus_["cider"].get<double>(), 1e-9);
  EXPECT_NEAR(report["cider_plain"].get<double>(), corpus_["cider_plain"].get<double>(), 1e-9);
  EXPECT_EQ(report["document_frequencies"], "the 40 images evaluated");
  if (report["meteor"].is_null()) GTEST_SKIP() << "METEOR's data are not in .deps/meteor; ./run setup takes them";
  EXPECT_NEAR(report["meteor"].get<double>(), corpus_["meteor"].get<double>(), 1e-12);
  EXPECT_EQ(report["meteor_variant"], "METEOR 1.5 (exact stem synonym paraphrase)");
  const auto three = json::parse(evaluate({"--json", "--no-paraphrases"}).output);
  EXPECT_NEAR(three["meteor"].get<double>(), corpus_["meteor_without_paraphrases"].get<double>(), 1e-12);
  EXPECT_EQ(three["meteor_variant"], "METEOR 1.5 (exact stem synonym, without paraphrases)");
}

TEST_F(EvaluateCommand, WritesTheScoresOfEachImageWithItsIdAsItWas) {
  ASSERT_EQ(evaluate({"--per-image", path("scores.jsonl")}).exit_code, 0);
  const auto data = json::parse(std::ifstream(fixture("coco/scores.json")));
  std::ifstream lines(folder_ / "scores.jsonl");
  std::string line;
  for (const auto& image : data["images"]) {
    ASSERT_TRUE(std::getline(lines, line));
    const auto scores = json::parse(line);
    EXPECT_EQ(scores["image_id"], image["image_id"]) << "a number, as in the references";
    EXPECT_EQ(scores["caption"], image["caption"]);
    EXPECT_NEAR(scores["bleu_4"].get<double>(), image["bleu"][3].get<double>(), 1e-12);
    EXPECT_NEAR(scores["rouge_l"].get<double>(), image["rouge_l"].get<double>(), 1e-12);
    EXPECT_NEAR(scores["cider"].get<double>(), image["cider"].get<double>(), 1e-9);
    EXPECT_NEAR(scores["cider_plain"].get<double>(), image["cider_plain"].get<double>(), 1e-9);
    if (scores["meteor"].is_null()) continue;  // its data are not there
    EXPECT_NEAR(scores["meteor"].get<double>(), image["meteor"].get<double>(), 1e-12);
  }
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(EvaluateCommand, ReplacesNoFileUnasked) {
  std::ofstream(folder_ / "scores.jsonl") << "mine\n";
  const auto refused = evaluate({"--per-image", path("scores.jsonl")});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.errors.find("--overwrite"), std::string::npos) << refused.errors;
  EXPECT_EQ(content_of(folder_ / "scores.jsonl"), "mine\n");
  EXPECT_EQ(evaluate({"--per-image", path("scores.jsonl"), "--overwrite"}).exit_code, 0);
  EXPECT_NE(content_of(folder_ / "scores.jsonl"), "mine\n");
}

TEST_F(EvaluateCommand, WeighsBySavedDocumentFrequenciesAndSaysSo) {
  const auto own = json::parse(evaluate({"--json", "--save-document-frequencies", path("df")}).output);
  const auto saved = json::parse(evaluate({"--json", "--document-frequencies", path("df")}).output);
  EXPECT_EQ(saved["cider"], own["cider"]);
  EXPECT_EQ(saved["document_frequencies"], path("df") + ", 40 images");
  std::ofstream(folder_ / "other") << R"({"format": "saccade-document-frequencies", "version": 1, "images": 100000})"
                                      "\n";
  EXPECT_NE(json::parse(evaluate({"--json", "--document-frequencies", path("other")}).output)["cider"], own["cider"]);
  EXPECT_EQ(evaluate({"--document-frequencies", path("references.json")}).exit_code, 1);
  EXPECT_NE(evaluate({}).output.find("document frequencies: of the 40 images evaluated"), std::string::npos);
}

TEST_F(EvaluateCommand, LeavesMeteorOutWhereItsDataAreAbsentAndSaysHowToGetThem) {
  std::filesystem::copy_file(SACCADE_PROGRAM, folder_ / "saccade");  // away from .deps; it needs no other file of the build
  program_ = folder_ / "saccade";
  const auto result = evaluate({"--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(json::parse(result.output)["meteor"].is_null());
  EXPECT_TRUE(json::parse(result.output)["meteor_variant"].is_null());
  EXPECT_NE(result.errors.find("./run setup"), std::string::npos) << result.errors;
  const auto table = evaluate({});
  EXPECT_NE(table.output.find("CIDEr-D"), std::string::npos);
  EXPECT_NE(table.output.find("METEOR        -"), std::string::npos) << table.output;
}

TEST_F(EvaluateCommand, CountsAndNamesWhatIsNotAsItShouldBe) {
  const auto data = json::parse(std::ifstream(fixture("coco/scores.json")));
  const auto first = data["images"][0]["image_id"], second = data["images"][1]["image_id"];
  std::ofstream(folder_ / "captions.json") << json{{{"image_id", first}, {"caption", "a man"}},
                                                   {{"image_id", first}, {"caption", "a dog"}},
                                                   {{"image_id", 1}, {"caption", "a cat"}},
                                                   {{"image_id", second}, {"caption", "..."}}};
  const auto report = json::parse(evaluate({"--json"}).output);
  EXPECT_EQ(report["images"], 2);
  EXPECT_EQ(report["missing"], 38);
  EXPECT_EQ(report["duplicates"], 1);
  EXPECT_EQ(report["unknown"], 1);
  EXPECT_EQ(report["empty"], 1);
  EXPECT_EQ(report["names"]["unknown"], json::array({"1"}));
  EXPECT_NE(evaluate({}).output.find("1 caption of images without references, not scored: 1\n"), std::string::npos);
}

TEST_F(EvaluateCommand, TellsIntervalsAndDiversityWhenAsked) {
  // Half of the captions were learned, as far as their text goes; what stands in another split was not.
  std::ofstream training(folder_ / "training.jsonl");
  const auto captions = json::parse(std::ifstream(folder_ / "captions.json"));
  std::set<std::string> learned;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    const std::string text = captions[i]["caption"];
    training << json{{"image", std::to_string(i) + ".jpg"}, {"captions", {text}}, {"split", i < 20 ? "train" : "test"}} << "\n";
    if (i < 20) learned.insert(text);
  }
  training.close();
  const auto known =
      std::ranges::count_if(captions, [&](const json& caption) { return learned.contains(caption["caption"].get<std::string>()); });
  const auto result = evaluate({"--json", "--intervals", "--diversity", "--training", path("training.jsonl")});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto report = json::parse(result.output);
  for (const auto* name : {"bleu_4", "rouge_l", "cider"}) {
    const auto& interval = report["intervals"][name];
    EXPECT_EQ(interval["value"], report[name]);
    EXPECT_LE(interval["low"], interval["value"]);
    EXPECT_GE(interval["high"], interval["value"]);
  }
  EXPECT_EQ(report["diversity"]["captions"], report["images"]);
  EXPECT_NEAR(report["diversity"]["novel"].get<double>(), 1 - static_cast<double>(known) / 40, 1e-9);
}

TEST_F(EvaluateCommand, ComparesTwoSystemsOnTheSameImages) {
  const auto same = json::parse(evaluate({"--json", "--compare", path("captions.json")}).output);
  EXPECT_EQ(same["comparison"]["cider"]["difference"], 0.0);
  EXPECT_EQ(same["comparison"]["cider"]["p"], 1.0);

  auto worse = json::parse(std::ifstream(folder_ / "captions.json"));
  for (auto& caption : worse) caption["caption"] = "a a a";
  std::ofstream(folder_ / "worse.json") << worse;
  const auto other = json::parse(evaluate({"--json", "--compare", path("worse.json")}).output);
  EXPECT_LT(other["comparison"]["cider"]["difference"], 0.0);
  EXPECT_EQ(other["comparison"]["cider"]["b"], other["other"]["cider"]);
  EXPECT_NE(evaluate({"--compare", path("worse.json")}).output.find("worse.json"), std::string::npos);
}

TEST_F(EvaluateCommand, TellsWhatWasLeftOutOfTheReferences) {
  const auto whole = json::parse(evaluate({"--json"}).output);
  EXPECT_EQ(whole["bad_rows"], 0);
  auto references = json::parse(std::ifstream(folder_ / "references.json"));
  references["annotations"].push_back({{"id", 1000000}, {"image_id", "nowhere"}, {"caption", "a ghost"}});
  std::ofstream(folder_ / "references.json") << references;
  EXPECT_EQ(json::parse(evaluate({"--json"}).output)["bad_rows"], 1);
  const auto table = evaluate({}).output;
  EXPECT_NE(table.find("1 row of the references left out, the first: " + path("references.json")), std::string::npos) << table;
}

TEST_F(EvaluateCommand, TellsWhatTheScoresOweToTheNumberOfReferences) {
  const auto report = json::parse(evaluate({"--json", "--by-reference-count"}).output);
  const auto& rows = report["by_reference_count"];
  ASSERT_GE(rows.size(), 5U);
  EXPECT_EQ(rows[0]["references"], 1);
  EXPECT_EQ(rows[0]["images"], 40);
  EXPECT_LT(rows[0]["bleu_4"], rows[4]["bleu_4"]);

  auto references = json::parse(std::ifstream(folder_ / "references.json"));
  json first = json::array();
  std::set<int64_t> seen;
  for (const auto& annotation : references["annotations"]) {
    if (seen.insert(annotation["image_id"].get<int64_t>()).second) first.push_back(annotation);
  }
  references["annotations"] = first;
  std::ofstream(folder_ / "references.json") << references;
  const auto against_one = json::parse(evaluate({"--json"}).output);
  for (const auto* score : {"bleu_1", "bleu_4", "rouge_l", "cider", "cider_plain", "meteor"}) EXPECT_EQ(rows[0][score], against_one[score]);
}

TEST_F(EvaluateCommand, TellsHowFarTheScoresRankAsExpertsDo) {
  std::ofstream(folder_ / "captions.txt")
      << "a.jpg#0\tA dog runs .\na.jpg#1\tA brown dog runs .\nb.jpg#0\tA cat .\nb.jpg#1\tThe cat sits .\n";
  std::ofstream(folder_ / "ratings.txt") << "a.jpg\tb.jpg#0\t3\t3\t4\nb.jpg\ta.jpg#1\t1\t2\t1\nb.jpg\tb.jpg#1\t4\t4\t4\n";
  const auto judged = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"evaluate", "--references", path("captions.txt"), "--ratings", path("ratings.txt")});
    return RunningProgram(program_, more).wait();
  };
  const auto report = json::parse(judged({"--json"}).output);
  EXPECT_EQ(report["captions"], 2);
  EXPECT_EQ(report["among_references"], 1) << "what is among its own references counts nothing";
  EXPECT_NEAR(report["tau"]["bleu_1"]["c"].get<double>(), 1, 1e-12) << "half of one caption's words, a quarter of the other's";
  EXPECT_NE(judged({}).output.find("bleu_4"), std::string::npos);
  std::ofstream(folder_ / "ratings.txt") << "a.jpg\tb.jpg#0\t2\t2\t2\nb.jpg\ta.jpg#1\t2\t2\t2\n";
  EXPECT_TRUE(json::parse(judged({"--json"}).output)["tau"]["bleu_1"]["c"].is_null()) << "people who rate all alike rank nothing";
  EXPECT_NE(judged({}).output.find("bleu_1: it, or every rating, is the same for all captions"), std::string::npos);
  EXPECT_EQ(judged({"--captions", path("captions.json")}).exit_code, 2);
  EXPECT_EQ(RunningProgram(program_, {"evaluate", "--ratings", path("ratings.txt")}).wait().exit_code, 2);
}

TEST_F(EvaluateCommand, RefusesWhatHasNoEffect) {
  EXPECT_EQ(evaluate({"--beam", "3"}).exit_code, 2);
  EXPECT_EQ(evaluate({"--output", path("kept.jsonl")}).exit_code, 2);
  EXPECT_EQ(evaluate({"--training", path("references.json")}).exit_code, 2);
  EXPECT_EQ(evaluate({"--data", path("nowhere")}).exit_code, 2);
  EXPECT_EQ(evaluate({"--device", "cpu"}).exit_code, 2);
  EXPECT_EQ(evaluate({"--ratings", path("ratings.txt")}).exit_code, 2);
}

TEST_F(EvaluateCommand, WritesNothingWhereSomethingItReadsIsWrong) {
  EXPECT_EQ(evaluate({"--compare", path("absent.json"), "--per-image", path("scores.jsonl")}).exit_code, 1);
  EXPECT_EQ(evaluate({"--diversity", "--training", path("absent.json"), "--save-document-frequencies", path("df")}).exit_code, 1);
  EXPECT_EQ(evaluate({"--per-image", path("same"), "--save-document-frequencies", path("same")}).exit_code, 2);
  for (const auto* name : {"scores.jsonl", "df", "same"}) EXPECT_FALSE(std::filesystem::exists(folder_ / name)) << name;
}

TEST_F(EvaluateCommand, FindsNoDifferenceBetweenASystemAndAPartOfIt) {
  auto part = json::parse(std::ifstream(folder_ / "captions.json"));
  part.erase(part.begin() + 10, part.end());
  std::ofstream(folder_ / "part.json") << part;
  const auto comparison = json::parse(evaluate({"--json", "--compare", path("part.json")}).output)["comparison"];
  EXPECT_EQ(comparison["images"], 10);
  EXPECT_EQ(comparison["only_a"], 30);
  for (const auto* score : {"bleu_4", "cider", "cider_plain"}) {
    EXPECT_EQ(comparison[score]["difference"], 0.0) << score;
    EXPECT_EQ(comparison[score]["p"], 1.0) << score;
  }
}

}  // namespace
}  // namespace saccade

#include "pipeline/overlay/html_report.h"

#include <c10/util/Exception.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <regex>

#include "pipeline/overlay/html_parts.h"
#include "pipeline/overlay/overlay.h"
#include "tests/pipeline/overlay/example_explanation.h"
#include "tests/pipeline/overlay/example_record.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

const std::string kHostile = "</script><script>alert('x')</script><img src=x onerror=\"alert(1)\"> & \xff\x01 \xe2\x80\xae";

Report hostile_report() {
  auto record = example_record(60, 40, 3, {"a", kHostile, "</SCRIPT><!--"});
  record.image = kHostile + ".jpg";
  record.warning = kHostile;
  record.caption = kHostile;
  auto picture = report_picture(record, sloped_picture(60, 40), kHostile);
  picture.explanation = example_explanation(record);
  picture.explanation->heads[0] = picture.explanation->maps[0].name = picture.explanation->without[0].caption = kHostile;
  auto failed = CaptionRecord{.image = kHostile, .error = kHostile};
  return {
      .title = kHostile,
      .text = kHostile,
      .sections = {{.title = kHostile,
                    .text = kHostile,
                    .figures = {{kHostile, kHostile, kHostile}},
                    .charts = {{.title = kHostile, .x_label = kHostile, .y_label = kHostile, .curves = {{kHostile, {{0, 1}, {1, 0.5}}}}}},
                    .tables = {{.head = {kHostile}, .rows = {{kHostile}}}},
                    .pictures = {picture, report_picture(failed, sloped_picture(60, 40))}}}};
}

Report plain_report() {
  return {.title = "report",
          .sections = {{.pictures = {report_picture(example_record(300, 200, 4, {"a", "dog", "runs"}), sloped_picture(300, 200))}}}};
}

Report explained_report() {
  auto report = plain_report();
  auto& picture = report.sections[0].pictures[0];
  picture.explanation = example_explanation(picture.record);
  return report;
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const auto begin = text.find(before);
  if (begin == std::string::npos) return "";
  return text.substr(begin + before.size(), text.find(after, begin + before.size()) - begin - before.size());
}

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// What the page holds of its first picture with attention.
nlohmann::json data_of(const Report& report) {
  return nlohmann::json::parse(between(render_report(report), "<script type=\"application/json\">", "</script>"));
}

TEST(HtmlReport, EscapesHostileText) {
  const auto html = render_report(hostile_report());
  EXPECT_EQ(count(html, "<script>alert"), 0);
  EXPECT_EQ(count(html, "<img src=x"), 0);
  EXPECT_EQ(count(html, "</SCRIPT><!--"), 0);
  EXPECT_EQ(count(html, "</script>"), 2) << "the picture's data, and the page's own";
  EXPECT_EQ(count(html, "<img"), 2);
  EXPECT_GT(count(html, "&lt;script&gt;alert(&#39;x&#39;)"), 5);
  EXPECT_TRUE(html.find('\xff') == std::string::npos && html.find('\x01') == std::string::npos);
}

TEST(HtmlReport, AllowsItsOwnScriptAndStyleAndNothingElse) {
  const auto html = render_report(plain_report());
  const auto policy = between(html, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
  EXPECT_TRUE(policy.starts_with("default-src 'none'; img-src data:;")) << policy;
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_NE(policy.find("style-src '" + policy_hash(between(html, "<style>", "</style>")) + "'"), std::string::npos);
  EXPECT_NE(policy.find("script-src '" + policy_hash(between(html, "<script>", "</script>")) + "'"), std::string::npos);
  EXPECT_EQ(count(html, " style=\""), 0) << "the policy forbids style attributes";
  EXPECT_EQ(count(html, " onclick="), 0);
  for (const auto* way : {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("})
    EXPECT_EQ(count(html, way), 0) << "the script makes no markup of text";
}

TEST(HtmlReport, RunsItsScriptInStrictMode) {
  const auto script = between(render_report(plain_report()), "<script>", "</script>");
  EXPECT_TRUE(script.starts_with("\"use strict\";")) << "behind anything else it is no directive: " << script.substr(0, 40);
}

TEST(HtmlReport, RefersToNothingOutside) {
  const auto html = render_report(plain_report());
  EXPECT_EQ(count(html, "http://"), count(html, "\"http://www.w3.org/2000/svg\"")) << "a name, which nobody fetches";
  EXPECT_EQ(count(html, "https://"), 0);
  EXPECT_EQ(count(html, "<link"), 0);
  EXPECT_EQ(count(html, "@import"), 0);
  EXPECT_EQ(count(html, "url("), 0);
  EXPECT_EQ(count(html, "src=\""), count(html, "src=\"data:image/"));
}

/// SHA-256 of "abc", FIPS 180-2, appendix B.1, in base64.
TEST(HtmlReport, HashesAsThePolicyWantsIt) { EXPECT_EQ(policy_hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="); }

TEST(HtmlReport, CarriesTheWeightsOfEveryWord) {
  const auto json = data_of(plain_report());
  ASSERT_EQ(json.at("words").size(), 3u);
  EXPECT_EQ(json.at("grid").at("columns"), 4);
  EXPECT_EQ(json.at("words")[1].at("word"), "dog");
  EXPECT_FLOAT_EQ(json.at("words")[1].at("most"), 0.5f + 0.5f / 16);
  std::string bytes(32, '\0');  // 16 regions of 16 bits; region 1 is the word's largest, the others are 0.03125 / 0.53125 of it
  std::string weights;
  for (int i = 0; i < 16; ++i) weights += i == 1 ? std::string("\xff\xff") : std::string("\x0f\x0f");  // round(65535 / 17) = 3855 = 0x0f0f
  EXPECT_EQ(json.at("words")[1].at("weights"), base64(weights));
  EXPECT_NEAR(json.at("crop")[0], 50.0 / 300, 1e-9);
}

TEST(HtmlReport, CarriesWhatWasExplained) {
  const auto report = explained_report();
  const auto json = data_of(report).at("explanation");
  EXPECT_EQ(json.at("heads").size(), 4u);
  EXPECT_EQ(json.at("steps")[1].at("candidates")[0], nlohmann::json::array({"dog", 0.8}));
  EXPECT_EQ(json.at("steps")[1].at("heads").at("parts").get<std::string>().size(), 172u) << "4 heads, 16 regions of 16 bits, in base64";
  EXPECT_EQ(json.at("without")[1].at("regions"), nlohmann::json::array({1, 2}));
  EXPECT_EQ(json.at("maps")[3].at("count"), 16);
}

/// A masked region has a score of -inf; the page gets the least of the others.
TEST(HtmlReport, CarriesScoresThatAreNoNumbers) {
  auto report = explained_report();
  auto& scores = report.sections[0].pictures[0].explanation->steps[0].scores;
  for (auto& head : scores) std::ranges::fill(head, -1.0f);
  scores[0] = std::vector<float>(16, -INFINITY);
  scores[0][15] = 1;
  const auto packed = data_of(report).at("explanation").at("steps")[0].at("scores");
  EXPECT_EQ(packed.at("low"), -1);
  EXPECT_EQ(packed.at("high"), 1);
  EXPECT_TRUE(packed.at("parts").get<std::string>().starts_with("AAAA"));
}

TEST(HtmlReport, LeavesOutOfMapsWhatHasNoPlace) {
  auto record = example_record(60, 40, 2, {"a", "dog"});
  auto& attention = *record.attention;
  attention.regions.insert(attention.regions.begin(), RegionBox{0, 0, 0, 0});  // a class token
  for (auto& weights : attention.weights) weights.insert(weights.begin(), 0.25f);
  Report report{.sections = {{.pictures = {report_picture(record, sloped_picture(60, 40))}}}};
  report.sections[0].pictures[0].explanation = Explanation{.without = {{.regions = {0, 2}}, {.regions = {4}}}};
  const auto json = data_of(report);
  EXPECT_EQ(json.at("words")[0].at("elsewhere"), nlohmann::json::array({0.25}));
  EXPECT_EQ(json.at("words")[0].at("weights").get<std::string>().size(), 12u) << "4 regions of 16 bits, in base64";
  EXPECT_EQ(json.at("explanation").at("without")[0].at("regions"), nlohmann::json::array({1}));
}

TEST(HtmlReport, RefusesAnExplanationOfAnotherPicture) {
  auto report = explained_report();
  report.sections[0].pictures[0].explanation->maps[0].rows[0].pop_back();
  EXPECT_THROW(render_report(report), c10::Error);
}

TEST(HtmlReport, ReducesLargePicturesAndKeepsSmallOnesExact) {
  const auto large = report_picture({}, sloped_picture(1600, 400)), small = report_picture({}, sloped_picture(64, 48));
  EXPECT_EQ(large.width, 800);
  EXPECT_EQ(large.height, 200);
  EXPECT_TRUE(large.uri.starts_with("data:image/jpeg;base64,/9j"));
  EXPECT_EQ(small.width, 64);
  EXPECT_TRUE(small.uri.starts_with("data:image/png;base64,iVBOR"));
}

TEST(HtmlReport, DrawsCurvesWithinTheChart) {
  const ReportChart chart{
      .title = "loss", .x_label = "epoch", .y_label = "nats", .curves = {{"train", {{0, 3}, {1, 2}, {2, NAN}, {3, 1e-3}}}, {"empty", {}}}};
  const auto svg = chart_svg(chart);
  EXPECT_EQ(count(svg, "<polyline"), 1);
  EXPECT_EQ(count(svg, "<circle"), 3) << "the value that is no number is left out";
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  const std::regex number("c[xy]=\"(-?[0-9.]+)\"");
  for (std::sregex_iterator match(svg.begin(), svg.end(), number), end; match != end; ++match) {
    EXPECT_GE(std::stod((*match)[1]), 0);
    EXPECT_LE(std::stod((*match)[1]), 640);
  }
  EXPECT_EQ(chart_svg({.title = "nothing yet"}), "");
  EXPECT_NE(chart_svg({.title = "one point", .curves = {{"a", {{1, 5}}}}}).find("<circle"), std::string::npos);
}

TEST(HtmlReport, ShowsAWordInABrowser) {
  if (std::system("chromium --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "chromium is absent; the page's script runs in no test here";
  const TemporaryFolder folder;
  write_report(plain_report(), folder / "report.html");
  const auto command = "timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir='" +
                       (folder / "profile").string() + "' --virtual-time-budget=3000 --dump-dom 'file://" +
                       (folder / "report.html").string() + "#1.2' 2>/dev/null";
  std::string page;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::array<char, 4096> part;
  while (const auto size = fread(part.data(), 1, part.size(), pipe.get())) page.append(part.data(), size);
  const auto readout = between(page, "aria-live=\"polite\">", "</p>");
  EXPECT_TRUE(readout.starts_with("“dog”: probability 0.8, gate β 0.3. Largest weight 0.53 at the top, 8.5 times an even look."))
      << readout;
  EXPECT_EQ(count(page, "class=\"tile"), 4) << "a word each, and all of them together";
}

TEST(HtmlReport, AnswersWhoPointsAndClicks) {
  const TemporaryFolder folder;
  write_report(explained_report(), folder / "report.html");
  const auto command = "timeout 120 python3 tests/pipeline/overlay/use_report.py '" + (folder / "report.html").string() + "'";
  const int status = WEXITSTATUS(std::system(command.c_str()));
  constexpr int kNoDriver = 77, kNoPython = 127;
  if (status == kNoDriver || status == kNoPython)
    GTEST_SKIP() << "chromedriver or python3 is absent; Debian and Ubuntu have them as chromium-driver and python3";
  EXPECT_EQ(status, 0) << "what was not so is told above";
}

}  // namespace
}  // namespace saccade

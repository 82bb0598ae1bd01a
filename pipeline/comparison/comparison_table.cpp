#include "pipeline/comparison/comparison_table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>

#include "pipeline/overlay/html_report.h"
#include "pipeline/training/train_log.h"

namespace saccade {
namespace {

using Value = std::function<std::optional<double>(const KindResult&)>;

struct Column {
  const char* name;
  double scale;
  int digits;
  Value value;
};

Value of_health(const char* key) {
  return [key](const KindResult& result) -> std::optional<double> {
    const auto found = result.health.find(key);
    return found == result.health.end() || !found->is_number() ? std::nullopt : std::optional(found->get<double>());
  };
}

/// How much faster words fall without what they looked at than without anything.
std::optional<double> fall_against_random(const KindResult& result) {
  const auto curves = result.health.find("faithfulness");
  if (curves == result.health.end() || curves->value("fall_random", 0.0) <= 0) return std::nullopt;
  return curves->value("fall", 0.0) / curves->value("fall_random", 0.0);
}

/// A run may end before its log tells how fast it was.
std::optional<double> positive(double value) { return value > 0 ? std::optional(value) : std::nullopt; }

const std::vector<Column>& table_columns() {
  static const std::vector<Column> table{
      {"BLEU-4", 100, 1, [](const KindResult& result) { return std::optional(result.bleu_4); }},
      {"CIDEr", 100, 1, [](const KindResult& result) { return std::optional(result.cider); }},
      {"true %", 100, 1, [](const KindResult& result) { return result.true_captions; }},
      {"pointing %", 100, 1, of_health("pointing")},
      {"mass in box %", 100, 1, of_health("mass_in_box")},
      {"fall, times random", 1, 1, fall_against_random},
      {"entropy", 1, 2, of_health("entropy")},
      {"change", 1, 2, of_health("change")},
      {"parameters, M", 1e-6, 2, [](const KindResult& result) { return std::optional(static_cast<double>(result.parameters)); }},
      {"training, captions/s", 1, 0, [](const KindResult& result) { return positive(result.train_speed); }},
      {"captioning, pictures/s", 1, 0, [](const KindResult& result) { return std::optional(result.caption_speed); }}};
  return table;
}

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

/// Of the `runs` that have the value.
std::string mean_and_deviation(const std::vector<double>& values, const Column& column, std::size_t runs) {
  if (values.empty()) return "";
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  const double mean = sum / static_cast<double>(values.size());
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto text = number(mean * column.scale, column.digits);
  const auto of = values.size() < runs ? " (" + std::to_string(values.size()) + " of " + std::to_string(runs) + ")" : "";
  if (values.size() < 2) return text + of;
  return text + " ± " + number(std::sqrt(squares / static_cast<double>(values.size() - 1)) * column.scale, column.digits) + of;
}

std::vector<std::string> kinds_in_order(std::span<const KindResult> results) {
  std::vector<std::string> kinds;
  for (const auto& result : results) {
    if (std::ranges::find(kinds, result.kind) == kinds.end()) kinds.push_back(result.kind);
  }
  return kinds;
}

std::string health_of(const std::vector<const KindResult*>& runs) {
  const auto healthy = std::ranges::count_if(runs, [](const KindResult* run) { return run->health.value("healthy", false); });
  const auto unjudged =
      std::ranges::count_if(runs, [](const KindResult* run) { return !run->health.value("unjudged", nlohmann::json()).empty(); });
  if (healthy == std::ssize(runs)) return unjudged == 0 ? "yes" : "not judged";
  return healthy == 0 ? "no" : std::to_string(healthy) + " of " + std::to_string(runs.size());
}

std::vector<std::string> reasons_of(std::span<const KindResult> results) {
  std::vector<std::string> reasons;
  for (const auto& result : results) {
    for (const auto* key : {"reasons", "unjudged"}) {
      for (const auto& reason : result.health.value(key, nlohmann::json::array()))
        reasons.push_back(result.kind + ", seed " + std::to_string(result.seed) + ": " + reason.get<std::string>());
    }
  }
  return reasons;
}

/// Code points: what a terminal gives a column each.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// A cell of a Markdown table: a line end or a bar would end it.
std::string markdown_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|' || c == '\\') cell += '\\';
    cell += c == '\n' || c == '\r' ? ' ' : c;
  }
  return cell;
}

constexpr std::size_t kCurvesOfAChart = 4;  // as many as there are colours
constexpr std::size_t kMostPoints = 100;    // of a curve

/// Means of neighbours, so that a long training is a line and no cloud.
std::vector<std::pair<double, double>> thinned(const std::vector<std::pair<double, double>>& points) {
  const auto together = points.size() / kMostPoints + 1;
  std::vector<std::pair<double, double>> means;
  for (std::size_t begin = 0; begin < points.size(); begin += together) {
    const auto end = std::min(begin + together, points.size());
    double sum = 0;
    for (auto i = begin; i < end; ++i) sum += points[i].second;
    means.emplace_back(points[end - 1].first, sum / static_cast<double>(end - begin));
  }
  return means;
}

/// Charts like `empty`, of a few curves each.
void append_charts(ReportSection& section, const ReportChart& empty, const std::vector<ReportCurve>& curves) {
  for (std::size_t begin = 0; begin < curves.size(); begin += kCurvesOfAChart) {
    auto& chart = section.charts.emplace_back(empty);
    chart.curves.assign(curves.begin() + static_cast<std::ptrdiff_t>(begin),
                        curves.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kCurvesOfAChart, curves.size())));
  }
}

}  // namespace

ComparisonTable comparison_table(std::span<const KindResult> results) {
  ComparisonTable table;
  table.head = {"kind"};
  std::vector<const Column*> shown;
  for (const auto& column : table_columns()) {
    const bool is_known =
        std::ranges::any_of(results, [&](const KindResult& r) { return r.failure.empty() && column.value(r).has_value(); });
    if (!is_known) continue;
    shown.push_back(&column);
    table.head.emplace_back(column.name);
  }
  table.head.emplace_back("healthy");
  for (const auto& kind : kinds_in_order(results)) {
    std::vector<const KindResult*> runs;
    std::string failure;
    for (const auto& result : results) {
      if (result.kind != kind) continue;
      if (result.failure.empty()) {
        runs.push_back(&result);
      } else {
        failure = result.failure;
      }
    }
    const bool is_another = !runs.empty() && !runs.front()->same_as.empty();
    auto& row = table.rows.emplace_back(std::vector<std::string>{is_another ? kind + " = " + runs.front()->same_as : kind});
    for (const auto* column : shown) {
      std::vector<double> values;
      for (const auto* run : runs) {
        if (const auto value = column->value(*run)) values.push_back(*value);
      }
      row.push_back(mean_and_deviation(values, *column, runs.size()));
    }
    row.push_back(runs.empty() ? "failed: " + failure : health_of(runs));
  }
  table.reasons = reasons_of(results);
  return table;
}

std::string to_text(const ComparisonTable& table) {
  std::vector<std::size_t> widths;
  for (const auto& cell : table.head) widths.push_back(width_of(cell));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(widths[i] - std::min(widths[i], width_of(row[i])), ' ');
      text += i == 0 ? row[i] + blanks : "  " + (i + 1 < row.size() ? blanks + row[i] : row[i]);
    }
    text += '\n';
  };
  add(table.head);
  for (const auto& row : table.rows) add(row);
  for (const auto& reason : table.reasons) text += reason + "\n";
  return text;
}

std::string to_csv(const ComparisonTable& table) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string cell = row[i];
      for (auto at = cell.find('"'); at != std::string::npos; at = cell.find('"', at + 2)) cell.insert(at, 1, '"');
      const bool is_plain = row[i].find_first_of(",\"\n\r") == std::string::npos;
      text += (i > 0 ? "," : "") + (is_plain ? row[i] : '"' + cell + '"');
    }
    text += '\n';
  };
  add(table.head);
  for (const auto& row : table.rows) add(row);
  return text;
}

std::string to_markdown(const ComparisonTable& table) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& row) {
    for (const auto& cell : row) text += "| " + markdown_cell(cell) + " ";
    text += "|\n";
  };
  add(table.head);
  for (std::size_t i = 0; i < table.head.size(); ++i) text += "| --- ";
  text += "|\n";
  for (const auto& row : table.rows) add(row);
  return text;
}

std::string to_html(const ComparisonTable& table, std::span<const KindResult> results, const std::filesystem::path& runs) {
  std::vector<ReportCurve> costs, scores;
  std::vector<std::string> drawn;
  for (const auto& result : results) {
    if (!result.failure.empty() || std::ranges::find(drawn, result.kind) != drawn.end()) continue;  // one seed of each: the first
    drawn.push_back(result.kind);
    if (!result.same_as.empty()) continue;  // the curve is the other's
    const auto log = runs / (result.kind + "-" + std::to_string(result.seed)) / "log.jsonl";
    auto& cost = costs.emplace_back(ReportCurve{.name = result.kind});
    auto& score = scores.emplace_back(ReportCurve{.name = result.kind});
    for (const auto& entry : read_train_log(log)) {
      if (entry.contains("validation")) {
        score.points.emplace_back(entry.at("epoch").get<double>(), 100 * entry.at("validation").at("cider").get<double>());
      } else if (entry.contains("cross_entropy")) {
        cost.points.emplace_back(entry.at("step").get<double>(), entry.at("cross_entropy").get<double>());
      }
    }
    cost.points = thinned(cost.points);
  }
  ReportSection learning{.title = "How they learned"};
  append_charts(learning, {.title = "Training", .x_label = "step", .y_label = "nats a word"}, costs);
  const bool had_epochs = std::ranges::any_of(scores, [](const ReportCurve& curve) { return curve.points.size() > 1; });
  if (had_epochs) append_charts(learning, {.title = "Validation, captions written freely", .x_label = "epoch", .y_label = "CIDEr"}, scores);
  Report report{.title = "Kinds of attention, compared",
                .text = "The same data, budget and seeds. Scores are times 100; CIDEr is CIDEr-D.",
                .sections = {{.tables = {{.head = table.head, .rows = table.rows}}}, learning}};
  ReportSection reasons{.title = "What is not healthy, or could not be judged"};
  for (const auto& reason : table.reasons) reasons.text += reason + ". ";
  if (!reasons.text.empty()) report.sections.push_back(reasons);
  return render_report(report);
}

}  // namespace saccade

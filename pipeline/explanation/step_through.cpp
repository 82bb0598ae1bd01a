#include "pipeline/explanation/step_through.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/colour_map.h"
#include "pipeline/overlay/gif_writer.h"
#include "pipeline/overlay/text.h"
#include "pipeline/overlay/weight_map.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

constexpr int kEdge = 20, kPanelWidth = 300, kPanelHeight = 264;
constexpr int kGraphTop = 128, kGraphHeight = 96, kCandidateHeight = 24;
constexpr Rgb8 kTrack = {236, 235, 231};

enum Stage { kQueryStage, kScoresStage, kWeightsStage, kContextStage, kWordStage };
constexpr const char* kStageNames[] = {"query", "scores", "weights", "context", "word"};

Rgb8 heat(double share) { return heat_colours()[std::lround(std::clamp(share, 0.0, 1.0) * 255)]; }

/// An area of the frame that is drawn on, with its own upper left corner.
struct Panel {
  Picture& frame;
  int left, top;

  /// Returns where what follows may stand.
  int write(Text text, int at) const {
    text.width = kPanelWidth;
    draw(frame, text, left, top + at);
    return at + measure(text).height;
  }
  void box(int from_x, int from_y, int to_x, int to_y, Rgb8 colour) const {
    fill(frame, {left + from_x, top + from_y, left + to_x, top + to_y}, colour);
  }
};

/// The five stages in a row, this one in ink.
void draw_stages(const Panel& panel, Stage stage) {
  int x = 0;
  for (int i = kQueryStage; i <= kWordStage; ++i) {
    const Text name{.text = kStageNames[i], .pixels = 13, .bold = i == stage, .colour = i == stage ? kInk : kGrey};
    const int width = measure({.text = name.text, .pixels = name.pixels, .bold = true}).width;  // so that no name moves
    draw(panel.frame, name, panel.left + x, panel.top);
    panel.box(x, 20, x + width, 22, i == stage ? heat(0.6) : kTrack);
    x += width + 18;
  }
}

void draw_heading(const Panel& panel, const std::string& title, const std::string& text) {
  const int below = panel.write({.text = title, .pixels = 19, .bold = true, .colour = kInk, .lines = 2}, 38);
  panel.write({.text = text, .pixels = 13, .colour = kGrey, .lines = 3}, below + 6);
}

/// Numbers of either sign, from the middle up and down; of those that share a column the farthest from 0.
void draw_signed(const Panel& panel, const std::vector<float>& numbers) {
  const int columns = std::min<int>(kPanelWidth, static_cast<int>(numbers.size())), middle = kGraphTop + kGraphHeight / 2;
  const auto by_size = [](float a, float b) { return std::abs(a) < std::abs(b); };
  const double most = std::max(1e-9f, std::abs(*std::ranges::max_element(numbers, by_size)));
  panel.box(0, middle, kPanelWidth, middle + 1, kLine);
  for (int i = 0; i < columns; ++i) {
    const auto first = numbers.begin() + static_cast<int64_t>(numbers.size()) * i / columns;
    const auto last = numbers.begin() + static_cast<int64_t>(numbers.size()) * (i + 1) / columns;
    const double share = *std::max_element(first, last, by_size) / most;
    const int height = static_cast<int>(std::lround(share * kGraphHeight / 2));
    const int from = kPanelWidth * i / columns, to = std::max(from + 1, kPanelWidth * (i + 1) / columns - (columns < 100 ? 1 : 0));
    panel.box(from, middle - std::max(height, 0), to, middle - std::min(height, 0), height > 0 ? heat(0.66) : heat(0.24));
  }
}

/// Numbers from 0 up; one bar a region.
void draw_bars(const Panel& panel, const std::vector<float>& numbers) {
  const double most = std::max(1e-9f, *std::ranges::max_element(numbers));
  const int count = static_cast<int>(numbers.size()), bottom = kGraphTop + kGraphHeight;
  for (int i = 0; i < count; ++i) {
    const double share = numbers[i] / most;
    const int from = kPanelWidth * i / count, to = std::max(from + 1, kPanelWidth * (i + 1) / count - (count <= 100 ? 1 : 0));
    panel.box(from, bottom - static_cast<int>(std::lround(share * kGraphHeight)), to, bottom, heat(0.15 + 0.75 * share));
  }
  panel.box(0, bottom, kPanelWidth, bottom + 1, kLine);
}

void draw_candidates(const Panel& panel, const std::vector<WordRecord>& candidates, const std::string& written) {
  constexpr int kNameWidth = 96, kFigureWidth = 44, kTrackWidth = kPanelWidth - kNameWidth - kFigureWidth;
  int top = kGraphTop - 24;
  for (const auto& [word, probability] : candidates) {
    const bool is_written = word == written;
    const auto colour = is_written ? kInk : kGrey;
    draw(panel.frame, {.text = word, .pixels = 14, .bold = is_written, .colour = colour, .width = kNameWidth - 8}, panel.left,
         panel.top + top);
    panel.box(kNameWidth, top + 5, kNameWidth + kTrackWidth, top + 13, kTrack);
    panel.box(kNameWidth, top + 5, kNameWidth + static_cast<int>(std::lround(kTrackWidth * probability)), top + 13,
              is_written ? heat(0.66) : heat(0.3));
    draw(panel.frame,
         {.text = short_number(probability), .pixels = 13, .colour = colour, .width = kFigureWidth, .alignment = TextAlignment::kEnd},
         panel.left + kPanelWidth - kFigureWidth, panel.top + top);
    top += kCandidateHeight;
  }
}

/// The picture as bright as it is attended to.
Picture in_its_light(const Picture& picture, const WeightMap& map, double most) {
  constexpr double kDark = 0.1;
  Picture lit = picture;
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    const double light = kDark + (1 - kDark) * std::sqrt(std::min(1.0, map.values[i] / std::max(most, 1e-9)));
    for (int channel = 0; channel < 3; ++channel)
      lit.rgb[3 * i + channel] = static_cast<uint8_t>(std::lround(lit.rgb[3 * i + channel] * light));
  }
  return lit;
}

/// Of heads the mean: [N][R] → [R].
std::vector<float> mean_of_heads(const std::vector<std::vector<float>>& heads) {
  std::vector<float> mean(heads.front().size());
  for (const auto& head : heads)
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += head[i] / static_cast<float>(heads.size());
  return mean;
}

std::string of_heads(const WordStep& step) {
  return step.heads.size() > 1 ? " Mean of " + std::to_string(step.heads.size()) + " heads." : "";
}

class StepThrough {
 public:
  StepThrough(const CaptionRecord& record, const Explanation& explanation, const Picture& original, const StepThroughOptions& options)
      : record_(record),
        attention_(*record.attention),
        explanation_(explanation),
        options_(options),
        picture_(scale_to_fit(original, options.longest_side)),
        spans_(word_spans(record.caption, record.words)),
        width_(kEdge + picture_.width + kEdge + kPanelWidth + kEdge),
        middle_(std::max(picture_.height, kPanelHeight)),
        height_(kEdge + middle_ + kEdge + measure(caption_text(record.caption)).height + kEdge),
        gif_(width_, height_) {}

  std::vector<std::byte> animate() {
    auto opening = frame(picture_, "");
    draw_heading(panel(opening), "Word by word",
                 "The decoder asks, every region answers with a score, scores become weights, what they see becomes a word.");
    gif_.add_change(opening, options_.pause_seconds);
    for (std::size_t t = 0; t < record_.words.size(); ++t) animate_word(t);
    auto closing = frame(picture_, record_.caption);
    draw_heading(panel(closing), "The caption", "Log probability " + short_log(record_.log_probability) + ".");
    gif_.add_change(closing, options_.pause_seconds);
    return gif_.finish();
  }

 private:
  static std::string short_log(double value) { return (value < 0 ? "-" : "") + short_number(std::abs(value)); }

  Text caption_text(const std::string& text) const {
    return {.text = text.empty() ? " " : text, .pixels = 21, .colour = kInk, .width = picture_.width + kEdge + kPanelWidth, .lines = 3};
  }

  Picture frame(const Picture& shown, const std::string& caption, std::pair<std::size_t, std::size_t> marked = {}) const {
    auto frame = blank_picture(width_, height_, kPaper);
    paste(frame, shown, kEdge, kEdge + (middle_ - picture_.height) / 2);
    auto text = caption_text(caption);
    std::tie(text.marked_begin, text.marked_end) = marked;
    draw(frame, text, kEdge, kEdge + middle_ + kEdge);
    return frame;
  }

  Panel panel(Picture& frame) const { return {frame, 2 * kEdge + picture_.width, kEdge + (middle_ - kPanelHeight) / 2}; }

  /// What is written before the word; with it where the caption cannot be cut.
  std::string before(std::size_t word) const {
    return spans_[word].second == 0 ? record_.caption : record_.caption.substr(0, spans_[word].first) + "…";
  }

  /// The map of these numbers of the R regions, none below 0.
  WeightMap map_of(std::vector<float> numbers) const {
    return map_weights({.geometry = attention_.geometry, .regions = attention_.regions, .weights = {std::move(numbers)}}, 0, picture_.width,
                       picture_.height);
  }

  template <typename Draw>
  void add(const Picture& shown, std::size_t word, Stage stage, const Draw& draw_panel) {
    const bool is_word = stage == kWordStage;
    const auto end = spans_[word].second;
    auto next =
        is_word ? frame(shown, end == 0 ? record_.caption : record_.caption.substr(0, end), spans_[word]) : frame(shown, before(word));
    const auto here = panel(next);
    draw_stages(here, stage);
    draw_panel(here);
    gif_.add_change(next, is_word ? options_.word_seconds : options_.step_seconds);
  }

  void animate_word(std::size_t t) {
    const auto& step = explanation_.steps[t];
    const auto& weights = attention_.weights[t];
    const double most = *std::ranges::max_element(weights);
    const auto map = map_of(weights);
    std::vector<std::size_t> order(weights.size());  // regions, the most attended first: bars of scores and weights stand alike
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::ranges::greater(), [&](std::size_t region) { return weights[region]; });
    const auto ordered = [&](const std::vector<float>& numbers) {
      std::vector<float> sorted;
      for (const auto region : order) sorted.push_back(numbers[region]);
      return sorted;
    };
    if (!step.query.empty()) {
      add(picture_, t, kQueryStage, [&](const Panel& panel) {
        draw_heading(panel, "What is asked", "The decoder's state as a query, " + std::to_string(step.query.size()) + " numbers.");
        draw_signed(panel, step.query);
      });
    }
    if (!step.scores.empty()) add_scores(t, ordered);
    add(overlay_weights(picture_, map, most), t, kWeightsStage, [&](const Panel& panel) {
      draw_heading(panel, "Where it looks",
                   "Scores become shares that sum to 1; the largest of " + std::to_string(weights.size()) + " is " + short_number(most) +
                       "." + of_heads(step));
      draw_bars(panel, ordered(weights));
    });
    if (!step.context.empty()) {
      add(in_its_light(picture_, map, most), t, kContextStage, [&](const Panel& panel) {
        draw_heading(panel, "What is seen", "The regions, summed by their weights: " + std::to_string(step.context.size()) + " numbers.");
        draw_signed(panel, step.context);
      });
    }
    add(overlay_weights(picture_, map, most), t, kWordStage, [&](const Panel& panel) { draw_word(panel, t); });
  }

  template <typename Order>
  void add_scores(std::size_t t, const Order& ordered) {
    const auto& step = explanation_.steps[t];
    auto scores = mean_of_heads(step.scores);
    const auto [least, most] = std::ranges::minmax(scores);
    const auto range = short_log(least) + " to " + short_log(most);
    for (auto& score : scores) score -= least;
    add(overlay_weights(picture_, map_of(scores), most - least), t, kScoresStage, [&](const Panel& panel) {
      draw_heading(panel, "How each region answers", "A score a region, from " + range + ": how well it suits the query." + of_heads(step));
      draw_bars(panel, ordered(scores));
    });
  }

  void draw_word(const Panel& panel, std::size_t t) const {
    panel.write({.text = record_.words[t].word, .pixels = 24, .bold = true, .colour = kInk}, 38);
    panel.write({.text = "among the words that could stand here", .pixels = 13, .colour = kGrey}, 72);
    draw_candidates(panel, explanation_.steps[t].candidates, record_.words[t].word);
    if (explanation_.without.empty()) return;
    panel.write({.text = "Without what it looked at: " + short_number(explanation_.without[t].probability) + ", not " +
                         short_number(record_.words[t].probability) + ".",
                 .pixels = 13,
                 .colour = kGrey,
                 .lines = 2},
                kGraphTop - 24 + 5 * kCandidateHeight + 6);
  }

  const CaptionRecord& record_;
  const AttentionRecord& attention_;
  const Explanation& explanation_;
  const StepThroughOptions& options_;
  const Picture picture_;
  const std::vector<std::pair<std::size_t, std::size_t>> spans_;
  const int width_, middle_, height_;
  GifWriter gif_;
};

}  // namespace

std::vector<std::byte> animate_steps(const CaptionRecord& record, const Explanation& explanation, const Picture& original,
                                     const StepThroughOptions& options) {
  TORCH_CHECK(record.attention && explanation.steps.size() == record.words.size(), "an explanation of another caption");
  return StepThrough(record, explanation, original, options).animate();
}

}  // namespace saccade

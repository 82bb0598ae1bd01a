#include "pipeline/graph/graph_layout.h"

#include <algorithm>

namespace saccade {
namespace {

constexpr double kPageWidth = 1240, kPageMargin = 26, kBandInside = 22;  // of the page, and of the bands on it
constexpr double kContentLeft = kPageMargin + kBandInside, kContentRight = kPageWidth - kPageMargin - kBandInside;
constexpr double kPageHead = 84, kBandHead = 36, kBetweenBands = 14;
constexpr double kPictureWidth = 150, kEncoderWidth = 236, kRefinerWidth = 290, kMemoryWidth = 172;
constexpr double kWordWidth = 152, kOutputWidth = 214;
constexpr double kBlockGap = 32, kStageGap = 26, kFrameInside = 14, kFrameHead = 32;
constexpr double kStagesLeft = kContentLeft + kWordWidth + kBlockGap + kFrameInside;
constexpr double kStagesRight = kContentRight - kOutputWidth - kBlockGap - kFrameInside;
constexpr double kMeanWidth = 230;
constexpr double kBesideArrow = 8;

double height_of(const GraphBlock& block) {
  using namespace graph_text;
  const auto lines = [](const auto& list, double height) { return static_cast<double>(list.size()) * height; };
  const double told = tells_modules(block) ? kModuleGap + lines(block.modules, kModuleLine) : 0;
  const double count = block.modules.empty() ? 0 : kCountLine;
  return kTitleLine + lines(block.formulas, kFormulaLine) + lines(block.shapes, kShapeLine) + count + told + kPadding;
}

class LayoutOf {
 public:
  explicit LayoutOf(const NetworkGraph& graph) : graph_(graph) {}

  GraphLayout laid_out() {
    place_picture_row();
    place_memory_row();
    place_stages();
    place_word_row();
    connect_picture();
    connect_stages();
    connect_words();
    finish();
    return std::move(layout_);
  }

 private:
  bool has(BlockPlace place) const { return graph_.find(place) != nullptr; }

  void put(BlockPlace place, const GraphBox& box) { layout_.blocks.push_back({*graph_.find(place), box}); }
  const GraphBox& box(BlockPlace place) const {
    return std::ranges::find(layout_.blocks, place, [](const PlacedBlock& placed) { return placed.block.place; })->box;
  }
  double tallest(std::initializer_list<BlockPlace> places) const {
    double height = 0;
    for (const auto place : places) {
      if (const auto* block = graph_.find(place)) height = std::max(height, height_of(*block));
    }
    return height;
  }

  void arrow(std::vector<GraphPoint> points, const std::string& label = "", GraphPoint label_at = {}) {
    layout_.arrows.push_back({std::move(points), label, label_at});
  }
  /// From one block to the next in a row, whose first says how high.
  void arrow_between(BlockPlace from, BlockPlace to, BlockPlace first) {
    const double y = box(first).top + box(first).height / 2;
    arrow({{box(from).right(), y}, {box(to).left, y}});
  }

  void place_picture_row() {
    const double top = kPageHead + kBandHead;
    const double height = tallest({BlockPlace::kPicture, BlockPlace::kEncoder, BlockPlace::kRefiner});
    double left = kContentLeft;
    for (const auto& [place, width] :
         {std::pair{BlockPlace::kPicture, kPictureWidth}, {BlockPlace::kEncoder, kEncoderWidth}, {BlockPlace::kRefiner, kRefinerWidth}}) {
      if (!has(place)) continue;
      put(place, {left, top, width, height_of(*graph_.find(place))});
      left += width + kBlockGap;
    }
    const double after = kContentLeft + kPictureWidth + kEncoderWidth + kRefinerWidth + 3 * kBlockGap;
    layout_.letters = {after, top - 12, kContentRight - after, height + 12};
    regions_y_ = top + height + 24;
  }

  /// The stages that there are, from left to right.
  std::vector<BlockPlace> stages() const {
    std::vector<BlockPlace> present;
    for (const auto place : {BlockPlace::kSentinel, BlockPlace::kScore, BlockPlace::kNormalise, BlockPlace::kSum, BlockPlace::kGate}) {
      if (has(place)) present.push_back(place);
    }
    return present;
  }
  /// Room of a stage: all of the width, but for the few of no attention.
  GraphBox stage_room(std::size_t number) const {
    const auto count = static_cast<double>(stages().size());
    const bool is_few = stages().size() < 3;
    const double all = kStagesRight - kStagesLeft;
    const double width = is_few ? kMeanWidth : (all - (count - 1) * kStageGap) / count;
    const double left = is_few ? (kStagesLeft + kStagesRight - count * width - (count - 1) * kStageGap) / 2 : kStagesLeft;
    return {.left = left + static_cast<double>(number) * (width + kStageGap), .width = width};
  }
  double middle_of_stage(BlockPlace stage) const {
    const auto all = stages();
    return stage_room(static_cast<std::size_t>(std::ranges::find(all, stage) - all.begin())).middle();
  }

  void place_memory_row() {
    const double top = regions_y_ + 26, height = tallest({BlockPlace::kKeys, BlockPlace::kValues});
    const double values = middle_of_stage(BlockPlace::kSum);
    if (has(BlockPlace::kKeys)) {
      const double left = middle_of_stage(BlockPlace::kScore) - kMemoryWidth / 2;
      const double right = has(BlockPlace::kValues) ? left + kMemoryWidth : values + kMemoryWidth / 2;
      put(BlockPlace::kKeys, {left, top, right - left, height});
    }
    if (has(BlockPlace::kValues)) put(BlockPlace::kValues, {values - kMemoryWidth / 2, top, kMemoryWidth, height});
    memory_bottom_ = top + height;
    band("once a picture", kPageHead, memory_bottom_ + 18);
  }

  void place_stages() {
    words_top_ = memory_bottom_ + 18 + kBetweenBands;
    const auto all = stages();
    const double frame_top = words_top_ + kBandHead - 2, top = frame_top + kFrameHead;
    double height = 0;
    for (const auto place : all) height = std::max(height, height_of(*graph_.find(place)));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto room = stage_room(i);
      put(all[i], {room.left, top, room.width, height});
    }
    const double left = box(all.front()).left - kFrameInside, right = box(all.back()).right() + kFrameInside;
    stages_frame_ = {left, frame_top, right - left, kFrameHead + height + kFrameInside};
  }

  void place_word_row() {
    const double top = stages_frame_.bottom() + 56;
    const double height = tallest({BlockPlace::kEmbedding, BlockPlace::kAsker, BlockPlace::kTold, BlockPlace::kOutput});
    put(BlockPlace::kEmbedding, {kContentLeft, top, kWordWidth, height});
    const bool is_two = has(BlockPlace::kTold);
    const double width = (kStagesRight - kStagesLeft - kStageGap) / 2;
    put(BlockPlace::kAsker, {kStagesLeft, top, is_two ? width : kStagesRight - kStagesLeft, height});
    if (is_two) put(BlockPlace::kTold, {kStagesRight - width, top, width, height});
    put(BlockPlace::kOutput, {kContentRight - kOutputWidth, top, kOutputWidth, height});
    const double word_height = height_of(*graph_.find(BlockPlace::kWord));
    put(BlockPlace::kWord, {kContentRight - kOutputWidth, top + height + kBlockGap, kOutputWidth, word_height});
    band("once a word", words_top_, box(BlockPlace::kWord).bottom() + 20);
    if (!graph_.repeated.empty()) {
      const double frame_top = stages_frame_.top - 14;
      const GraphBox frame{stages_frame_.left - 9, frame_top, stages_frame_.width + 18, top + height + 36 - frame_top};
      layout_.frames.push_back({FrameKind::kRepeated, "× " + graph_.repeated, frame, {frame.left + 4, frame.top - 6}});
    }
    // Between the arrows of keys and values, which cross the frame's head.
    const double label = has(BlockPlace::kScore) ? box(BlockPlace::kScore).middle() : stages_frame_.left;
    layout_.frames.push_back(
        {FrameKind::kStages, graph_.attention, stages_frame_, {label + kFrameInside, stages_frame_.top + kFrameHead - 11}});
  }

  void band(const std::string& label, double top, double bottom) {
    const GraphBox frame{kPageMargin, top, kPageWidth - 2 * kPageMargin, bottom - top};
    layout_.frames.push_back({FrameKind::kBand, label, frame, {kContentLeft, top + 23}});
  }

  void connect_picture() {
    arrow_between(BlockPlace::kPicture, BlockPlace::kEncoder, BlockPlace::kPicture);
    auto last = BlockPlace::kEncoder;
    if (has(BlockPlace::kRefiner)) {
      arrow_between(BlockPlace::kEncoder, BlockPlace::kRefiner, BlockPlace::kPicture);
      last = BlockPlace::kRefiner;
    }
    const double from = below(box(last));
    bool is_labelled = false;
    for (const auto place : {BlockPlace::kKeys, BlockPlace::kValues}) {
      if (!has(place)) continue;
      const double to = is_above(box(place), from) ? from : box(place).middle();
      arrow({{from, box(last).bottom()}, {from, regions_y_}, {to, regions_y_}, {to, box(place).top}}, is_labelled ? "" : graph_.regions,
            {from + kBesideArrow, regions_y_ - 7});
      is_labelled = true;
    }
  }

  /// Whether what comes down at x can go straight into the box: at its middle, or anywhere into one that is wide.
  static bool is_above(const GraphBox& target, double x) {
    if (target.width <= 2 * kMemoryWidth) return x == target.middle();
    return x > target.left + kMemoryWidth / 2 && x < target.right() - kMemoryWidth / 2;
  }
  /// Where the regions leave their block: over the keys or the values, if they lie below it, so that one way is straight.
  double below(const GraphBox& block) const {
    for (const auto place : {BlockPlace::kKeys, BlockPlace::kValues}) {
      if (!has(place) || box(place).width > 2 * kMemoryWidth) continue;
      const double x = box(place).middle();
      if (x > block.left + kBlockGap && x < block.right() - kBlockGap) return x;
    }
    return block.middle();
  }

  void connect_stages() {
    const auto all = stages();
    for (std::size_t i = 1; i < all.size(); ++i) arrow_between(all[i - 1], all[i], all.front());
    const auto drop = [&](BlockPlace from, BlockPlace to, const std::string& label) {
      const double x = box(to).middle();
      arrow({{x, box(from).bottom()}, {x, box(to).top}}, label, {x + kBesideArrow, words_top_ - kBetweenBands / 2 + 22});
    };
    if (has(BlockPlace::kKeys)) drop(BlockPlace::kKeys, BlockPlace::kScore, "keys k");
    drop(has(BlockPlace::kValues) ? BlockPlace::kValues : BlockPlace::kKeys, BlockPlace::kSum,
         has(BlockPlace::kScore) ? "values v" : "regions x");
    const double label_y = stages_frame_.bottom() + 32;
    if (!graph_.query.empty()) {
      const double x = box(BlockPlace::kScore).middle();
      arrow({{x, box(BlockPlace::kAsker).top}, {x, box(BlockPlace::kScore).bottom()}}, graph_.query, {x + kBesideArrow, label_y});
    }
    const auto told = has(BlockPlace::kTold) ? BlockPlace::kTold : BlockPlace::kAsker;
    const double x = box(all.back()).middle();
    arrow({{x, box(all.back()).bottom()}, {x, box(told).top}}, graph_.context, {x + kBesideArrow, label_y});
  }

  void connect_words() {
    arrow_between(BlockPlace::kEmbedding, BlockPlace::kAsker, BlockPlace::kEmbedding);
    const auto last = has(BlockPlace::kTold) ? BlockPlace::kTold : BlockPlace::kAsker;
    if (last == BlockPlace::kTold) arrow_between(BlockPlace::kAsker, BlockPlace::kTold, BlockPlace::kEmbedding);
    arrow_between(last, BlockPlace::kOutput, BlockPlace::kEmbedding);
    const auto &output = box(BlockPlace::kOutput), &word = box(BlockPlace::kWord);
    arrow({{output.middle(), output.bottom()}, {output.middle(), word.top}});

    const auto &to = box(BlockPlace::kAsker), &from = graph_.told_keeps_state ? box(BlockPlace::kTold) : to;
    const double state_y = to.bottom() + 26, out = from.right() - 46, in = to.left + 46;
    arrow({{out, from.bottom()}, {out, state_y}, {in, state_y}, {in, to.bottom()}}, graph_.state, {in + 14, state_y - 7});
    const double word_y = word.top + word.height / 2 + 14, embedding = box(BlockPlace::kEmbedding).middle();
    arrow({{word.left, word_y}, {embedding, word_y}, {embedding, box(BlockPlace::kEmbedding).bottom()}}, graph_.word,
          {embedding + 14, word_y - 7});
  }

  void finish() {
    layout_.width = kPageWidth;
    const double bottom = box(BlockPlace::kWord).bottom() + 20;
    layout_.shares = {kPageMargin, bottom + 24, kPageWidth - 2 * kPageMargin, 58};
    layout_.height = layout_.shares.bottom() + 18;
  }

  const NetworkGraph& graph_;
  GraphLayout layout_;
  GraphBox stages_frame_;
  double regions_y_ = 0, memory_bottom_ = 0, words_top_ = 0;
};

}  // namespace

GraphLayout lay_out(const NetworkGraph& graph) { return LayoutOf(graph).laid_out(); }

}  // namespace saccade

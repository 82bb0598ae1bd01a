/// Where the blocks of a graph lie on a page, and what runs between them. Lengths in units of SVG.
#pragma once

#include "pipeline/graph/network_graph.h"

namespace saccade {

struct GraphPoint {
  double x = 0, y = 0;
};

struct GraphBox {
  double left = 0, top = 0, width = 0, height = 0;

  double right() const { return left + width; }
  double bottom() const { return top + height; }
  double middle() const { return left + width / 2; }
};

struct PlacedBlock {
  GraphBlock block;
  GraphBox box;
};

enum class FrameKind {
  kBand,      ///< what is done at one time: once a picture, or once a word
  kStages,    ///< the stages of attention
  kRepeated,  ///< what each layer has
};

struct GraphFrame {
  FrameKind kind = FrameKind::kBand;
  std::string label;
  GraphBox box;
  GraphPoint label_at;  ///< left end of its base line
};

/// Horizontal and vertical pieces.
struct GraphArrow {
  std::vector<GraphPoint> points;
  std::string label;
  GraphPoint label_at;  ///< left end of its base line
};

struct GraphLayout {
  double width = 0, height = 0;
  std::vector<PlacedBlock> blocks;
  std::vector<GraphFrame> frames;  ///< outer ones first
  std::vector<GraphArrow> arrows;
  GraphBox letters, shares;  ///< room for what the letters mean, and for who has the parameters
};

/// Sizes of text and of what stands around it in a block, that layout and drawing agree on.
namespace graph_text {
inline constexpr double kTitle = 14, kFormula = 13, kShape = 12.5, kCount = 12, kModule = 11.5;
inline constexpr double kTitleLine = 30, kFormulaLine = 19, kShapeLine = 18, kCountLine = 18, kModuleLine = 16, kModuleGap = 9,
                        kPadding = 11;
}  // namespace graph_text

/// Whether the modules of a block are told one by one.
inline bool tells_modules(const GraphBlock& block) { return block.modules.size() > 1; }

GraphLayout lay_out(const NetworkGraph& graph);

}  // namespace saccade

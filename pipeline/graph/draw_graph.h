#pragma once

#include "pipeline/graph/network_graph.h"

namespace saccade {

enum class GraphColours {
  kLight,     ///< whoever looks, so that it can go into a paper
  kAsScreen,  ///< light or dark, as the reader's screen
};

/// Self-contained, with text as text.
std::string graph_svg(const NetworkGraph& graph, GraphColours colours = GraphColours::kLight);

/// A page with the same picture, as the reader's screen, and a table of the modules.
std::string graph_html(const NetworkGraph& graph);

/// Draws a model into FILE.svg or FILE.html. Throws Error for another ending, and for a file that is no model.
void draw_model(const std::filesystem::path& model, const std::filesystem::path& file);

/// 21747158 → "21,747,158".
std::string with_commas(int64_t number);

/// Blocks of one colour: "encoder", "refiner", "attention", "decoder", "output", "picture".
std::string_view role_of(BlockPlace place);

}  // namespace saccade

#pragma once

#include <string_view>

namespace saccade {

/// Colours are said plainly, without variables, so that programs that are no browsers show the picture too.
std::string_view graph_style();

/// What changes on a dark screen.
std::string_view dark_graph_style();

/// Of the page around it.
std::string_view graph_page_style();

}  // namespace saccade

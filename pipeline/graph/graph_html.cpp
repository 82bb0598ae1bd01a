#include "data/error.h"
#include "data/files/atomic_file.h"
#include "pipeline/graph/draw_graph.h"
#include "pipeline/graph/graph_style.h"
#include "pipeline/overlay/html_parts.h"

namespace saccade {
namespace {

std::string table_of_modules(const NetworkGraph& graph) {
  std::string html = "<table><thead><tr><th>block</th><th>what it is</th><th>tensors</th><th>parameters</th></tr></thead>\n<tbody>";
  for (const auto& block : graph.blocks) {
    for (const auto& module : block.modules) {
      std::string names;
      for (const auto& name : module.names) names += (names.empty() ? "" : ", ") + name;
      html += "<tr><td>" + escape_html(block.title) + "</td><td>" + escape_html(module.meaning) + "</td><td><code>" + escape_html(names) +
              "</code></td><td>" + with_commas(module.parameters) + "</td></tr>\n";
    }
  }
  return html + "</tbody>\n<tfoot><tr><td colspan=\"3\">all</td><td>" + with_commas(graph.parameters()) + "</td></tr></tfoot></table>";
}

}  // namespace

std::string graph_html(const NetworkGraph& graph) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
         escape_html(graph.name) + "</title>\n<style>" + std::string(graph_page_style()) + "</style>\n</head>\n<body>\n" +
         graph_svg(graph, GraphColours::kAsScreen) + "<h2>Parameters by module</h2>\n<div class=\"scroll\">\n" + table_of_modules(graph) +
         "\n</div>\n<p class=\"scroll\">Every number of the file is counted, the running statistics of batch norms "
         "too.</p>\n</body>\n</html>\n";
}

void draw_model(const std::filesystem::path& model, const std::filesystem::path& file) {
  const auto ending = file.extension();
  if (ending != ".svg" && ending != ".html") throw Error(file.string(), "is no name for a diagram", "expected FILE.svg or FILE.html");
  const auto graph = read_network_graph(model);
  write_file_atomically(file, ending == ".svg" ? graph_svg(graph) : graph_html(graph));
}

}  // namespace saccade

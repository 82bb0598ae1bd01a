#include "pipeline/graph/graph_style.h"

namespace saccade {

std::string_view graph_style() {
  return R"css(
text{font-family:Inter,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif;fill:#1d1d22;font-variant-numeric:tabular-nums}
.paper{fill:#fff}
.name{font-size:21px;font-weight:650}
.summary{font-size:14px;fill:#5d5d66}
.band{fill:#f8f7f4;stroke:#e6e3db}
.band-label{font-size:12px;font-weight:600;letter-spacing:.07em;fill:#7a766b}
.stages{fill:#fdf6fa;stroke:#d9a9c4}
.stages-label{font-size:13px;font-weight:650;fill:#8a1c5c}
.repeated{fill:none;stroke:#9a958a;stroke-dasharray:6 4}
.repeated-label{font-size:12.5px;font-weight:650;fill:#5d5d66}
.block rect{stroke-width:1.3}
.title{font-size:14px;font-weight:650}
.count{font-size:12px;fill:#5d5d66}
.formula{font-size:13px;font-family:"STIX Two Text","Latin Modern Roman",Cambria,"Times New Roman","Liberation Serif","DejaVu Serif",serif}
.formula .i,.letter{font-style:italic}
.shape{font-size:12.5px;fill:#44444c}
.module{font-size:11.5px;fill:#5d5d66}
.rule{stroke:#000;stroke-opacity:.12}
.picture rect{fill:#f1f1f3;stroke:#8d9098}
.encoder rect{fill:#e9f1fb;stroke:#3c74b8}
.refiner rect{fill:#e2f4f0;stroke:#1f8a7a}
.attention rect{fill:#fae8f2;stroke:#a3216b}
.decoder rect{fill:#fdf1dd;stroke:#b8761a}
.output rect{fill:#e9f4e6;stroke:#42883c}
.arrow{fill:none;stroke:#55555e;stroke-width:1.5;stroke-linejoin:round}
.tip{fill:#55555e}
.flow{font-size:12.5px;fill:#44444c}
.letter{font-size:13.5px;font-family:"STIX Two Text","Latin Modern Roman",Cambria,"Times New Roman","Liberation Serif","DejaVu Serif",serif}
.size{font-size:12.5px;font-weight:650}
.meaning{font-size:12px;fill:#5d5d66}
.share.encoder{fill:#3c74b8}
.share.refiner{fill:#1f8a7a}
.share.attention{fill:#a3216b}
.share.decoder{fill:#b8761a}
.share.output{fill:#42883c}
)css";
}

std::string_view dark_graph_style() {
  return R"css(
text{fill:#ececf0}
.paper{fill:#17171b}
.summary,.count,.module,.meaning,.repeated-label{fill:#a8a8b3}
.band{fill:#1d1d22;stroke:#34343c}
.band-label{fill:#98958c}
.stages{fill:#251a21;stroke:#7a3d60}
.stages-label{fill:#f29ac8}
.repeated{stroke:#77747c}
.shape,.flow{fill:#c9c9d2}
.rule{stroke:#fff}
.picture rect{fill:#292930;stroke:#8d9098}
.encoder rect{fill:#1b2839;stroke:#6ea6e8}
.refiner rect{fill:#152c29;stroke:#4fbfae}
.attention rect{fill:#351c2a;stroke:#e878b4}
.decoder rect{fill:#33270f;stroke:#dfa04a}
.output rect{fill:#1c2e1a;stroke:#76bd6f}
.arrow{stroke:#a8a8b3}
.tip{fill:#a8a8b3}
.share.encoder{fill:#6ea6e8}
.share.refiner{fill:#4fbfae}
.share.attention{fill:#e878b4}
.share.decoder{fill:#dfa04a}
.share.output{fill:#76bd6f}
)css";
}

std::string_view graph_page_style() {
  return R"css(
:root{color-scheme:light dark;--paper:#fff;--ink:#1d1d22;--soft:#5d5d66;--line:#e6e3db}
body{margin:0 auto;max-width:80rem;padding:1.5rem clamp(.5rem,2vw,2rem);background:var(--paper);color:var(--ink);font:15px/1.5 Inter,"Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
svg{display:block;width:100%;height:auto}
h2{font-size:1.15rem;margin:2.5rem 1.7rem .5rem}
.scroll{overflow-x:auto;margin:0 1.7rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.35rem 1.5rem .35rem 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft)}
td:last-child,th:last-child{text-align:right;padding-right:0}
code{font:13px/1.5 "DejaVu Sans Mono",ui-monospace,monospace;overflow-wrap:anywhere}
tfoot td{font-weight:600;border-bottom:0}
@media (prefers-color-scheme:dark){:root{--paper:#17171b;--ink:#ececf0;--soft:#a8a8b3;--line:#34343c}}
@media print{body{max-width:none;padding:0}}
)css";
}

}  // namespace saccade

#include "pipeline/overlay/html_parts.h"

namespace saccade {

std::string_view report_style() {
  return R"css(
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d1d22;--soft:#66666f;--line:#e2e0da;--accent:#8a1c5c;--mark:#ffe9a8;--mark-ink:#3a2a00;--warn:#a33b00;
--curve-0:#8a1c5c;--curve-1:#1c6fb0;--curve-2:#c26a00;--curve-3:#2e7d4f}
@media (prefers-color-scheme:dark){:root{--paper:#17171b;--card:#202026;--ink:#ececf0;--soft:#a3a3ae;--line:#36363f;--accent:#f08ac0;--mark:#5a4300;--mark-ink:#ffedc0;--warn:#ffab7a;
--curve-0:#f08ac0;--curve-1:#7cbcf0;--curve-2:#f0b060;--curve-3:#7fd0a0}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:2.5rem clamp(1rem,4vw,3rem);background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI","Noto Sans","DejaVu Sans",sans-serif}
h1{font-size:2rem;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:1.3rem;line-height:1.3;margin:3rem 0 .5rem}
.text{max-width:46rem;color:var(--soft);margin:.5rem 0 1.25rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.85rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:1rem;margin:1.25rem 0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.15rem;display:flex;flex-direction:column}
.figures dt{order:2;font-weight:600;font-size:.95rem}
.figures dd{margin:0;font-size:2rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.figures dd.note{order:3;font-size:.85rem;line-height:1.45;font-weight:400;color:var(--soft);margin-top:.15rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem;margin:1.25rem 0}
figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.15rem}
figcaption{font-weight:600;font-size:.95rem;margin-bottom:.6rem}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:12.5px;fill:var(--soft);font-variant-numeric:tabular-nums}
svg .name{font-weight:600}
.rule{stroke:var(--line)}
.curve polyline{fill:none;stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}
.curve circle{stroke:none}
.curve-0 polyline{stroke:var(--curve-0)}.curve-0 circle,svg .curve-0 .name{fill:var(--curve-0)}
.curve-1 polyline{stroke:var(--curve-1)}.curve-1 circle,svg .curve-1 .name{fill:var(--curve-1)}
.curve-2 polyline{stroke:var(--curve-2)}.curve-2 circle,svg .curve-2 .name{fill:var(--curve-2)}
.curve-3 polyline{stroke:var(--curve-3)}.curve-3 circle,svg .curve-3 .name{fill:var(--curve-3)}
.scroll{overflow-x:auto;margin:1.25rem 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.95rem}
th,td{padding:.45rem 1.1rem;text-align:right;border-bottom:1px solid var(--line)}
th:first-child,td:first-child{text-align:left;padding-left:0}
th{font-weight:600;color:var(--soft)}
.controls{display:flex;flex-wrap:wrap;gap:.25rem 2rem;align-items:baseline;margin:2.5rem 0 -1rem;color:var(--soft);font-size:.9rem}
.controls fieldset{border:0;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem}
.controls legend{float:left;padding:0;margin-right:1rem;font-weight:600}
.controls p{margin:0}
input[type=radio]{accent-color:var(--accent)}
kbd{font:inherit;border:1px solid var(--line);border-radius:4px;padding:0 .35em;background:var(--card)}
.picture{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,6fr);gap:1.25rem 2rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem;margin:1.25rem 0;break-inside:avoid}
.picture.small{grid-template-columns:minmax(0,16rem) minmax(0,1fr)}
.stage{position:relative;align-self:start;line-height:0;border-radius:8px;overflow:hidden}
.stage img,.stage canvas{width:100%;height:auto}
.stage canvas{position:absolute;inset:0;height:100%}
.small img,.small canvas{image-rendering:pixelated}
.told{min-width:0}
.caption{display:flex;flex-wrap:wrap;gap:.15rem .1rem;margin:0 -.4rem .5rem;font-size:1.35rem;line-height:1.3}
p.caption{display:block;margin-left:0}
.word{font:inherit;color:inherit;background:none;border:0;border-radius:7px;padding:.2rem .4rem;cursor:pointer;text-align:center;max-width:100%;overflow-wrap:anywhere}
.word small{display:block;font-size:.7rem;line-height:1.2;color:var(--soft);font-variant-numeric:tabular-nums}
.word.shown{background:var(--mark);color:var(--mark-ink)}
.word.shown small{color:inherit}
.word[aria-pressed=true]{box-shadow:inset 0 -3px var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.note,.readout,.file,.warning{margin:.35rem 0;font-size:.9rem;color:var(--soft);overflow-wrap:anywhere}
.readout{min-height:3.1em;margin-top:1rem;font-variant-numeric:tabular-nums}
.warning{color:var(--warn)}
.file{font-size:.8rem}
.legend{display:flex;align-items:center;gap:.5rem;font-size:.8rem;color:var(--soft);font-variant-numeric:tabular-nums}
.legend[hidden]{display:none}
.legend i{order:1;flex:0 1 14rem;height:.6rem;border-radius:3px;background:var(--heat)}
.legend span:last-child{order:2}
.strip{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr));gap:.75rem}
.tile{cursor:pointer;text-align:center;font-size:.85rem;line-height:1.3;overflow-wrap:anywhere}
.tile canvas{display:block;width:100%;height:auto;border-radius:5px;margin-bottom:.25rem}
.tile.shown canvas{box-shadow:0 0 0 3px var(--accent)}
.tile.shown{font-weight:600}
@media (max-width:44rem){.picture,.picture.small{grid-template-columns:minmax(0,1fr)}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#ccc;color-scheme:light}body{max-width:none;padding:0;font-size:11pt}.controls,.readout,.legend{display:none}
.picture,figure,.figures div{border-color:#ccc}.picture{grid-template-columns:5cm 1fr}.strip{grid-template-columns:repeat(7,1fr)}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";
}

}  // namespace saccade

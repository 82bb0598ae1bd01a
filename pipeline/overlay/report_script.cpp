#include "pipeline/overlay/html_parts.h"

namespace saccade {

// Paints as map_weights and overlay_weights do; a change of one is a change of both.
std::string_view report_script() {
  return R"js(
"use strict";
const bytesOf = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));
const heat = bytesOf(HEAT);
const veil = {nothing: 0.42, most: 0.74, unseen: 0.62, grey: 0.7};

// Between which two cells a pixel lies, and how far; eased, so that maxima stay and no weight is added.
function between(pixels, start, cell, cells, cropStart, cropSize) {
  return Array.from({length: pixels}, (_, pixel) => {
    const place = ((pixel + 0.5) / pixels - cropStart) / cropSize;
    const exact = (place - start) / cell - 0.5, centre = Math.round(exact);
    const position = Math.abs(exact - centre) * cell * cropSize * pixels <= 0.5 + 1e-9 ? centre : exact;
    const inside = place >= 0 && place < 1, onGrid = exact >= -0.5 && exact < cells - 0.5;
    const clamped = Math.min(Math.max(position, 0), cells - 1), first = Math.min(Math.floor(clamped), cells - 1), t = clamped - first;
    return {place, inside, onGrid, first, second: Math.min(first + 1, cells - 1), share: t * t * (3 - 2 * t)};
  });
}

function gridValues(picture, word, width, height) {
  const {grid, crop} = picture, values = new Float32Array(width * height).fill(-1);
  const columns = between(width, grid.left, grid.cellWidth, grid.columns, crop[0], crop[2]);
  const rows = between(height, grid.top, grid.cellHeight, grid.rows, crop[1], crop[3]);
  const line = new Float32Array(grid.columns);
  rows.forEach((row, y) => {
    if (!row.inside) return;
    for (let i = 0; i < grid.columns; ++i) {
      const upper = word.values[row.first * grid.columns + i], lower = word.values[row.second * grid.columns + i];
      line[i] = row.onGrid ? upper + (lower - upper) * row.share : 0;
    }
    columns.forEach((column, x) => {
      if (column.inside) values[y * width + x] = column.onGrid ? line[column.first] + (line[column.second] - line[column.first]) * column.share : 0;
    });
  });
  return values;
}

function boxValues(picture, word, width, height) {
  const {boxes, crop} = picture, values = new Float32Array(width * height).fill(-1);
  const raise = (box, value) => {
    const at = (place, axis, pixels) => Math.min(Math.max(Math.ceil((crop[axis] + place * crop[axis + 2]) * pixels - 0.5 - 1e-9), 0), pixels);
    const right = at(box[2], 0, width), bottom = at(box[3], 1, height), left = at(box[0], 0, width);
    for (let y = at(box[1], 1, height); y < bottom; ++y)
      for (let x = left; x < right; ++x) values[y * width + x] = Math.max(values[y * width + x], value);
  };
  raise([0, 0, 1, 1], 0);
  boxes.forEach((box, i) => raise(box, word.values[i]));
  return values;
}

function paint(canvas, picture, word, limit) {
  const context = canvas.getContext("2d", {willReadFrequently: true}), {width, height} = canvas;
  context.drawImage(picture.image, 0, 0, width, height);
  const shown = context.getImageData(0, 0, width, height), data = shown.data;
  const values = (picture.grid ? gridValues : boxValues)(picture, word, width, height);
  for (let i = 0, p = 0; i < values.length; ++i, p += 4) {
    const seen = values[i] >= 0, step = seen && limit > 0 ? Math.min(255, Math.floor(values[i] / limit * 255 + 0.5)) : 0;
    const share = seen ? veil.nothing + (veil.most - veil.nothing) * step / 255 : veil.unseen;
    const grey = 0.299 * data[p] + 0.587 * data[p + 1] + 0.114 * data[p + 2];
    for (let c = 0; c < 3; ++c) {
      const below = data[p + c] + (grey - data[p + c]) * veil.grey;
      data[p + c] = below + ((seen ? heat[3 * step + c] : 0) - below) * share;
    }
  }
  context.putImageData(shown, 0, 0);
}

function number(value) {
  return value === 0 ? "0" : value >= 0.001 ? String(Number(value.toPrecision(2))) : value.toExponential(1);
}

// Where on the picture the largest weight lies, in words.
function placeOf(picture, word) {
  const most = word.values.indexOf(Math.max(...word.values)), {grid, boxes, crop} = picture;
  if (most < 0) return "";
  const [x, y] = grid ? [grid.left + (most % grid.columns + 0.5) * grid.cellWidth, grid.top + (Math.floor(most / grid.columns) + 0.5) * grid.cellHeight]
                      : [(boxes[most][0] + boxes[most][2]) / 2, (boxes[most][1] + boxes[most][3]) / 2];
  const third = (part, names) => names[Math.min(2, Math.max(0, Math.floor(part * 3)))];
  const across = third(crop[0] + x * crop[2], ["left", "", "right"]), down = third(crop[1] + y * crop[3], ["upper", "", "lower"]);
  return across && down ? `at the ${down} ${across}` : across ? `at the ${across}` : down ? (down === "upper" ? "at the top" : "at the bottom") : "in the middle";
}

function setUp(article) {
  const picture = JSON.parse(article.querySelector("script").textContent);
  picture.image = article.querySelector("img");
  for (const word of picture.words) {
    const raw = bytesOf(word.weights);
    word.values = Array.from({length: raw.length / 2}, (_, i) => (raw[2 * i] + 256 * raw[2 * i + 1]) / 65535 * word.most);
  }
  const buttons = [...article.querySelectorAll(".word")], toolbar = article.querySelector(".caption"), stage = article.querySelector(".stage");
  const readout = article.querySelector(".readout"), legend = article.querySelector(".legend"), strip = article.querySelector(".strip");
  const canvas = document.createElement("canvas");
  canvas.hidden = true;
  canvas.setAttribute("aria-hidden", "true");
  stage.append(canvas);
  const tiles = picture.words.map(word => {
    const tile = document.createElement("div"), small = document.createElement("canvas"), label = document.createElement("bdi");
    tile.className = "tile";
    label.textContent = word.word;
    tile.append(small, label);
    strip.append(tile);
    return tile;
  });
  const sharedLimit = Math.max(0, ...picture.words.map(word => word.most));
  const limitOf = word => document.querySelector(".controls input[value=word]").checked ? word.most : sharedLimit;
  let pinned = -1, shown = -1, painted = false;

  function show(index) {
    shown = index;
    [buttons, tiles].forEach(list => list.forEach((item, i) => item.classList.toggle("shown", i === index)));
    canvas.hidden = legend.hidden = index < 0;
    readout.textContent = "";
    if (index < 0 || !picture.image.naturalWidth) return;
    canvas.width = picture.image.naturalWidth;
    canvas.height = picture.image.naturalHeight;
    const word = picture.words[index], limit = limitOf(word);
    paint(canvas, picture, word, limit);
    legend.lastElementChild.textContent = number(limit);
    readout.textContent = `“${word.word}”: probability ${number(word.probability)}` + ("gate" in word ? `, gate β ${number(word.gate)}` : "") +
      `. Largest weight ${number(word.most)} ${placeOf(picture, word)}, ${number(word.most * picture.regions)} times an even look.`;
  }
  function pin(index) {
    pinned = index;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
    show(index);
  }
  function focus(index) {
    buttons.forEach((button, i) => button.tabIndex = i === index ? 0 : -1);
    buttons[index].focus();
  }
  function paintTiles() {
    painted = true;
    tiles.forEach((tile, i) => {
      const small = tile.firstChild, scale = Math.min(1, 240 / picture.image.naturalWidth);
      small.width = Math.max(1, Math.round(picture.image.naturalWidth * scale));
      small.height = Math.max(1, Math.round(picture.image.naturalHeight * scale));
      paint(small, picture, picture.words[i], limitOf(picture.words[i]));
    });
  }

  [buttons, tiles].forEach(list => list.forEach((item, i) => {
    item.addEventListener("pointerenter", () => show(i));
    item.addEventListener("pointerleave", () => show(pinned));
    item.addEventListener("click", () => pin(pinned === i ? -1 : i));
  }));
  buttons.forEach((button, i) => {
    button.addEventListener("focus", () => show(i));
    button.addEventListener("blur", () => show(pinned));
  });
  toolbar.addEventListener("keydown", event => {
    const forward = getComputedStyle(toolbar).direction === "rtl" ? "ArrowLeft" : "ArrowRight", back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const last = buttons.length - 1, now = buttons.indexOf(document.activeElement);
    const target = {[forward]: Math.min(now + 1, last), [back]: Math.max(now - 1, 0), Home: 0, End: last}[event.key];
    if (event.key === "Escape") { pin(-1); event.preventDefault(); }
    if (target === undefined) return;
    event.preventDefault();
    focus(target);
  });
  return {
    article,
    pin: index => { if (index in picture.words) { pin(index); focus(index); } },
    paintTiles: () => { if (!painted && picture.image.naturalWidth) paintTiles(); },
    rescale: () => { if (painted) paintTiles(); show(shown); },
  };
}

const pictures = [...document.querySelectorAll("article.picture")].filter(article => article.querySelector("script")).map(setUp);
const near = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(entry => {
  near.unobserve(entry.target);
  const picture = pictures.find(candidate => candidate.article === entry.target);
  entry.target.querySelector("img").decode().then(picture.paintTiles, () => {});
}), {rootMargin: "600px"});
pictures.forEach(picture => near.observe(picture.article));
addEventListener("beforeprint", () => pictures.forEach(picture => picture.paintTiles()));
// report.html#2.5 opens with the fifth word of the second picture shown.
addEventListener("load", () => {
  const [, picture, word] = location.hash.match(/^#(\d+)\.(\d+)$/) || [];
  if (pictures[picture - 1]) pictures[picture - 1].pin(word - 1);
});
document.querySelectorAll(".controls input").forEach(input => input.addEventListener("change", () => pictures.forEach(picture => picture.rescale())));
)js";
}

}  // namespace saccade

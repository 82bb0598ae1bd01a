// What is known of the picture before the first word: single maps, and self-attention as lines from a region to where it looked.
const mostLines = 14;  // more would hide the picture

function singleMap(picture, {name, rows}) {
  const {stage, canvas} = miniature(picture, 300, name);
  const low = Math.min(0, lowest(rows[0]));
  paint(canvas, picture, rows[0].map(value => value - low), largest(rows[0]) - low);
  return make("figure", {class: "tile"}, stage, make("figcaption", {}, name, make("small", {}, `largest ${number(largest(rows[0]))}`)));
}

function lines(picture, from, weights) {
  const seen = byWeight(weights).filter(region => region !== from && weights[region] > 0).slice(0, mostLines);
  const [x1, y1] = scaled(picture, centreOf(picture, from)), most = weights[seen[0]];
  return seen.reverse().flatMap(region => {
    const [x2, y2] = scaled(picture, centreOf(picture, region)), part = weights[region] / most, at = {x1, y1, x2, y2, opacity: part};
    return [draw("line", {class: "under", ...at, "stroke-width": 2 + 4 * part}), draw("line", {...at, "stroke-width": 1 + 2.5 * part})];
  });
}

// Where all regions together looked.
function meanRow(rows) {
  return Float32Array.from(rows[0], (_, region) => rows.reduce((sum, row) => sum + row[region], 0) / rows.length);
}

function tellRow(picture, region, weights) {
  const most = byWeight(weights)[0];
  if (region < 0)
    return `How much the regions looked at each place, on average; most ${placeName(picture, most)}. Point at a region: where did it look?`;
  return `The region ${placeName(picture, region)} (${regionName(picture, region)}) looked most ` +
    `${most === region ? "at itself" : placeName(picture, most)}: ${number(weights[most])}; at itself ${number(weights[region])}.`;
}

function buildSelfAttention(picture, maps, body) {
  const choices = maps.map(({name}, i) => button({"aria-pressed": String(i === 0)}, name));
  const {stage, canvas, marks} = miniature(picture, 720, "Where a region looked");
  const readout = make("p", {class: "readout", "aria-live": "polite"});
  let chosen = 0, region = -1;
  const update = () => {
    const {rows} = maps[chosen];
    choices.forEach((item, i) => item.setAttribute("aria-pressed", String(i === chosen)));
    const weights = region < 0 ? meanRow(rows) : rows[region];
    paint(canvas, picture, weights, largest(weights));
    marks.replaceChildren(...(region < 0 ? [] : [...lines(picture, region, weights), ...outline(picture, region)]));
    readout.textContent = tellRow(picture, region, weights);
  };
  choices.forEach((item, i) => item.addEventListener("click", () => { chosen = i; update(); }));
  const choose = next => { if (next !== region) { region = next; update(); } };
  let kept = -1;
  pickRegions(stage, picture, "Regions of the picture: arrow keys walk from region to region", {
    look: next => choose(next < 0 ? kept : next),
    take: next => { kept = next; choose(next); },
    now: () => region,
  });
  const bar = make("div", {class: "bar", role: "group", "aria-label": "Maps of self-attention"}, ...choices);
  body.append(bar, make("div", {class: "beside"}, stage, readout));
  update();
}

function buildMaps(picture, body) {
  const {maps} = picture.explanation;
  const single = maps.filter(({rows}) => rows.length === 1), pairs = maps.filter(({rows}) => rows.length > 1);
  if (single.length) body.append(make("div", {class: "tiles"}, ...single.map(map => singleMap(picture, map))));
  if (pairs.length) buildSelfAttention(picture, pairs, body);
  return () => {};
}

// What is known of the picture before the first word: single maps, and self-attention as lines from a region to where it looked.
const mostLines = 14;  // more would hide the picture

function singleMap(picture, {name, rows}) {
  const {stage, canvas} = miniature(picture, 300, name);
  paint(canvas, picture, rows[0], largest(rows[0]));
  return make("figure", {class: "tile"}, stage, make("figcaption", {}, name, make("small", {}, `largest ${number(largest(rows[0]))}`)));
}

function lines(picture, from, weights) {
    const seen = byWeight(weights).filter(region => region !== from && weights[region] > 0).slice(0, mostLines), most = weights[seen[0]];
  const [x, y] = centreOf(picture, from), {width, height} = picture;
  return seen.reverse().flatMap(region => {
    const [x2, y2] = centreOf(picture, region), part = weights[region] / most;
    const ends = {x1: x * width, y1: y * height, x2: x2 * width, y2: y2 * height};
    return [draw("line", {class: "under", ...ends, opacity: part, "stroke-width": 2 + 4 * part}), draw("line", {...ends, opacity: part, "stroke-width": 1 + 2.5 * part})];
  });
}

function buildSelfAttention(picture, maps, body) {
  const choices = maps.map(({name}, i) => button({"aria-pressed": String(i === 0)}, name));
  const {stage, canvas, marks} = miniature(picture, 720, "Where a region looked");
  const readout = make("p", {class: "readout", "aria-live": "polite"});
  let chosen = 0, region = -1;
  const update = () => {
    const {rows} = maps[chosen];
    choices.forEach((item, i) => item.setAttribute("aria-pressed", String(i === chosen)));
    const weights = region < 0 ? Float32Array.from(rows[0], (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length) : rows[region];
    paint(canvas, picture, weights, largest(weights));
    marks.replaceChildren(...(region < 0 ? [] : [...lines(picture, region, weights), ...outline(picture, region)]));
    const most = byWeight(weights)[0];
    readout.textContent = region < 0 ? `How much the regions looked at each place, on average; most ${placeName(picture, most)}. Point at a region to see where it looked.` :
      `The region ${placeName(picture, region)} (${regionName(picture, region)}) looked most ${most === region ? "at itself" : placeName(picture, most)}: ` +
      `${number(weights[most])}; at itself ${number(weights[region])}.`;
  };
  choices.forEach((item, i) => item.addEventListener("click", () => { chosen = i; update(); }));
  const choose = next => { if (next !== region) { region = next; update(); } };
  let kept = -1;
  pickRegions(stage, picture, "Regions of the picture: arrow keys walk from region to region", {
    look: next => choose(next < 0 ? kept : next),
    take: next => { kept = next; choose(next); },
    now: () => region,
  });
  body.append(make("div", {class: "bar"}, ...choices), make("div", {class: "beside"}, stage, readout));
  update();
}

function buildMaps(picture, body) {
  const {maps} = picture.explanation, single = maps.filter(({rows}) => rows.length === 1), pairs = maps.filter(({rows}) => rows.length > 1);
  if (single.length) body.append(make("div", {class: "tiles"}, ...single.map(map => singleMap(picture, map))));
  if (pairs.length) buildSelfAttention(picture, pairs, body);
  return () => {};
}

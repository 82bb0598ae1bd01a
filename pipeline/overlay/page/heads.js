// The heads of the attention side by side, a row a layer.
function layersOf(heads) {
  const layers = new Map();
  heads.forEach((name, i) => {
    const cut = name.lastIndexOf(", "), layer = cut < 0 ? "" : name.slice(0, cut);
    if (!layers.has(layer)) layers.set(layer, []);
    layers.get(layer).push({index: i, name: cut < 0 ? name : name.slice(cut + 2)});
  });
  return layers;
}

function buildHeads(picture, body) {
  const {heads, steps} = picture.explanation, tiles = [];
  body.append(wordBar(picture));
  for (const [layer, members] of layersOf(heads)) {
    if (layer) body.append(make("h4", {}, layer));
    body.append(make("div", {class: "tiles"}, ...members.map(({index, name}) => {
      const {stage, canvas} = miniature(picture, 300, name), figure = make("small");
      tiles[index] = {canvas, figure};
      return make("figure", {class: "tile"}, stage, make("figcaption", {}, name, figure));
    })));
  }
  return onChange(() => [picture.latest], () => {
    const rows = steps[picture.latest].heads, limit = Math.max(...rows.map(largest));
    tiles.forEach(({canvas, figure}, i) => {
      paint(canvas, picture, rows[i], limit);
      figure.textContent = `largest ${number(largest(rows[i]))}`;
    });
  });
}

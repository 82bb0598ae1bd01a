// Painting over the picture. Weights are drawn as map_weights and overlay_weights draw them; a change of one is a change of both.
const heat = bytesOf(HEAT);
const veil = {nothing: 0.42, most: 0.74, unseen: 0.62, grey: 0.7};
const heatColour = part => {
  const step = 3 * Math.min(255, Math.max(0, Math.floor(part * 255 + 0.5)));
  return `rgb(${heat[step]},${heat[step + 1]},${heat[step + 2]})`;
};

// Between which two cells a pixel lies, and how far; eased, so that maxima stay and no weight is added.
function between(pixels, start, cell, cells, cropStart, cropSize) {
  return Array.from({length: pixels}, (_, pixel) => {
    const place = ((pixel + 0.5) / pixels - cropStart) / cropSize;
    const exact = (place - start) / cell - 0.5, centre = Math.round(exact);
    const position = Math.abs(exact - centre) * cell * cropSize * pixels <= 0.5 + 1e-9 ? centre : exact;
    const inside = place >= 0 && place < 1, onGrid = exact >= -0.5 && exact < cells - 0.5;
    const clamped = Math.min(Math.max(position, 0), cells - 1), first = Math.min(Math.floor(clamped), cells - 1), t = clamped - first;
    return {inside, onGrid, first, second: Math.min(first + 1, cells - 1), share: t * t * (3 - 2 * t)};
  });
}

function gridValues({grid, crop}, weights, width, height) {
  const values = new Float32Array(width * height).fill(-1);
  const columns = between(width, grid.left, grid.cellWidth, grid.columns, crop[0], crop[2]);
  const rows = between(height, grid.top, grid.cellHeight, grid.rows, crop[1], crop[3]);
  const line = new Float32Array(grid.columns);
  rows.forEach((row, y) => {
    if (!row.inside) return;
    for (let i = 0; i < grid.columns; ++i) {
      const upper = weights[row.first * grid.columns + i], lower = weights[row.second * grid.columns + i];
      line[i] = row.onGrid ? upper + (lower - upper) * row.share : 0;
    }
    columns.forEach(({inside, onGrid, first, second, share}, x) => {
      if (inside) values[y * width + x] = onGrid ? line[first] + (line[second] - line[first]) * share : 0;
    });
  });
  return values;
}

function boxValues({boxes, crop}, weights, width, height) {
  const values = new Float32Array(width * height).fill(-1);
  const raise = (box, value) => {
    const at = (place, axis, pixels) => {
      const first = Math.ceil((crop[axis] + place * crop[axis + 2]) * pixels - 0.5 - 1e-9);
      return Math.min(Math.max(first, 0), pixels);
    };
    const right = at(box[2], 0, width), bottom = at(box[3], 1, height), left = at(box[0], 0, width);
    for (let y = at(box[1], 1, height); y < bottom; ++y)
      for (let x = left; x < right; ++x) values[y * width + x] = Math.max(values[y * width + x], value);
  };
  raise([0, 0, 1, 1], 0);
  boxes.forEach((box, i) => raise(box, weights[i]));
  return values;
}

// Every pixel of the picture anew: `colour(data, p, value)` changes the three numbers at p; the value is -1 where nothing was seen.
function repaint(canvas, picture, weights, colour) {
  const context = canvas.getContext("2d", {willReadFrequently: true}), {width, height} = canvas;
  context.drawImage(picture.image, 0, 0, width, height);
  const shown = context.getImageData(0, 0, width, height);
  const values = (picture.grid ? gridValues : boxValues)(picture, weights, width, height);
  for (let i = 0, p = 0; i < values.length; ++i, p += 4) colour(shown.data, p, values[i]);
  context.putImageData(shown, 0, 0);
}

// The heat map: `limit` gets the last colour.
function paint(canvas, picture, weights, limit) {
  repaint(canvas, picture, weights, (data, p, value) => {
    const seen = value >= 0, step = seen && limit > 0 ? Math.min(255, Math.floor(value / limit * 255 + 0.5)) : 0;
    const share = seen ? veil.nothing + (veil.most - veil.nothing) * step / 255 : veil.unseen;
    const grey = 0.299 * data[p] + 0.587 * data[p + 1] + 0.114 * data[p + 2];
    for (let c = 0; c < 3; ++c) {
      const below = data[p + c] + (grey - data[p + c]) * veil.grey;
      data[p + c] = below + ((seen ? heat[3 * step + c] : 0) - below) * share;
    }
  });
}

// The picture in its own colours, as bright as the weights are large.
function shine(canvas, picture, weights, limit) {
  repaint(canvas, picture, weights, (data, p, value) => {
    const light = 0.07 + 0.93 * (limit > 0 ? Math.min(1, Math.max(0, value) / limit) : 0);
    for (let c = 0; c < 3; ++c) data[p + c] *= light;
  });
}

// The picture without some of its regions.
function takeAway(canvas, picture, regions) {
  const context = canvas.getContext("2d"), {width, height} = canvas;
  context.drawImage(picture.image, 0, 0, width, height);
  context.fillStyle = "rgba(12,12,16,.9)";
  for (const region of regions) {
    const [left, top, right, bottom] = placeOn(picture, region);
    context.fillRect(left * width, top * height, (right - left) * width, (bottom - top) * height);
  }
}

// As many pixels as a copy of the picture needs whose longest side is `longest`.
function sizeLike(canvas, picture, longest = Infinity) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
}

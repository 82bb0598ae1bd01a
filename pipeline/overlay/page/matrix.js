// Words × regions as a heat map: a row a word, a column a region under its piece of the picture.
const cellSize = {least: 14, most: 34, height: 24, gap: 4};  // pixels; the gap lies between rows of a grid

// Where the columns stand, in pixels from the left.
function columnsOf(picture, count, room) {
  const inGroup = picture.grid ? picture.grid.columns : count, gaps = Math.floor((count - 1) / inGroup) * cellSize.gap;
  const cell = Math.floor(Math.min(cellSize.most, Math.max(cellSize.least, (room - gaps) / count)));
  const left = column => column * cell + Math.floor(column / inGroup) * cellSize.gap;
  const at = x => Math.min(count - 1, Math.max(0, Array.from({length: count}, (_, column) => left(column)).findLastIndex(start => start <= x)));
  return {cell, count, left, at, width: left(count - 1) + cell};
}

function drawPiece(picture, context, region, x, width, height) {
  const [left, top, right, bottom] = placeOn(picture, region), {image} = picture, across = image.naturalWidth, down = image.naturalHeight;
  if (right > left && bottom > top)
    context.drawImage(image, left * across, top * down, (right - left) * across, (bottom - top) * down, x, 0, width, height);
}

function paintMatrix(picture, canvas, columns, scale) {
  const context = canvas.getContext("2d");
  picture.looks.forEach((look, row) => {
    const limit = picture.limitOf(look);
    look.everywhere.forEach((value, column) => {
      context.fillStyle = heatColour(limit > 0 ? value / limit : 0);
      context.fillRect(columns.left(column) * scale, row * cellSize.height * scale, (columns.cell - 1) * scale, (cellSize.height - 1) * scale);
    });
  });
}

// Names, pieces of the picture and cells, and the frame around the chosen one.
function matrixParts(picture, body) {
  const names = picture.looks.map(look => make("bdi", {}, look.word)), column = make("div", {class: "names"}, ...names);
  const pieces = make("canvas", {"aria-hidden": "true"}), canvas = make("canvas", {"aria-hidden": "true"}), cursor = make("i", {class: "cursor", hidden: ""});
  const cells = make("div", {class: "cells", tabindex: "0", role: "application",
    "aria-label": "Weights of words on regions: arrow keys walk from cell to cell"}, pieces, canvas, cursor);
  body.append(make("div", {class: "scroll matrix"}, column, cells));
  const columns = columnsOf(picture, picture.looks[0].everywhere.length, body.clientWidth - column.offsetWidth), scale = Math.ceil(devicePixelRatio || 1);
  pieces.width = canvas.width = columns.width * scale;
  pieces.height = columns.cell * scale;
  canvas.height = names.length * cellSize.height * scale;
  pieces.style.width = canvas.style.width = `${columns.width}px`;
  column.style.paddingTop = `${columns.cell}px`;
  for (let region = 0; region < picture.placed; ++region)
    drawPiece(picture, pieces.getContext("2d"), region, columns.left(region) * scale, (columns.cell - 1) * scale, (columns.cell - 1) * scale);
  return {names, cells, canvas, cursor, columns, repaint: () => paintMatrix(picture, canvas, columns, scale)};
}

function buildMatrix(picture, body) {
  const {names, cells, canvas, cursor, columns, repaint} = matrixParts(picture, body), rows = names.length;
  const {stage, canvas: map, marks} = miniature(picture, 440, "The picture, as the chosen word saw it");
  const piece = make("canvas", {class: "piece", width: "160", height: "160", hidden: "", "aria-hidden": "true"}), readout = make("p", {class: "readout", "aria-live": "polite"});
  body.append(make("div", {class: "chosen"}, stage, piece, readout));

  let row = picture.latest, column = -1;
  const go = (nextRow, nextColumn) => {
    row = nextRow, column = nextColumn;
    picture.look(column < picture.placed ? column : -1);
    picture.show(row);
  };
  const under = event => {
    const box = canvas.getBoundingClientRect();
    return [Math.min(rows - 1, Math.max(0, Math.floor((event.clientY - box.top) / cellSize.height))), columns.at(event.clientX - box.left)];
  };
  cells.addEventListener("pointermove", event => go(...under(event)));
  cells.addEventListener("pointerleave", () => { column = -1; picture.look(-1); picture.show(picture.pinnedWord); });
  cells.addEventListener("click", event => { const [r, c] = under(event); picture.pin(r); if (c < picture.placed) picture.take(c); });
  cells.addEventListener("keydown", event => {
    const [right, down] = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key] || [];
    if (right === undefined) return;
    event.preventDefault();
    go(Math.min(rows - 1, Math.max(0, row + down)), Math.min(columns.count - 1, Math.max(0, column + right)));
    cursor.scrollIntoView({block: "nearest", inline: "nearest"});
  });

  let limits = "";
  return () => {
    const now = picture.looks.map(look => picture.limitOf(look)).join();
    if (now !== limits) repaint();
    limits = now;
    row = picture.word < 0 ? picture.latest : picture.word;
    if (column < picture.placed) column = picture.region;
    const look = picture.looks[row], isPlaced = column >= 0 && column < picture.placed;
    paint(map, picture, look.values, picture.limitOf(look));
    marks.replaceChildren(...(isPlaced ? outline(picture, column) : []));
    names.forEach((name, i) => name.classList.toggle("shown", i === row));
    cursor.hidden = column < 0;
    piece.hidden = !isPlaced;
    if (isPlaced) drawPiece(picture, piece.getContext("2d"), column, 0, piece.width, piece.height);
    if (column >= 0)
      cursor.style.cssText = `left:${columns.left(column) - 2}px;top:${columns.cell + row * cellSize.height - 2}px;width:${columns.cell + 3}px;height:${cellSize.height + 3}px`;
    readout.textContent = column < 0 ? "Point at a cell: a row is a word, a column a region of the picture." :
      isPlaced ? `“${look.word}” looked ${placeName(picture, column)} (${regionName(picture, column)}) with ${number(look.everywhere[column])}.` :
      `“${look.word}” gave ${number(look.everywhere[column])} to a region that has no place in the picture.`;
  };
}

// Words × regions as a heat map: a row a word, a column a region under its piece of the picture.
const cellSize = {least: 14, most: 34, height: 24, gap: 4};  // pixels; the gap lies between rows of a grid

// Where the columns stand, in pixels from the left.
function columnsOf(picture, count, room) {
  const inGroup = picture.grid ? picture.grid.columns : count, gaps = Math.floor((count - 1) / inGroup) * cellSize.gap;
  const cell = Math.floor(Math.min(cellSize.most, Math.max(cellSize.least, (room - gaps) / count)));
  const left = column => column * cell + Math.floor(column / inGroup) * cellSize.gap;
  const lefts = Array.from({length: count}, (_, column) => left(column));
  return {cell, count, left, at: x => Math.max(0, lefts.findLastIndex(start => start <= x)), width: left(count - 1) + cell};
}

function drawPiece(picture, context, region, x, width, height) {
  const [left, top, right, bottom] = placeOn(picture, region), {image} = picture, across = image.naturalWidth, down = image.naturalHeight;
  if (right > left && bottom > top)
    context.drawImage(image, left * across, top * down, (right - left) * across, (bottom - top) * down, x, 0, width, height);
}

function paintMatrix(picture, canvas, columns, scale) {
  const context = canvas.getContext("2d"), width = (columns.cell - 1) * scale, height = (cellSize.height - 1) * scale;
  picture.looks.forEach((look, row) => {
    const limit = picture.limitOf(look);
    look.everywhere.forEach((value, column) => {
      context.fillStyle = heatColour(limit > 0 ? value / limit : 0);
      context.fillRect(columns.left(column) * scale, row * cellSize.height * scale, width, height);
    });
  });
}

// Names, pieces of the picture and cells, and the frame around the chosen one.
function matrixParts(picture, body) {
  const names = picture.looks.map(look => make("bdi", {}, look.word)), column = make("div", {class: "names"}, ...names);
  const pieces = make("canvas", {"aria-hidden": "true"}), canvas = make("canvas", {"aria-hidden": "true"});
  const cursor = make("i", {class: "cursor", hidden: ""});
  const cells = make("div", {class: "cells", tabindex: "0", role: "application",
    "aria-label": "Weights of words on regions: arrow keys walk from cell to cell"}, pieces, canvas, cursor);
  body.append(make("div", {class: "scroll matrix"}, column, cells));
  const columns = columnsOf(picture, picture.looks[0].everywhere.length, body.clientWidth - column.offsetWidth);
  const scale = Math.ceil(devicePixelRatio || 1);
  pieces.width = canvas.width = columns.width * scale;
  pieces.height = columns.cell * scale;
  canvas.height = names.length * cellSize.height * scale;
  pieces.style.width = canvas.style.width = `${columns.width}px`;
  column.style.paddingTop = `${columns.cell}px`;
  const side = (columns.cell - 1) * scale;
  for (let region = 0; region < picture.placed; ++region)
    drawPiece(picture, pieces.getContext("2d"), region, columns.left(region) * scale, side, side);
  return {names, cells, canvas, cursor, columns, repaint: () => paintMatrix(picture, canvas, columns, scale)};
}

function frame(cursor, {left, cell}, row, column) {
  const box = {left: left(column) - 2, top: cell + row * cellSize.height - 2, width: cell + 3, height: cellSize.height + 3};
  for (const [side, pixels] of Object.entries(box)) cursor.style[side] = `${pixels}px`;
}

function tellCell(picture, look, column) {
  if (column < 0) return "Point at a cell: a row is a word, a column a region of the picture.";
  const weight = number(look.everywhere[column]);
  return column < picture.placed ? `${picture.quote(look.word)} looked ${placeName(picture, column)} (${regionName(picture, column)}) with ${weight}.` :
    `${picture.quote(look.word)} gave ${weight} to a region that has no place in the picture.`;
}

function buildMatrix(picture, body) {
  const {names, cells, canvas, cursor, columns, repaint} = matrixParts(picture, body), rows = names.length;
  const {stage, canvas: map, marks} = miniature(picture, 440, "The picture, as the chosen word saw it");
  const piece = make("canvas", {class: "piece", width: "160", height: "160", hidden: "", "aria-hidden": "true"});
  const readout = make("p", {class: "readout", "aria-live": "polite"});
  body.append(make("div", {class: "chosen"}, stage, piece, readout));

  let row = picture.latest, column = -1;
  const go = (nextRow, nextColumn) => {
    if (nextRow === row && nextColumn === column && picture.word === row) return;
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

  const paintCells = onChange(() => picture.looks.map(look => picture.limitOf(look)), repaint);
  const limit = () => picture.limitOf(picture.looks[row]);
  const paintMap = onChange(() => [row, limit()], () => paint(map, picture, picture.looks[row].values, limit()));
  return () => {
    paintCells();
    row = picture.word < 0 ? picture.latest : picture.word;
    if (column < picture.placed) column = picture.region;
    const look = picture.looks[row], isPlaced = column >= 0 && column < picture.placed;
    paintMap();
    marks.replaceChildren(...(isPlaced ? outline(picture, column) : []));
    names.forEach((name, i) => name.classList.toggle("shown", i === row));
    cursor.hidden = column < 0;
    piece.hidden = !isPlaced;
    if (isPlaced) drawPiece(picture, piece.getContext("2d"), column, 0, piece.width, piece.height);
    if (column >= 0) frame(cursor, columns, row, column);
    readout.textContent = tellCell(picture, look, column);
  };
}

// Where regions lie on the picture, how they are called, and how a person gets at them: by pointing, or with the arrow keys.

// [left, top, right, bottom] in parts of the picture; what the network saw beyond its edge is cut.
function placeOn({grid, boxes, crop}, region) {
  const column = grid && region % grid.columns, row = grid && Math.floor(region / grid.columns);
  const box = grid ? [grid.left + column * grid.cellWidth, grid.top + row * grid.cellHeight, grid.left + (column + 1) * grid.cellWidth,
                      grid.top + (row + 1) * grid.cellHeight]
                   : boxes[region];
  return box.map((place, i) => Math.min(1, Math.max(0, crop[i % 2] + place * crop[i % 2 + 2])));
}

function centreOf(picture, region) {
  const [left, top, right, bottom] = placeOn(picture, region);
  return [(left + right) / 2, (top + bottom) / 2];
}

const areaOf = ([left, top, right, bottom]) => (right - left) * (bottom - top);

// The smallest region at a place, -1 for none.
function regionAt(picture, x, y) {
  let found = -1;
  for (let region = 0; region < picture.placed; ++region) {
    const [left, top, right, bottom] = placeOn(picture, region);
    if (x < left || x >= right || y < top || y >= bottom) continue;
    if (found < 0 || areaOf(placeOn(picture, region)) < areaOf(placeOn(picture, found))) found = region;
  }
  return found;
}

// The nearest region in a direction; the region itself where there is none.
function neighbour(picture, region, [right, down]) {
  const [x, y] = centreOf(picture, region);
  let nearest = region, least = Infinity;
  for (let other = 0; other < picture.placed; ++other) {
    const [otherX, otherY] = centreOf(picture, other), along = (otherX - x) * right + (otherY - y) * down;
    const aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right), far = along + 3 * aside;
    if (along > 1e-6 && along >= aside && far < least) nearest = other, least = far;
  }
  return nearest;
}

// "at the upper left"
function placeName(picture, region) {
  const [x, y] = centreOf(picture, region), third = (part, names) => names[Math.min(2, Math.max(0, Math.floor(part * 3)))];
  const across = third(x, ["left", "", "right"]), down = third(y, ["upper", "", "lower"]);
  if (across) return down ? `at the ${down} ${across}` : `at the ${across}`;
  return {upper: "at the top", lower: "at the bottom", "": "in the middle"}[down];
}

function regionName({grid}, region) {
  return grid ? `row ${Math.floor(region / grid.columns) + 1}, column ${region % grid.columns + 1}` : `region ${region + 1}`;
}

// Parts of the picture in its pixels.
const scaled = (picture, [right, down]) => [right * picture.width, down * picture.height];

// A layer over a picture for outlines and lines, measured in its pixels.
function marksOver(stage, picture) {
  const marks = draw("svg", {class: "marks", viewBox: `0 0 ${picture.width} ${picture.height}`, "aria-hidden": "true"});
  stage.append(marks);
  return marks;
}

function outline(picture, region) {
  const [left, top, right, bottom] = placeOn(picture, region), [x, y] = scaled(picture, [left, top]);
  const [width, height] = scaled(picture, [right - left, bottom - top]), at = {x, y, width, height};
  return [draw("rect", {class: "outline under", ...at}), draw("rect", {class: "outline", ...at})];
}

// Calls look(region) while the pointer is over a region and look(-1) when it leaves, take(region) on a click and where the arrow keys lead,
// take(-1) on Escape.
function pickRegions(stage, picture, label, {look, take, now}) {
  const under = event => {
    const box = stage.getBoundingClientRect();
    return regionAt(picture, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  const steps = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", label);
  stage.classList.add("picked");
  stage.addEventListener("pointermove", event => { if (event.pointerType === "mouse") look(under(event)); });
  stage.addEventListener("pointerleave", () => look(-1));
  stage.addEventListener("click", event => take(under(event)));
  stage.addEventListener("keydown", event => {
    const region = now();
    if (event.key in steps) take(region < 0 ? regionAt(picture, 0.5, 0.5) : neighbour(picture, region, steps[event.key]));
    else if (event.key === "Escape") take(-1);
    else return;
    event.preventDefault();
  });
}

// Elements, numbers and packed values: what every part of the page is made from.

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const button = (attributes, ...children) => make("button", {type: "button", ...attributes}, ...children);

const bytesOf = text => Uint8Array.from(atob(text), c => c.charCodeAt(0));

// Numbers that were written as 16-bit parts of the way from the lowest to the highest.
function unpack({low = 0, high, parts}) {
  const raw = bytesOf(parts);
  return Float32Array.from({length: raw.length / 2}, (_, i) => low + (raw[2 * i] + 256 * raw[2 * i + 1]) / 65535 * (high - low));
}

// Rows of equal length, as views into one array.
function rowsOf(values, count) {
  const length = values.length / count;
  return Array.from({length: count}, (_, i) => values.subarray(i * length, (i + 1) * length));
}

function number(value) {
  if (value < 0) return "−" + number(-value);
  if (value === 0 || value >= 100) return String(Math.round(value));
  return value >= 0.001 ? String(Number(value.toPrecision(2))) : value.toExponential(1);
}

const lowest = values => values.reduce((least, value) => Math.min(least, value), Infinity);
const largest = values => values.reduce((most, value) => Math.max(most, value), 0);

// Work that is done again only when what it depends on has changed.
function onChange(of, work) {
  let last = null;
  return () => {
    const now = of().join();
    if (now !== last) work();
    last = now;
  };
}

// Indices of `values`, those of the largest first.
const byWeight = values => Array.from(values.keys()).sort((a, b) => values[b] - values[a]);

// The step that an arrow key takes through things that stand in a row, in the direction in which they are written.
function stepOf(event, row) {
  const forward = getComputedStyle(row).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  return event.key === forward ? 1 : event.key === "ArrowLeft" || event.key === "ArrowRight" ? -1 : 0;
}

/* Placing of names in shapes: one line or two, 84 % of the box inside its area, no two boxes touching. */

import { svg } from "./dom.js";
import { isInside } from "./geometry.js";

const INSIDE = 0.84;
const INSIDE_UNDER = 0.6; // a name under a symbol belongs to the symbol
const LINE = 1.18; // height of a line in type sizes; labels are single words over shapes, so closer than running text
const DARK = new Set(["a4", "a5", "a6", "b4", "b5", "b6", "d1", "d6", "n3", "st-met", "st-track", "st-behind", "st-missed", "st-part"]);
const SHIFTS = [[0, 0], [0, -0.45], [0, 0.45], [-0.22, 0], [0.22, 0], [-0.2, -0.4], [0.2, 0.4], [0.2, -0.4], [-0.2, 0.4]];
const pen = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** Measure anew, once the typeface has come. */
export function forgetWidths() {
  widths.clear();
}

/** Width of a text in pixels at a type size. */
export function textWidth(text, size) {
  const key = `${size}|${text}`;
  if (!widths.has(key)) {
    pen.font = `600 ${size}px "Be Vietnam Pro", sans-serif`;
    widths.set(key, pen.measureText(text).width);
  }
  return widths.get(key);
}

/** A box around a middle. */
export function boxAt(x, y, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** A square about as large as a circle, to keep names off it. */
export function squareOf([x, y], radius) {
  return boxAt(x, y, 1.77 * radius, 1.77 * radius);
}

/** Whether a box touches none of the others. */
export function isFree(box, taken) {
  return !taken.some((other) => box.left < other.right + 2 && box.right > other.left - 2
    && box.top < other.bottom + 1 && box.bottom > other.top - 1);
}

/** Whether a class is so dark that a name over it must be light. */
export function isDark(colour) {
  return DARK.has(colour);
}

/**
 * Place names in turn and give their text elements. Each is `{shape, text, style, size, code, always, below}`, where
 * `below` is the radius of a symbol to stand under; `pixel` turns [lat, lon] into [x, y]; `taken` is a list of boxes to keep
 * clear of, to which those of the names are added.
 */
export function placeNames(names, pixel, taken) {
  return names.flatMap((name) => {
    const placed = place(name, pixel, taken);
    if (!placed) return [];
    taken.push(placed.box);
    return [write(placed, name)];
  });
}

function place(name, pixel, taken) {
  const rings = name.shape.polygons.flatMap((polygon) => polygon.map((ring) => ring.map(pixel)));
  const [x, y] = pixel(name.shape.anchor);
  const room = extent(rings);
  for (const lines of layouts(name.text)) {
    const width = Math.max(...lines.map((line) => textWidth(line, name.size)));
    const height = lines.length * name.size * LINE;
    if (width > 1.2 * (room.right - room.left) || height > 1.2 * (room.bottom - room.top)) continue; // most shapes end here
    const under = name.below ? name.below + height / 2 + 1 : 0;
    for (const [dx, dy] of under ? [[0, 0]] : SHIFTS) {
      const box = boxAt(x + dx * width, y + dy * height + under, width, height);
      if (isFree(box, taken) && lies(box, rings, under ? INSIDE_UNDER : INSIDE)) return { box, lines };
    }
  }
  return name.always ? above(name, room) : null;
}

/** The text on one line, then on the most even two. */
function layouts(text) {
  const words = text.split(" ");
  if (words.length === 1) return [[text]];
  const splits = words.slice(1).map((_word, at) => [words.slice(0, at + 1).join(" "), words.slice(at + 1).join(" ")]);
  const longest = (lines) => Math.max(...lines.map((line) => line.length));
  return [[text], splits.sort((one, two) => longest(one) - longest(two))[0]];
}

/** Whether a share of a box lies inside rings, by 7 × 3 samples; stops as soon as too many lie outside. */
function lies(box, rings, wanted) {
  let spare = Math.floor(21 * (1 - wanted));
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 7; column++) {
      const x = box.left + ((column + 0.5) / 7) * (box.right - box.left);
      const y = box.top + ((row + 0.5) / 3) * (box.bottom - box.top);
      if (!isInside(x, y, rings) && spare-- === 0) return false;
    }
  }
  return true;
}

/** The box around rings. */
export function extent(rings) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const ring of rings) {
    for (const [x, y] of ring) {
      if (x < box.left) box.left = x;
      if (x > box.right) box.right = x;
      if (y < box.top) box.top = y;
      if (y > box.bottom) box.bottom = y;
    }
  }
  return box;
}

/** A name that must be shown stands above its shape where it does not fit inside. */
function above(name, { left, right, top }) {
  return { box: boxAt((left + right) / 2, top - 11, textWidth(name.text, name.size), name.size * LINE), lines: [name.text] };
}

function write({ box, lines }, { style, size, code }) {
  const middle = ((box.left + box.right) / 2).toFixed(1);
  const step = size * LINE;
  const spans = lines.map((line, at) => svg("tspan", { x: middle, y: (box.top + at * step + size).toFixed(1) }, line));
  return svg("text", { class: style, "data-name": code }, ...spans);
}

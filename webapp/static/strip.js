/* Where one value lies among all: a dot for each area on one line, logarithmic where values span orders of magnitude. */

import { svg } from "./dom.js";

const [WIDTH, EDGE] = [316, 10];

/** A chart of the view's values with one of them marked; null where there are too few to show a spread. */
export function drawStrip(view, figure, colour, format) {
  const values = view.areas.value.filter((value) => value !== null);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (view.labels || values.length < 5 || low === high || figure.value === null) return null;
  const logarithmic = low > 0 && high / low > 30;
  const scale = logarithmic ? Math.log : (value) => value;
  const place = (value) => {
    const share = (scale(value) - scale(low)) / (scale(high) - scale(low));
    return Math.round(10 * (EDGE + share * (WIDTH - 2 * EDGE))) / 10;
  };
  const parts = values.map((value) => svg("circle", { class: "dot bg", cx: place(value), cy: 13, r: 3.4 }));
  const city = view.city?.value;
  if (city >= low && city <= high) parts.push(svg("path", { class: "mark-d", d: `M${place(city)} 3V23` }));
  parts.push(svg("path", { class: "axis", d: `M0 25.5H${WIDTH}` }));
  parts.push(svg("circle", { class: `dot ${colour}`, cx: place(figure.value), cy: 13, r: 6 }));
  for (const tick of ticks(low, high, logarithmic)) {
    parts.push(svg("path", { class: "axis", d: `M${place(tick)} 25v4` }));
    const middle = Math.max(18, Math.min(WIDTH - 20, place(tick))); // no number runs out of the chart
    parts.push(svg("text", { class: "tick", x: middle, y: 41, "text-anchor": "middle" }, format.plain(tick)));
  }
  const drawing = svg("svg", { viewBox: `0 0 ${WIDTH} 44`, width: "100%", "aria-hidden": "true" }, ...parts);
  return { drawing, logarithmic };
}

/** Three to five round numbers between two values. */
function ticks(low, high, logarithmic) {
  const steps = [1, 2, 5];
  if (logarithmic) {
    const all = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      all.push(...steps.map((step) => Number((step * 10 ** power).toPrecision(1))));
    }
    const within = all.filter((value) => value >= low && value <= high);
    return within.filter((_value, at) => at % Math.ceil(within.length / 4) === 0);
  }
  const power = 10 ** Math.floor(Math.log10(high - low));
  const size = [0.1, 0.2, 0.5, 1].map((step) => step * power).find((step) => (high - low) / step <= 4.5) ?? power;
  const first = Math.ceil(low / size);
  const count = Math.floor(high / size) - first + 1;
  return Array.from({ length: count }, (_each, at) => Number(((first + at) * size).toPrecision(6)))
    .filter((value) => value > low + 0.04 * (high - low) && value < high - 0.04 * (high - low));
}

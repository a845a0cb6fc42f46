/* The key: a histogram on the scale of the classes, or one stacked bar; kinds of missing last, always with counts. */

import { circleRadius, keyValues, largestValue } from "./circles.js";
import { el, reasonClass, svg, swatch } from "./dom.js";
import { countOf, figureAt, hasWords } from "./figures.js";
import { isDark } from "./naming.js";
import { fill, strings } from "./strings.js";

const TALL = 42; // height of the longest bar, pixels

/** Draw the key of the store's view into its box, and again whenever the view or the box's width changes. */
export function bindLegend(box, store, format) {
  let width = 0;
  const draw = () => {
    const { view } = store;
    if (view.empty) return box.replaceChildren();
    const room = Math.max(240, Math.min(520, box.clientWidth - (box.clientWidth > 600 ? 300 : 32)));
    const main = hasWords(view) ? categories(view, room) : histogram(view, room, format);
    return box.replaceChildren(el("div", {}, ...main.filter(Boolean)), side(store, format));
  };
  store.on("view", draw);
  new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) < 8) return;
    width = entry.contentRect.width;
    draw();
  }).observe(box);
  draw();
}

function chart(width, height, view, ...marks) {
  const classes = view.classes.map(({ label, count }) => fill(strings.legend_class, { label, n: count })).join("; ");
  return svg("svg", {
    class: "chart", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": fill(strings.legend_label, { classes }),
  }, ...marks);
}

function histogram(view, room, format) {
  const step = Math.min(66, Math.floor((room - 8) / view.classes.length));
  const most = Math.max(1, ...view.classes.map(({ count }) => count));
  const rows = [cityOnScale(view), view.target?.value != null || view.display === "change"].filter(Boolean).length;
  const base = 18 + 14 * rows + TALL;
  const parts = view.classes.flatMap(({ colour, count }, at) => {
    const height = count ? Math.max(2, (count / most) * TALL) : 0;
    const x = 4 + at * step;
    return [
      svg("rect", { class: `${colour} sw-b`, x: x + 0.5, y: base - height, width: step - 2, height }),
      svg("text", { class: "cnt", x: x + step / 2, y: base - height - 4, "text-anchor": "middle" }, format.number(count, 0)),
    ];
  });
  parts.push(svg("path", { class: "axis", d: `M4 ${base + 0.5}H${4 + step * view.classes.length}` }));
  view.breaks.forEach((limit, at) => {
    const x = 4 + (at + 1) * step;
    const key = limit === (view.target?.value ?? view.pivot) ? "tick k" : "tick";
    parts.push(svg("path", { class: "axis", d: `M${x} ${base}v4` }));
    parts.push(svg("text", { class: key, x, y: base + 17, "text-anchor": "middle" }, format.plain(limit)));
  });
  parts.push(...marks(view, step, base, format));
  const notes = [view.unit, view.class_note, strings.counts_note];
  if (view.symbol === "circle") notes.push(strings.circle_note);
  const words = view.classes.length > 1 ? notes : [view.unit, view.classes[0]?.label, strings.counts_note];
  return [
    chart(8 + step * view.classes.length, base + 22, view, ...parts),
    el("p", { class: "xs mut" }, words.filter(Boolean).join("; ")),
    explained(view),
  ];
}

/** What the colours stand for, where it is not simply the published figures. */
function explained({ explanation }) {
  return explanation ? el("p", { class: "xs mut2" }, explanation) : null;
}

/** Lines for the target and for the city's own value, where they fall on the scale. */
function marks(view, step, base, format) {
  const lines = [];
  if (view.target?.value != null) {
    const text = fill(strings.target_mark, { value: format.plain(view.target.value) });
    lines.push({ value: view.target.value, style: "mark", text });
  } else if (view.display === "change") lines.push({ value: view.pivot, style: "mark", text: strings.no_change });
  if (cityOnScale(view)) {
    const text = `${view.whole} ${format.number(view.city.value, view.decimals)}`;
    lines.push({ value: view.city.value, style: "mark-d", text });
  }
  const end = 4 + step * view.classes.length;
  return lines.flatMap(({ value, style, text }, row) => {
    const x = position(value, view, step);
    const y = 11 + 14 * row;
    const left = x > end * 0.55;
    return [
      svg("path", { class: style, d: `M${x} ${y - 8}V${base}` }),
      svg("text", { class: "tick k", x: x + (left ? -5 : 5), y, "text-anchor": left ? "end" : "start" }, text),
    ];
  });
}

/** The city's own value lies on the scale of its areas unless it is their sum. */
function cityOnScale(view) {
  return Boolean(view.city) && view.measure !== "count" && !view.summed;
}

/** Place of a value on the axis; within an open class, where there is no scale, its middle. */
function position(value, view, step) {
  const on = view.breaks.indexOf(value);
  if (on >= 0) return 4 + (on + 1) * step;
  const at = view.breaks.filter((limit) => limit < value).length;
  const [low, high] = [view.breaks[at - 1], view.breaks[at]];
  const share = low === undefined || high === undefined ? 0.5 : (value - low) / (high - low);
  return 4 + (at + share) * step;
}

function categories(view, room) {
  const total = view.classes.reduce((sum, { count }) => sum + count, 0) || 1;
  const width = Math.min(room, 452);
  let x = 0.5;
  const parts = view.classes.flatMap(({ colour, count }) => {
    const wide = (count / total) * (width - 1);
    const bar = svg("rect", { class: `${colour} sw-b`, x, y: 2, width: wide, height: 22 });
    const style = `tick k ${isDark(colour) ? "inv" : `dark ${colour}`}`;
    const text = svg("text", { class: style, x: x + wide / 2, y: 17, "text-anchor": "middle" }, String(count));
    x += wide;
    return wide > 24 ? [bar, text] : [bar];
  });
  const keys = view.classes.map(({ colour, label, count }) =>
    el("li", { class: "key" }, swatch(colour), `${label} `, el("b", { class: "num" }, String(count))));
  return [
    chart(width, 28, view, ...parts),
    el("ul", { class: "row row-5" }, ...keys),
    view.labels && view.definition ? el("p", { class: "xs mut" }, view.definition) : null,
    explained(view),
  ].filter(Boolean);
}

function side(store, format) {
  const { view } = store;
  const items = view.missing.map(({ reason, label, count }) => {
    const kinds = reason === "not_applicable" ? inapplicable(store) : null;
    const words = kinds ? `${label}: ${kinds}` : [`${label}: `, el("b", { class: "num" }, format.number(count, 0))];
    return el("p", {}, swatch(reasonClass(reason)), el("span", {}, ...[words].flat()));
  });
  if (cityOnScale(view) && !hasWords(view)) items.push(sample("mark-d", fill(strings.city_line, { whole: view.whole[0].toLowerCase() + view.whole.slice(1) })));
  if (view.target?.value != null && !hasWords(view)) items.push(sample("mark", strings.target_line));
  if (view.symbol === "circle" && largestValue(view) > 0) items.push(circleKey(view, format));
  return el("div", { class: "side" }, ...items);
}

/** Which kinds of unit an indicator has no meaning for: `175 phường, 21 thị trấn`. */
function inapplicable(store) {
  const counts = new Map();
  for (const area of store.areas()) {
    if (figureAt(store.view, area.index).reason !== "not_applicable") continue;
    counts.set(area.type, (counts.get(area.type) ?? 0) + 1);
  }
  return [...counts].map(([type, n]) => countOf(type, n)).join(", ");
}

function sample(style, text) {
  const line = svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, svg("path", { class: style, d: "M7 0V14" }));
  return el("p", {}, line, text);
}

/** Three circles side by side, each over its value. */
function circleKey(view, format) {
  const most = largestValue(view);
  const values = keyValues(most);
  const radii = values.map((value) => circleRadius(value, most, view.areas.value.length));
  const base = 2 * Math.max(...radii) + 2;
  let x = 0;
  const parts = values.flatMap((value, at) => {
    const text = format.plain(value);
    const half = Math.max(radii[at] + 2, 3.4 * text.length + 5);
    x += 2 * half;
    return [
      svg("circle", { class: "ring", cx: x - half, cy: base - radii[at], r: radii[at] }),
      svg("text", { class: "tick", x: x - half, y: base + 14, "text-anchor": "middle" }, text),
    ];
  });
  return el("p", {}, svg("svg", { width: x, height: base + 18, "aria-hidden": "true" }, ...parts));
}

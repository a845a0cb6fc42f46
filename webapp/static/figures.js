/* One area's figure out of the columns of a view, and what may be said about its place among others. */

import { fill, strings } from "./strings.js";

const ENOUGH = 0.8; // below this share of areas with a figure a rank would say more than is known

/** The figure at a place of the columns, with its references resolved. `value` is null where there is none. */
export function figureAt(view, index) {
  const { areas } = view;
  const pick = (column) => (areas[column] ? areas[column][index] : null);
  const through = (column, list) => {
    const at = pick(column);
    return at === null || at === undefined ? null : list[at];
  };
  return {
    value: pick("value"),
    high: pick("high"),
    qualifier: pick("qualifier"),
    klass: pick("class"),
    reason: through("reason", view.reasons),
    period: through("period", view.periods),
    status: through("status", view.statuses),
    source: through("source", view.sources),
    alternatives: pick("alternatives") ?? 0,
    judgement: through("judgement", view.judgements),
    carried: through("carried", view.carried_texts),
    estimate: through("carried", view.carried_kinds) === "estimate",
    note: through("note", view.notes),
  };
}

/** Class of the shape's colour: that of its interval, or how it is missing. */
export function colourOf(view, figure) {
  if (figure.reason === "not_applicable") return "na";
  return figure.klass === null ? "nd" : view.classes[figure.klass].colour;
}

/** The value in words, without its unit: `Kiểu mẫu`, `≥ 86,2`; empty where there is none. */
export function valueText(view, figure, format) {
  if (figure.value === null) return "";
  if (view.labels) return view.labels[String(figure.value)] ?? String(figure.value);
  return format.quantity(figure.value, view.decimals, figure);
}

/** So many units of a kind: `17 huyện`, `1 thị xã`. */
export function countOf(type, n) {
  const words = n === 1 ? `{n} ${strings.types[type] ?? type}` : strings.tabs[type] ?? `{n} ${type}`;
  return fill(words, { n });
}

/** Whether the classes are words in no order of values: those of a coded status, or what a target says of the values. */
export function hasWords(view) {
  return Boolean(view.labels) || view.display === "status";
}

/** How far an exact figure is from the goal that the map's colours turn at; null where there is none. */
export function gapText(view, figure, format) {
  if (view.display !== "target" || figure.value === null || figure.qualifier || figure.high !== null) return null;
  const gap = figure.value - view.pivot;
  const decimals = Math.max(view.decimals, decimalsOf(view.pivot));
  const words = gap < 0 ? strings.gap_below : gap > 0 ? strings.gap_above : strings.gap_none;
  return fill(words, { gap: format.number(Math.abs(gap), decimals), unit: view.target?.gap_unit ?? "" }).trim();
}

const decimalsOf = (value) => (String(value).split(".")[1] ?? "").length;

/** Words for a missing figure. */
export function reasonText(view, figure) {
  return view.missing.find((kind) => kind.reason === figure.reason)?.label ?? "";
}

/** Whether the figures are published ones of an indicator that has a better side, so that they can be ordered. */
export function isRanked(view) {
  return view.ranked && !view.labels && (view.direction === "higher" || view.direction === "lower");
}

/**
 * Ranks within a group of like units: `{have, total, enough, rank: Map(index → {rank, tied})}`.
 * Units for which the indicator has no meaning do not count; equal values share a rank.
 */
export function rankGroup(view, areas) {
  const able = areas.map((area) => ({ area, figure: figureAt(view, area.index) }))
    .filter(({ figure }) => figure.reason !== "not_applicable");
  const sign = view.direction === "lower" ? 1 : -1;
  const known = able.filter(({ figure }) => figure.value !== null)
    .sort((one, two) => sign * (one.figure.value - two.figure.value));
  const rank = new Map();
  known.forEach(({ area, figure }, place) => {
    const before = known[place - 1];
    const after = known[place + 1];
    const tied = before?.figure.value === figure.value || after?.figure.value === figure.value;
    const shared = before?.figure.value === figure.value ? rank.get(before.area.index).rank : place + 1;
    rank.set(area.index, { rank: shared, tied });
  });
  return { have: known.length, total: able.length, enough: known.length >= ENOUGH * able.length, rank };
}

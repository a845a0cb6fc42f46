/* One area's figure out of the columns of a view, and what may be said about its place among others. */

import { fill, strings } from "./strings.js";

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
  return fill(words, { gap: format.withUnit(format.number(Math.abs(gap), decimals), view.target?.gap_unit ?? "") });
}

const decimalsOf = (value) => (String(value).split(".")[1] ?? "").length;

/** Words for a missing figure. */
export function reasonText(view, figure) {
  return view.missing.find((kind) => kind.reason === figure.reason)?.label ?? "";
}

/** What the server says of an area's place among its like: `{rank, tied, why, have, total}`; `rank` is null where one is
    withheld, `why` says the reason. */
export function standingOf(view, area) {
  const { areas, groups, unranked_texts: texts } = view;
  const why = areas.unranked[area.index];
  return {
    rank: areas.rank[area.index],
    tied: Boolean(areas.tied[area.index]),
    why: why === null ? null : texts[why],
    ...groups[area.type],
  };
}

/* What the reader has chosen beside the view, as parameters of its address: `area=016&sort=name&order=desc&kind=xa`. */

import { fold } from "./format.js";

const COLUMNS = ["name", "parent", "value"];

/** A table that the reader has not arranged; what is null is as usual. */
export const USUAL = Object.freeze({ column: null, rising: null, kind: null });

/** Parameters that the server leaves to the script. */
export const OWN = ["area", "within", "layer", "sort", "order", "kind"];

/** An address of the view with what is chosen in a store. */
export function withOwn(address, { selected, within, named, arranged: { column, rising, kind } }) {
  const url = new URL(address, location.href);
  const order = rising === null ? null : rising ? "asc" : "desc";
  const own = { area: selected, within, layer: named && "places", sort: column, order, kind: kind && word(kind) };
  for (const name of OWN) {
    if (own[name]) url.searchParams.set(name, own[name]);
  }
  return url.pathname + url.search;
}

/** How an address asks the table of some areas to be arranged; what it does not say, or what is not there, is as usual. */
export function readArranged(asked, areas) {
  const [column, order, kind] = ["sort", "order", "kind"].map((name) => asked.get(name));
  const known = COLUMNS.includes(column);
  return {
    column: known ? column : null,
    rising: known && ["asc", "desc"].includes(order) ? order === "asc" : null,
    kind: kind === "all" ? kind : areas.find(({ type }) => word(type) === kind)?.type ?? null,
  };
}

/** A kind of unit as one word without marks: `thi-tran`. */
const word = (kind) => fold(kind).replaceAll(" ", "-");

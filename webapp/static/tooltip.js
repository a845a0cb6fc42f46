/* The note beside the pointer or the focused area: name, value, date, status, source, or why there is no value. */

import { capital } from "./format.js";
import { el, reasonClass, swatch } from "./dom.js";
import { colourOf, figureAt, gapText, reasonText, valueText } from "./figures.js";
import { namedLines } from "./named.js";
import { canDrill } from "./trail.js";
import { strings } from "./strings.js";

/** Follows what is pointed at in the store, inside the map's box. */
export class Tooltip {
  constructor(box, map, layers, store, format) {
    Object.assign(this, { box, map, layers, store, format });
    this.element = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    box.append(this.element);
    store.on("hover", (detail) => this.#show(detail));
    store.on("view", () => this.#hide());
    map.on("zoomstart movestart", () => this.#hide());
  }

  #show({ by, point }) {
    const code = this.store.hovered;
    if (code === null || by === "table") return this.#hide();
    if (code !== this.code || code === this.store.selected) {
      this.element.replaceChildren(...describe(this.store, this.store.area(code), this.format));
      this.code = code;
    }
    this.element.hidden = false;
    this.#put(point ?? this.map.latLngToContainerPoint(this.layers.shape(code).anchor));
  }

  #hide() {
    this.element.hidden = true;
    this.code = null;
  }

  #put({ x, y }) {
    const { clientWidth, clientHeight } = this.box;
    const { offsetWidth, offsetHeight } = this.element;
    const left = x + 18 + offsetWidth > clientWidth ? x - 18 - offsetWidth : x + 18;
    const top = Math.min(y + 14, clientHeight - offsetHeight - 8);
    this.element.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, top)}px)`;
  }
}

/** The lines of the note on an area. */
function describe(store, area, format) {
  const { view, selected } = store;
  const figure = figureAt(view, area.index);
  const where = [capital(strings.types[area.type] ?? area.type), area.parent?.name].filter(Boolean).join(", ");
  const lines = [el("p", { class: "xs mut" }, where), el("p", { class: "strong" }, area.short)];
  if (figure.value === null) {
    lines.push(el("p", { class: "miss" }, swatch(reasonClass(figure.reason)), reasonText(view, figure)));
  } else {
    const sign = swatch(colourOf(view, figure), view.symbol === "circle" ? "round" : "");
    const unit = view.unit ? el("span", { class: "xs mut2" }, format.afterNumber(view.unit)) : null;
    const value = el("b", { class: view.labels ? "value" : "value num" }, valueText(view, figure, format));
    lines.push(el("p", {}, sign, " ", value, unit));
    if (view.display === "status" && figure.judgement) lines.push(el("p", { class: "sm" }, figure.judgement[1]));
    for (const text of [gapText(view, figure, format), figure.note]) if (text) lines.push(el("p", { class: "sm" }, text));
    if (figure.carried) lines.push(el("p", { class: "xs" }, el("span", { class: figure.estimate ? "flag" : "tag" }, figure.carried)));
    const facts = [format.period(figure.period), figure.status?.[1]].filter(Boolean).join(" · ");
    lines.push(el("p", { class: "xs mut2" }, facts));
    if (figure.source) lines.push(el("p", { class: "xs mut2" }, `${strings.source}: ${figure.source.publisher}`));
    if (figure.source?.secondary) lines.push(el("p", { class: "xs" }, el("span", { class: "flag" }, strings.secondary)));
  }
  lines.push(...namedLines(store, area).map((text) => el("p", { class: "xs named" }, text)));
  const hint = area.code !== selected ? strings.tap_hint : canDrill(view) && strings.drill_hint;
  if (hint) lines.push(el("p", { class: "xs mut2 foot" }, hint));
  return lines;
}

/* The chosen area: its figure with date, status and source, its place among like units, and what else is published. */

import { capital } from "./format.js";
import { el, icon, reasonClass, swatch } from "./dom.js";
import { colourOf, countOf, figureAt, gapText, reasonText, standingOf, valueText } from "./figures.js";
import { afterPaint } from "./later.js";
import { namedLines } from "./named.js";
import { drawStrip } from "./strip.js";
import { becameParts, fill, strings } from "./strings.js";
import { canDrill } from "./trail.js";

const NOW = 3; // units that a former one became, named
const NEAR = 0.05; // a ratio that would be written as 1,0

/** Fills the card, and says the chosen or focused area to screen readers; listens at once, shows when told or chosen. */
export class Card {
  constructor(store, format) {
    Object.assign(this, { store, format, turn: 0 });
    this.box = document.getElementById("card");
    this.box.tabIndex = -1;
    this.live = document.getElementById("live");
    const show = () => this.show();
    store.on("select", ({ by }) => {
      if (by === "view") afterPaint(show);
      else show();
      if (store.selected && by !== "view") this.#say(store.selected);
    });
    store.on("named", show);
    store.on("hover", ({ by }) => by === "key" && store.hovered && this.#say(store.hovered));
  }

  /** Show the chosen area, or how to choose one. */
  show() {
    const area = this.store.selected ? this.store.area(this.store.selected) : null;
    this.turn += 1;
    const held = this.box.contains(document.activeElement);
    this.box.replaceChildren(...(area ? this.#about(area) : this.#invitation()));
    if (area) this.#fetchDetail(area, this.turn);
    if (held) this.box.focus({ preventScroll: true }); // what was pressed is gone, so the way on starts from what it has changed
  }

  #invitation() {
    const { view } = this.store;
    return [
      el(view.city ? "p" : "h2", { class: view.city ? "strong" : null }, view.city ? view.city.text : view.whole),
      view.target ? el("p", { class: "sm mut2" }, view.target.text) : null,
      el("p", { class: "sm mut2" }, strings.choose_hint),
    ].filter(Boolean);
  }

  #about(area) {
    const { view } = this.store;
    const figure = figureAt(view, area.index);
    const kind = capital(strings.types[area.type] ?? area.type);
    const kicker = [kind, area.parent?.name, this.#edition(), fill(strings.code, { code: area.code })];
    const close = el("button", { type: "button", class: "icon-btn", "aria-label": strings.clear }, icon("close"));
    close.addEventListener("click", () => this.store.select(null, "card"));
    const head = el("div", {}, el("p", { class: "kicker" }, kicker.filter(Boolean).join(", ")), el("h2", {}, area.name));
    return [
      el("div", { class: "row between top-line" }, head, close),
      el("p", { class: "sm", id: "became", hidden: true }),
      ...this.#value(figure),
      ...[gapText(view, figure, this.format), figure.note].filter(Boolean).map((text) => el("p", { class: "sm" }, text)),
      figure.carried ? el("p", { class: "xs" }, el("span", { class: figure.estimate ? "flag" : "tag" }, figure.carried)) : null,
      this.#facts(area, figure),
      ...namedLines(this.store, area).map((text) => el("p", { class: "xs named" }, text)),
      this.#ways(area),
      el("div", { class: "stack-2", id: "detail" }),
    ].filter(Boolean);
  }

  #value(figure) {
    const { view } = this.store;
    if (figure.value === null) {
      return [el("p", { class: "miss sm" }, swatch(reasonClass(figure.reason)), reasonText(view, figure))];
    }
    const text = valueText(view, figure, this.format);
    if (view.labels) return [el("p", { class: "big word" }, swatch(colourOf(view, figure), "large"), text)];
    const strip = drawStrip(view, figure, colourOf(view, figure), this.format);
    const scale = strip?.logarithmic ? el("p", { class: "xs mut" }, strings.log_scale) : null;
    return [
      el("p", { class: "big" }, el("span", { class: "num" }, text), el("small", {}, this.format.afterNumber(view.unit))),
      this.#againstCity(figure),
      strip ? el("div", { class: "strip" }, strip.drawing, scale) : null,
    ];
  }

  /** The ratio to the city's own value, where both are rates or levels. */
  #againstCity(figure) {
    const { view } = this.store;
    const exact = !figure.qualifier && figure.high === null;
    const alike = ["rate", "level"].includes(view.measure) && !view.summed && view.city?.value > 0;
    if (!exact || !alike) return null;
    const ratio = figure.value / view.city.value;
    const near = Math.abs(ratio - 1) < NEAR;
    const words = near ? strings.near_city : ratio >= 1 ? strings.times_city : strings.share_city;
    const value = this.format.number(view.city.value, view.decimals);
    const whole = view.whole[0].toLowerCase() + view.whole.slice(1);
    return el("p", { class: "sm mut2" }, fill(words, { ratio: this.format.number(ratio, ratio < 10 ? 1 : 0), value, whole }));
  }

  #facts(area, figure) {
    const { view } = this.store;
    const facts = [];
    if (figure.value !== null) {
      facts.push([strings.period, this.format.period(figure.period)], [strings.status, figure.status?.[1]]);
    }
    const rank = this.#rank(area);
    if (rank) facts.push(rank);
    if (view.target) facts.push([strings.target, view.target.scope ?? view.target.text]);
    const pairs = facts.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
    return pairs.length ? el("dl", { class: "kv" }, ...pairs) : null;
  }

  #rank(area) {
    const { view } = this.store;
    if (!view.ranked) return null;
    const standing = standingOf(view, area);
    const name = fill(strings.rank_in, { group: countOf(area.type, standing.total) });
    if (standing.why) return [name, standing.why];
    const words = standing.tied ? strings.rank_tied : strings.rank_of;
    return standing.rank ? [name, fill(words, { rank: standing.rank, total: standing.have })] : null;
  }

  /** Where to go from here: the area's own page, and the communes of a district. */
  #ways(area) {
    const { view } = this.store;
    const prefix = view.url.startsWith("/en/") ? "/en" : "";
    const day = new URL(view.url, location.href).searchParams.get("as_of");
    const href = `${prefix}/areas/${view.edition}/${area.code}${day ? `?as_of=${day}` : ""}`;
    const page = el("a", { class: "btn small pri", href }, strings.area_page);
    const drill = canDrill(view) && el("button", { type: "button", class: "btn small" }, strings.communes_inside);
    if (drill) drill.addEventListener("click", () => this.store.drill(area.code));
    return el("p", { class: "row" }, page, drill || null);
  }

  #edition() {
    const { valid_from: from, valid_to: to } = this.store.places.editions[this.store.view.edition];
    if (!from && !to) return "";
    return from ? fill(strings.since, { day: from }) : fill(strings.until, { day: to });
  }

  async #fetchDetail(area, turn) {
    const { view } = this.store;
    if (!view.detail) return;
    const response = await fetch(`${view.detail}&code=${encodeURIComponent(area.code)}`).catch(() => null);
    if (!response?.ok) return;
    const detail = await response.json();
    if (turn !== this.turn) return; // another area was chosen meanwhile
    drawBecame(detail.now);
    const [main, ...others] = detail.figures;
    const note = main?.note && main.note !== figureAt(view, area.index).note ? el("p", { class: "xs mut2" }, main.note) : null;
    const parts = main ? [verdict(detail), note, sourceLine(main)] : [];
    if (others.length) {
      const list = el("ul", { class: "xs mut2" }, ...others.map(otherFigure));
      parts.push(el("p", { class: "xs mut2" }, strings.others), list);
    }
    document.getElementById("detail").replaceChildren(...parts.filter(Boolean));
  }

  #say(code) {
    const { view } = this.store;
    const area = this.store.area(code);
    const figure = figureAt(view, area.index);
    const words = () => [
      this.format.withUnit(valueText(view, figure, this.format), view.unit),
      this.format.period(figure.period),
      figure.status?.[1],
    ];
    const value = figure.value === null ? reasonText(view, figure) : words().filter(Boolean).join(", ");
    this.live.textContent = [area.name, area.parent?.name, value, this.#rank(area)?.join(" ")].filter(Boolean).join(", ");
  }
}

/** What a former unit is now, below its name. */
function drawBecame(now) {
  const line = document.getElementById("became");
  line.replaceChildren(...becameParts(now, NOW, ({ name, href }) => el("a", { href }, name)));
  line.hidden = !now.length;
}

/** What the target says of the figure, and why. */
function verdict({ judgement }) {
  return judgement && el("p", { class: "sm" }, el("b", {}, `${judgement.label}. `), judgement.text);
}

function sourceLine({ source, origin }) {
  const text = `${source.publisher}: ${source.title}`;
  return el("p", { class: "src" }, `${strings.source}: `,
    source.url ? el("a", { href: source.url, rel: "noopener" }, text) : text,
    source.published ? `, ${source.published}` : "",
    source.secondary ? el("span", { class: "flag" }, strings.secondary) : "",
    ...(origin ? [", ", el("a", { class: "origin", href: origin.page }, strings.origin)] : []));
}

function otherFigure({ value, period, status, source }) {
  return el("li", {}, `${value} (${period}, ${status}; ${source.publisher})`);
}

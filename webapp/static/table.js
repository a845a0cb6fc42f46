/* The table beside the map: every area with its value, sortable, by kind of unit, linked both ways with the map. */

import { el, icon, reasonClass, swatch } from "./dom.js";
import { colourOf, countOf, figureAt, reasonText, standingOf, valueText } from "./figures.js";
import { capital } from "./format.js";
import { afterAll } from "./later.js";
import { fill, strings } from "./strings.js";

/** Takes over the page's table. Rows are built once for an edition and level; another view refills them. */
export class Table {
  constructor(store, format) {
    Object.assign(this, { store, format, rows: [], key: "", tab: "all", sort: null });
    this.table = document.getElementById("table");
    this.tabs = document.getElementById("tabs");
    this.scroller = document.getElementById("rank");
    this.under = document.getElementById("under");
    this.body = this.table.tBodies[0];
    this.body.addEventListener("click", (event) => this.#choose(event));
    this.body.addEventListener("keydown", (event) => this.#step(event));
    this.body.addEventListener("mouseover", (event) => store.hover(codeOf(event.target), "table"));
    this.body.addEventListener("mouseleave", () => store.hover(null, "table"));
    this.table.tHead.addEventListener("click", (event) => this.#sortBy(event));
    this.tabs.addEventListener("click", (event) => this.#filter(event));
    this.scroller.addEventListener("scroll", () => (this.scrolled = true), { passive: true });
    this.scroller.removeAttribute("tabindex"); // rows can take the focus themselves
    const show = () => this.show();
    store.on("view", () => afterAll(show));
    store.on("within", ({ by }) => by !== "view" && this.#enter());
    store.on("arrange", () => this.#arrangeAgain());
    store.on("select", ({ by }) => this.#mark(by));
  }

  /** Fill the table from the store's view. */
  show() {
    const { view } = this.store;
    if (view.empty) return;
    const key = `${view.edition}.${view.level}`;
    if (key !== this.key) this.#build(key);
    this.figures = this.store.areas().map((area) => figureAt(view, area.index));
    this.table.caption.textContent = `${view.title}: ${view.meta.join(", ")}`;
    this.#fillRows();
    this.#settle();
    this.#refresh();
    if (this.scrolled) this.scroller.scrollTop = 0;
    this.scrolled = false;
    this.#mark("view");
  }

  #build(key) {
    this.key = key;
    this.order = [];
    this.withParent = this.store.areas().some((area) => area.parent);
    this.table.classList.toggle("with-parent", this.withParent);
    this.rows = this.store.areas().map((area) => {
      const number = el("td", { class: "r mut" });
      const sign = swatch("nd");
      const button = el("button", { type: "button", class: "pickb", tabindex: -1 }, sign, el("span", {}, area.short));
      const value = el("td", { class: "r value" });
      const parent = this.withParent ? el("td", { class: "parent" }, area.parent?.short ?? "") : null;
      const row = el("tr", { "data-code": area.code }, number, el("th", { scope: "row" }, button), parent, value);
      return { area, row, number, button, sign, value };
    });
  }

  #fillRows() {
    const { view } = this.store;
    const shape = view.symbol === "circle" ? " round" : "";
    this.table.classList.toggle("words", Boolean(view.labels)); // codes are not ranked, so they need no numbers
    for (const { area, sign, value } of this.rows) {
      const figure = this.figures[area.index];
      const missing = figure.value === null;
      change(sign, "className", `sw ${missing ? reasonClass(figure.reason) : colourOf(view, figure) + shape}`);
      change(value, "className", missing ? "r value gone" : "r value");
      const text = missing ? reasonText(view, figure) : valueText(view, figure, this.format);
      change(value, "textContent", figure.carried && view.carried && !figure.estimate ? fill(strings.exact, { value: text }) : text);
    }
  }

  /** Show the communes of one district only, or all again. */
  #enter() {
    this.#arrangeAgain();
    this.scroller.scrollTop = 0;
  }

  #arrangeAgain() {
    const { view } = this.store;
    if (this.key !== `${view.edition}.${view.level}`) return; // the rows are still to come, and will be so arranged
    this.#settle();
    this.#refresh();
  }

  /** Order and kind of unit that the reader asked for; else the best first, of the kind that the figures are of. */
  #settle() {
    const { arranged, view } = this.store;
    const column = arranged.column === "parent" && !this.withParent ? "value" : (arranged.column ?? "value");
    this.sort = { column, rising: arranged.rising ?? (column !== "value" || view.direction === "lower") };
    const there = arranged.kind === "all" || this.rows.some(({ area }) => area.type === arranged.kind && this.#isInside(area));
    this.tab = there ? arranged.kind : this.#usualTab();
  }

  /** Whether a unit lies in the district that the reader looks into, if any. */
  #isInside({ parentCode }) {
    return !this.store.within || parentCode === this.store.within;
  }

  /** Kinds of unit with a tab each; all together last. */
  #usualTab() {
    const able = new Set(this.store.areas().filter((area) => this.#isInside(area))
      .filter((area) => this.figures[area.index].reason !== "not_applicable").map((area) => area.type));
    return able.size === 1 ? [...able][0] : "all";
  }

  #refresh() {
    this.table.classList.toggle("one-parent", Boolean(this.store.within));
    this.#drawTabs();
    this.#drawHead();
    const shown = this.#ordered();
    const visible = new Set(shown);
    const ranked = this.#areRanked();
    for (const entry of this.rows) change(entry.row, "hidden", !visible.has(entry));
    shown.forEach(({ area, number }, place) => {
      const text = ranked ? (standingOf(this.store.view, area).rank ?? "") : place + 1;
      change(number, "textContent", String(text));
    });
    this.#arrange([...shown, ...this.rows.filter((entry) => !visible.has(entry))]);
    this.#explain(ranked);
    this.#focusable(shown);
  }

  /** Put the rows in order, moving none if they are in it already. */
  #arrange(order) {
    if (order.every((entry, place) => entry === this.order[place])) return;
    this.order = order;
    this.body.replaceChildren(...order.map(({ row }) => row));
  }

  /** Whether the areas shown are of one kind and any of them has a rank. */
  #areRanked() {
    return this.#isOneKind() && this.#shownAreas().some((area) => standingOf(this.store.view, area).rank !== null);
  }

  #isOneKind() {
    return this.store.view.ranked && (this.tab !== "all" || new Set(this.rows.map(({ area }) => area.type)).size === 1);
  }

  #shownAreas() {
    return this.store.areas().filter(({ type }) => this.tab === "all" || type === this.tab);
  }

  #ordered() {
    const { column, rising } = this.sort;
    const sign = rising ? 1 : -1;
    const byName = (one, two) => this.format.compare(one.area.short, two.area.short);
    const order = {
      name: (one, two) => sign * byName(one, two),
      parent: (one, two) => sign * this.#byParent(one, two) || byName(one, two),
      value: (one, two) => this.#byValue(one, two, sign) || byName(one, two),
    }[column];
    return this.rows.filter(({ area }) => (this.tab === "all" || area.type === this.tab) && this.#isInside(area)).sort(order);
  }

  #byParent(one, two) {
    return this.format.compare(one.area.parent?.short ?? "", two.area.parent?.short ?? "");
  }

  #byValue(one, two, sign) {
    const [first, second] = [this.figures[one.area.index], this.figures[two.area.index]];
    const depth = (figure) => (figure.value !== null ? 0 : figure.reason === "not_applicable" ? 2 : 1);
    return depth(first) - depth(second) || sign * ((first.value ?? 0) - (second.value ?? 0));
  }

  #drawTabs() {
    const counts = new Map();
    const inside = this.rows.filter(({ area }) => this.#isInside(area));
    for (const { area } of inside) counts.set(area.type, (counts.get(area.type) ?? 0) + 1);
    const kinds = [...counts].sort((one, two) => two[1] - one[1]);
    const tab = (id, text) => el("button", { type: "button", "data-tab": id, "aria-pressed": String(id === this.tab) }, text);
    this.tabs.hidden = kinds.length < 2;
    this.tabs.replaceChildren(
      ...kinds.map(([type, n]) => tab(type, countOf(type, n))),
      tab("all", fill(strings.tab_all, { n: inside.length })),
    );
  }

  #drawHead() {
    const { view } = this.store;
    const head = (column, text, right) => {
      const sorted = this.sort.column === column ? (this.sort.rising ? "ascending" : "descending") : "none";
      const button = el("button", { type: "button", class: "sortb", "data-sort": column }, text, icon("sort"));
      return el("th", { scope: "col", class: right ? "r" : null, "aria-sort": sorted }, button);
    };
    this.table.tHead.rows[0].replaceChildren(...[
      el("th", { scope: "col", class: "r" }, this.#areRanked() ? strings.rank : strings.number),
      head("name", strings.area),
      this.withParent ? head("parent", strings.parent) : null,
      head("value", view.carried ? fill(strings.estimated, { unit: view.unit }) : view.unit || strings.state, true),
    ].filter(Boolean));
  }

  #explain(ranked) {
    const { view } = this.store;
    let text = strings.sort_state;
    if (ranked) text = view.direction === "lower" ? strings.best_low : strings.best_high;
    else if (view.labels) text = strings.sort_state;
    else if (view.carried) text = strings.no_order_estimates;
    else if (view.display === "change") text = strings.sort_state;
    else if (!view.ranked) text = strings.no_order;
    else if (!this.#isOneKind()) text = strings.mixed_types;
    else text = this.#whyNone();
    this.under.textContent = text;
  }

  /** Why no area of the kind that is shown has a rank. */
  #whyNone() {
    const { view } = this.store;
    const areas = this.#shownAreas();
    const why = areas.map((area) => standingOf(view, area).why).find(Boolean);
    return why ? `${capital(why)}.` : fill(strings.few, view.groups[areas[0].type]);
  }

  #choose(event) {
    const code = codeOf(event.target);
    if (code) this.store.select(code, "table");
  }

  #sortBy(event) {
    const column = event.target.closest("[data-sort]")?.dataset.sort;
    if (!column) return;
    const again = column === this.sort.column;
    this.store.arrange({ column, rising: again ? !this.sort.rising : column !== "value" || this.store.view.direction === "lower" });
    this.table.querySelector(`[data-sort=${column}]`).focus();
  }

  #filter(event) {
    const tab = event.target.closest("[data-tab]")?.dataset.tab;
    if (!tab) return;
    this.store.arrange({ kind: tab });
    this.tabs.querySelector(`[data-tab="${tab}"]`).focus();
  }

  /** One row takes the Tab key; arrows move between rows. */
  #focusable(shown) {
    for (const { button } of this.rows) button.tabIndex = -1;
    const chosen = shown.find(({ area }) => area.code === this.store.selected) ?? shown[0];
    if (chosen) chosen.button.tabIndex = 0;
  }

  #step(event) {
    const row = event.target.closest("tr");
    const way = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const next = way && row?.[way];
    if (!next || next.hidden) return;
    event.preventDefault();
    row.querySelector("button").tabIndex = -1;
    next.querySelector("button").tabIndex = 0;
    next.querySelector("button").focus();
  }

  #mark(by) {
    const { selected } = this.store;
    for (const { area, row, button } of this.rows) {
      const chosen = area.code === selected;
      if (row.classList.contains("sel") === chosen) continue;
      row.classList.toggle("sel", chosen);
      button.setAttribute("aria-pressed", String(chosen));
    }
    const entry = this.rows.find(({ area }) => area.code === selected);
    if (!entry || by === "table") return;
    if (entry.row.hidden && this.#isInside(entry.area)) this.#showAll(by);
    this.#reveal(entry.row);
  }

  /** Show the chosen area's kind too, unless the reader has left it out on purpose. */
  #showAll(by) {
    const { arranged } = this.store;
    if (!arranged.kind) {
      this.tab = "all";
      this.#refresh();
    } else if (!["view", "address"].includes(by)) this.store.arrange({ kind: "all" });
  }

  /** Bring a row into view inside the table's own box; where the page scrolls instead, leave the reader in place. */
  #reveal(row) {
    const { scroller } = this;
    this.scrolled = true;
    if (scroller.scrollHeight <= scroller.clientHeight + 4) return;
    scroller.scrollTop = row.offsetTop - scroller.clientHeight / 2;
  }
}

/** Set a property only where it differs, so that the browser lays out only what changed. */
function change(element, property, value) {
  if (element[property] !== value) element[property] = value;
}

function codeOf(element) {
  return element.closest("tr")?.dataset.code ?? null;
}

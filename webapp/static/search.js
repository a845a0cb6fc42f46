/* Search by name, a combobox: units of today first, then those of earlier editions, each with its dates. */

import { el } from "./dom.js";
import { becameParts, fill, strings } from "./strings.js";

const NOW = 2; // units that a former one became, named
const WAIT = 150; // milliseconds of quiet before asking

const HEADER = { form: "search", input: "q", list: "hits", finder: "find" };

/** Binds a search box, that of the header unless other ids are given; `go(hit)` does what a chosen hit is for. */
export class Search {
  constructor(address, lang, go, ids = HEADER) {
    Object.assign(this, { address, lang, go, hits: [], active: -1, turn: 0 });
    this.form = document.getElementById(ids.form);
    this.input = document.getElementById(ids.input);
    this.list = document.getElementById(ids.list);
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#ask(), WAIT);
    });
    this.input.addEventListener("keydown", (event) => this.#press(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // keep the focus in the box
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take(Number(option.dataset.at));
    });
    this.form.addEventListener("focusout", () => this.#close());
    this.input.addEventListener("focus", () => this.hits.length && this.input.value && this.#draw());
    if (ids.finder) this.#bindFinder(document.getElementById(ids.finder));
  }

  /** On narrow screens a button opens the box of the header. */
  #bindFinder(button) {
    this.finder = button;
    button.addEventListener("click", () => this.#unfold(!this.form.classList.contains("open")));
  }

  #unfold(open) {
    if (!this.finder) return;
    this.form.classList.toggle("open", open);
    this.finder.setAttribute("aria-expanded", String(open));
    if (open) this.input.focus();
  }

  async #ask() {
    const q = this.input.value.trim();
    const turn = ++this.turn;
    if (!q) return this.#close();
    const response = await fetch(`${this.address}?q=${encodeURIComponent(q)}&lang=${this.lang}`).catch(() => null);
    if (turn !== this.turn) return;
    const { areas = [], near = [] } = response?.ok ? await response.json() : {};
    this.found = areas.length;
    this.hits = areas.length ? [...areas.filter((hit) => !hit.valid_to), ...areas.filter((hit) => hit.valid_to)] : near;
    this.active = areas.length ? 0 : -1; // what is only alike is taken by choice alone
    this.#draw();
  }

  #draw() {
    const head = (text) => el("p", { class: "head", role: "presentation" }, text);
    const none = this.hits.length ? `${strings.no_hits} ${strings.near}` : strings.no_hits;
    const parts = this.found ? [] : [head(none)];
    this.hits.forEach((hit, at) => {
      if (this.found && (at === 0 || Boolean(hit.valid_to) !== Boolean(this.hits[at - 1].valid_to))) {
        parts.push(head(hit.valid_to ? strings.past : strings.now));
      }
      parts.push(this.#option(hit, at));
    });
    this.list.replaceChildren(...parts);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#point();
    document.getElementById("live").textContent = this.found ? fill(strings.hits, { n: this.found }) : none;
  }

  #option(hit, at) {
    const since = hit.valid_from ? fill(strings.hit_since, { day: day(hit.valid_from) }) : "";
    const dates = hit.valid_to ? fill(strings.hit_until, { day: day(hit.valid_to) }) : since;
    const parent = hit.valid_to ? hit.parent_name : null; // today's units lie in the city directly
    const words = [parent, dates, fill(strings.code, { code: hit.code })].filter(Boolean).join(", ");
    const now = hit.valid_to ? becameParts(hit.now ?? [], NOW).join("") : "";
    return el("div", { role: "option", id: `${this.list.id}-${at}`, "data-at": at, "aria-selected": "false" },
      el("span", {}, el("b", {}, hit.name), el("small", {}, words), now && el("small", {}, now)),
      el("span", { class: "tag" }, strings.types[hit.type] ?? hit.type));
  }

  #point() {
    const options = [...this.list.querySelectorAll("[role=option]")];
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    if (options[this.active]) {
      this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
      options[this.active].scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  #press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.hits.length) {
      if (this.list.hidden) this.#draw();
      this.active = (this.active + step + this.hits.length) % this.hits.length;
      this.#point();
    } else if (event.key === "Enter") this.#take(this.active);
    else if (event.key === "Escape" && !this.list.hidden) {
      this.#close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  #take(at) {
    const hit = this.hits[at];
    if (!hit || this.list.hidden) return;
    this.input.value = hit.name;
    this.#close();
    this.#unfold(false);
    this.go(hit);
  }

  #close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

/** A date as the page writes it, whether it came as `2025-07-01` or already so. */
function day(text) {
  return /^\d{4}-/.test(text) ? text.split("-").reverse().join("/") : text;
}

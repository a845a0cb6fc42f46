/* Edition, level, period and the rest; the same shapes as map/_switches.html draws for the first view.

   Many periods are a stepper with a list, and a slider beside it, which moves only when the reader moves it. */

import { el, icon, toast } from "./dom.js";
import { strings } from "./strings.js";

const FEW = 4; // more options than this become a stepper with a list
const SLIDES = 3; // periods from which a slider is of use
const WIDE = ["edition", "stratum", "display"];

/** Redraw the switches whenever the view changes, keeping the focus where it was. */
export function bindSwitches(store, router) {
  const bar = document.querySelector(".bar");
  bar.addEventListener("click", ({ target }) => {
    const why = target.closest("[aria-disabled][title]")?.title;
    if (why) toast(why); // a title alone cannot be read by touch
  });
  const slider = new Slider(store, router);
  const draw = () => {
    const giveBack = holdFocus(bar);
    const { switches } = store.view;
    const kept = slider.keep(switches.find(({ id }) => id === "period"));
    for (const old of bar.querySelectorAll("[data-switch]")) if (old !== kept) old.remove();
    const drawn = switches.map((each) => (each.id === "period" && kept ? kept : drawSwitch(each, slider)));
    const place = drawn.indexOf(kept);
    if (kept) kept.before(...drawn.slice(0, place));
    bar.append(...drawn.slice(place + 1));
    giveBack();
  };
  store.on("view", draw);
  draw();
}

/** What gives the focus back to the switch that has it, once that is drawn anew: to the option or arrow in the same
    place, so that it can be pressed again, or else to what is chosen. */
function holdFocus(bar) {
  const held = bar.contains(document.activeElement) && document.activeElement.closest("[data-switch]");
  if (!held) return () => {};
  const place = [...held.querySelector(".seg").children].findIndex((each) => each.contains(document.activeElement));
  return () => {
    if (bar.contains(document.activeElement)) return;
    const box = bar.querySelector(`[data-switch="${held.dataset.switch}"]`);
    const same = box?.querySelector(".seg").children[place];
    const able = same?.href ? same : same?.querySelector("summary");
    (able ?? box?.querySelector("a[aria-current], summary"))?.focus();
  };
}

function drawSwitch({ id, label, options }, slider) {
  const name = `label-${id}`;
  const choices = options.length > FEW ? stepper(options) : options.map(choice);
  if (!options.length) choices.push(el("span", { "aria-disabled": "true" }, strings.none_yet));
  const box = el("div", { class: WIDE.includes(id) ? "switch wide" : "switch", "data-switch": id },
    el("span", { class: "lbl", id: name }, label),
    el("div", { class: "seg", role: "group", "aria-labelledby": name }, ...choices));
  if (id === "period" && options.length >= SLIDES) slider.put(box, options);
  return box;
}

function choice({ label, href, current, disabled, reason }) {
  if (!disabled) return el("a", { href, "aria-current": current ? "true" : null }, label);
  return el("span", { "aria-disabled": "true", title: reason }, label, el("span", { class: "vh" }, ` (${reason})`));
}

function stepper(options) {
  const at = Math.max(0, options.findIndex(({ current }) => current));
  const list = el("div", { class: "menu" }, ...[...options].reverse().map(choice));
  return [
    step(options[at - 1], "left", strings.previous),
    el("details", { class: "pop from-left narrow", "aria-current": "true" },
      el("summary", {}, options[at].label, icon("down")), list),
    step(options[at + 1], "right", strings.next),
  ];
}

function step(option, name, label) {
  if (!option || option.disabled) return el("span", { class: "step", "aria-disabled": "true" }, icon(name));
  return el("a", { class: "step", href: option.href, "aria-label": `${label}: ${option.label}` }, icon(name));
}

/** A native slider over the periods. One drag is one step of the history, however many periods it passes. */
class Slider {
  constructor(store, router) {
    Object.assign(this, { store, router, box: null, options: [], moving: false, kept: false });
    this.input = el("input", { type: "range", class: "slider", min: 0, step: 1, "aria-label": strings.period });
    this.input.addEventListener("input", () => this.#move());
    this.input.addEventListener("change", () => Object.assign(this, { moving: false, kept: false }));
    for (const event of ["pointerenter", "focus"]) this.input.addEventListener(event, () => this.#prepare());
  }

  /** Stand in a switch. */
  put(box, options) {
    Object.assign(this, { box, options });
    this.input.max = options.length - 1;
    box.classList.add("with-slider");
    box.append(this.input);
    this.#point();
  }

  /** The switch as it stands, brought up to date, if it can serve the new view: a slider that is held must stay. */
  keep(period) {
    const same = this.box?.isConnected && period && period.options.length === this.options.length
      && period.options.every(({ label, disabled }, at) => label === this.options[at].label && disabled === this.options[at].disabled);
    if (!same) return (this.box = null);
    this.options = period.options;
    const seg = this.box.querySelector(".seg");
    seg.replaceChildren(...(period.options.length > FEW ? stepper(period.options) : period.options.map(choice)));
    this.#point();
    return this.box;
  }

  #point() {
    const at = this.options.findIndex(({ current }) => current);
    if (!this.moving) this.input.value = at;
    this.input.setAttribute("aria-valuetext", this.options[this.input.value]?.label ?? "");
  }

  async #move() {
    const option = this.options[this.input.value];
    this.moving = true;
    this.input.setAttribute("aria-valuetext", option.label);
    if (option.disabled) return;
    const how = this.kept ? "replace" : "push";
    if (await this.router.open(option.href, how)) this.kept = this.moving; // one overtaken on the way was never kept
  }

  #prepare() {
    for (const { href } of this.options) this.router.prefetch(href);
  }
}

/* Edition, level, period and stratum; the same shapes as map/_switches.html draws for the first view. */

import { el, icon, toast } from "./dom.js";
import { strings } from "./strings.js";

const FEW = 4; // more options than this become a stepper with a list

/** Redraw the switches whenever the view changes, keeping the focus where it was. */
export function bindSwitches(store) {
  document.querySelector(".bar").addEventListener("click", ({ target }) => {
    const why = target.closest("[aria-disabled][title]")?.title;
    if (why) toast(why); // a title alone cannot be read by touch
  });
  store.on("view", () => {
    const focused = document.activeElement?.closest("[data-switch]")?.dataset.switch;
    for (const old of document.querySelectorAll("[data-switch]")) old.remove();
    document.querySelector(".bar").append(...store.view.switches.map(drawSwitch));
    if (focused) document.querySelector(`[data-switch="${focused}"] :is(a[aria-current], summary)`)?.focus();
  });
}

function drawSwitch({ id, label, options }) {
  const name = `label-${id}`;
  const choices = options.length > FEW ? stepper(options) : options.map(choice);
  if (!options.length) choices.push(el("span", { "aria-disabled": "true" }, strings.none_yet));
  return el("div", { class: ["edition", "stratum"].includes(id) ? "switch wide" : "switch", "data-switch": id },
    el("span", { class: "lbl", id: name }, label),
    el("div", { class: "seg", role: "group", "aria-labelledby": name }, ...choices));
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
  if (!option) return el("span", { class: "step", "aria-disabled": "true" }, icon(name));
  return el("a", { class: "step", href: option.href, "aria-label": `${label}: ${option.label}` }, icon(name));
}

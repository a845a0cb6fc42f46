/* The list of indicators: filter by words, mark of the present one, and a sheet over the page on narrow screens. */

import { fold } from "./format.js";

/** Binds the picker to the store. */
export function bindPicker(store) {
  const panel = document.getElementById("picker");
  const links = [...panel.querySelectorAll(".ilist a")];
  bindFilter(panel, links);
  const close = bindSheet(panel);
  store.on("view", () => {
    for (const link of links) {
      const current = link.dataset.id === store.view.indicator;
      if (current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      if (current) link.closest("details").open = true;
    }
    document.getElementById("picked").textContent = store.view.title;
    close();
  });
  panel.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

function bindFilter(panel, links) {
  const input = document.getElementById("filter");
  const words = links.map((link) => fold(`${link.textContent} ${link.closest("details").querySelector("summary").textContent}`));
  const opened = new Map();
  input.addEventListener("input", () => {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    links.forEach((link, at) => (link.hidden = !wanted.every((word) => words[at].includes(word))));
    for (const theme of panel.querySelectorAll("details.theme")) {
      if (!opened.has(theme)) opened.set(theme, theme.open);
      theme.hidden = !theme.querySelector("a:not([hidden])");
      theme.open = wanted.length ? true : opened.get(theme);
    }
    if (!wanted.length) opened.clear();
  });
}

/** On narrow screens the panel covers the page like a dialog. Returns what closes it. */
function bindSheet(panel) {
  const opener = document.getElementById("open-picker");
  const others = [document.querySelector(".top"), ...panel.parentElement.children].filter((each) => each !== panel);
  const set = (open) => {
    panel.classList.toggle("open", open);
    for (const each of others) each.inert = open;
    if (open) {
      panel.setAttribute("role", "dialog");
      panel.setAttribute("aria-modal", "true");
      document.getElementById("close-picker").focus();
    } else {
      panel.setAttribute("role", "complementary");
      panel.removeAttribute("aria-modal");
    }
  };
  const close = () => {
    if (!panel.classList.contains("open")) return;
    set(false);
    opener.focus();
  };
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    set(true);
  });
  document.getElementById("close-picker").addEventListener("click", (event) => {
    event.preventDefault();
    close();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.classList.contains("open")) return;
    event.preventDefault();
    close();
  });
  matchMedia("(min-width: 1100px)").addEventListener("change", ({ matches }) => matches && close());
  return close;
}

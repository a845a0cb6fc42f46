"use strict";
/* Points from map to table and back; texts are those of the table. */
const tip = document.getElementById("tip");
const rows = new Map(Array.from(document.querySelectorAll("tr[data-code]"), (row) => [row.dataset.code, row]));
let shown = null;

function mark(code, on) {
  for (const shape of document.querySelectorAll(`svg [data-code="${code}"]`)) shape.classList.toggle("on", on);
  rows.get(code)?.classList.toggle("on", on);
}

function show(code, x, y) {
  if (code !== shown) {
    if (shown) mark(shown, false);
    if (code) mark(code, true);
    shown = code;
    const row = rows.get(code);
    tip.textContent = row ? Array.from(row.querySelectorAll("[data-tip]"), (cell) => cell.textContent.trim() + cell.dataset.tip).filter(Boolean).join("\n") : "";
  }
  tip.hidden = !tip.textContent || x === undefined;
  if (tip.hidden) return;
  tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 18}px`;
}

const code = (event) => event.target.closest("[data-code]")?.dataset.code ?? null;
for (const drawing of document.querySelectorAll("svg")) {
  drawing.addEventListener("pointermove", (event) => show(code(event), event.clientX, event.clientY));
  drawing.addEventListener("pointerleave", () => show(null));
}
document.querySelector("tbody").addEventListener("pointerover", (event) => show(code(event)));

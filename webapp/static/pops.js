/* Menus that open from a button: one click beside them or Escape closes them. */

/** Close what is open; after Escape the focus is on its button again. */
export function bindPops() {
  document.addEventListener("click", ({ target }) => {
    for (const open of document.querySelectorAll("details.pop[open]")) if (!open.contains(target)) open.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.pop[open]");
    if (!open) return;
    event.preventDefault();
    open.open = false;
    open.querySelector("summary").focus();
  });
}

/* An online map under ours, only where the service names one and only once a reader asks for it. */

import { el } from "./dom.js";

/** Binds the switch of the layer, if there is one. */
export function bindBasemap({ url, credit }, box, map) {
  const choice = document.querySelector("[data-layer=basemap]");
  if (!choice) return;
  const tiles = L.tileLayer(url, { maxZoom: 19 });
  const words = el("p", { class: "credit", hidden: true }, credit);
  box.append(words);
  choice.addEventListener("change", () => {
    if (choice.checked) tiles.addTo(map);
    else tiles.remove();
    map.getContainer().classList.toggle("over-tiles", choice.checked);
    words.hidden = !choice.checked || !credit;
  });
}

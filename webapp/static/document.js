/* Document pages: the search box leads to the page of a unit; long lists start folded on phones; wide tables
   are cut into sheets on paper. */

import { bindPops } from "./pops.js";
import { Search } from "./search.js";
import { bindSheets } from "./sheets.js";

const { areas } = document.getElementById("search").dataset;

new Search("/api/v1/search", document.documentElement.lang, (hit) => {
  location.assign(`${areas}/${hit.edition}/${hit.code}`);
});

bindPops();

for (const table of document.querySelectorAll(".doc.wide .mx")) bindSheets(table);

/** Opens the list that the address points into. Browsers that do so themselves are not in its way. */
function reveal() {
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details")?.setAttribute("open", "");
}

if (matchMedia("(max-width: 640px)").matches) {
  for (const list of document.querySelectorAll("[data-folded-on-phones]")) list.open = false;
  reveal();
  window.addEventListener("hashchange", reveal);
}

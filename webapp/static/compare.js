/* The page that sets areas beside each other: its own search box adds a unit as it is chosen. */

import { Search } from "./search.js";

const form = document.getElementById("add");
if (form) {
  const { areas, path } = form.dataset;
  const add = ({ edition, code }) => {
    const all = [...(areas ? areas.split(",") : []), `${edition}:${code}`];
    if (new Set(all).size === all.length) location.assign(`${path}${path.includes("?") ? "&" : "?"}areas=${all.join(",")}`);
  };
  new Search("/api/v1/search", document.documentElement.lang, add, { form: "add", input: "add-q", list: "add-hits" });
  form.querySelector("button").addEventListener("click", () => form.submit()); // the list of hits as a page, as without scripts
}

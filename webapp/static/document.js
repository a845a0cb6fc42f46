/* Document pages: the search box leads to the page of a unit. */

import { Search } from "./search.js";

const { areas } = document.getElementById("search").dataset;

new Search("/api/v1/search", document.documentElement.lang, (hit) => {
  location.assign(`${areas}/${hit.edition}/${hit.code}`);
});

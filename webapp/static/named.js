/* Places that the resolution names, as a layer that readers can switch on: outlines of units, never points. */

import { el } from "./dom.js";
import { strings } from "./strings.js";

/** Reads the places, finds those of a unit. */
class Named {
  constructor(places) {
    this.places = places;
  }

  /** Places that lie in a unit. */
  of(object, code) {
    return this.places.filter(({ areas }) => areas.some((area) => area.object === object && area.code === code));
  }

  /** All units in which places lie. */
  get units() {
    return this.places.flatMap(({ areas }) => areas);
  }
}

/** Binds the switch of the layer and the list of places below it. */
export function bindNamed(address, map, layers, store) {
  const box = document.querySelector("[data-layer=places]");
  const list = document.getElementById("places");
  let known = null;
  const show = async () => {
    if (box.checked) known ??= await fetchPlaces(address);
    store.name(box.checked ? known : null);
  };
  store.on("named", () => {
    layers.name(store.named?.units ?? []);
    list.replaceChildren(...(store.named?.places ?? []).map((place) => draw(place, (area) => goTo(area, map, layers, store))));
    list.hidden = !store.named;
  });
  box.addEventListener("change", show);
  store.on("layer", ({ on }) => {
    if (box.checked === on) return;
    box.checked = on;
    show();
  });
}

async function fetchPlaces(address) {
  const response = await fetch(address);
  return new Named(response.ok ? (await response.json()).places : []);
}

function goTo({ object, code }, map, layers, store) {
  if (object === store.view.object) return store.select(code, "search");
  map.fitBounds(L.latLngBounds(layers.shapeOf(object, code).polygons.flat(2)), { maxZoom: 12, padding: [60, 60], animate: false });
}

function draw({ name, action, locator, areas, source, note }, go) {
  const units = areas.map((area) => {
    const button = el("button", { type: "button", class: "link" }, area.name);
    button.addEventListener("click", () => go(area));
    return button;
  });
  return el("li", {},
    el("b", {}, name), el("p", {}, `${action} (${locator})`),
    el("p", {}, ...(units.length ? units : [el("span", { class: "mut" }, strings.nowhere)])),
    note ? el("p", { class: "mut" }, note) : null,
    source ? el("p", { class: "mut" }, `${strings.source}: ${source}`) : null);
}

/** Lines on the places in an area of the view or in its district, for tooltip and card. */
export function namedLines({ view, named }, area) {
  if (!named) return [];
  const found = [...named.of(view.object, area.code), ...(area.parentCode ? named.of(`${view.edition}.district`, area.parentCode) : [])];
  return found.map(({ name, action, locator }) => `${name}: ${action} (${locator})`);
}

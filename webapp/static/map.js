/* The map page: reads the view that the page carries, fetches names and shapes once, and joins the components. */

import { Card } from "./card.js";
import { bindControls } from "./controls.js";
import { colourOf, figureAt } from "./figures.js";
import { makeFormat } from "./format.js";
import { Geometry } from "./geometry.js";
import { bindHead } from "./head.js";
import { Inset } from "./inset.js";
import { Keyboard } from "./keyboard.js";
import { Labels } from "./labels.js";
import { Layers } from "./layers.js";
import { bindLegend } from "./legend.js";
import { bindPicker } from "./picker.js";
import { Places } from "./places.js";
import { Router } from "./router.js";
import { Search } from "./search.js";
import { createStore } from "./store.js";
import { fill, strings } from "./strings.js";
import { bindSwitches } from "./switches.js";
import { Table } from "./table.js";
import { Tooltip } from "./tooltip.js";
import { toast } from "./dom.js";

const DISTRICT_ZOOM = 10.5; // above it outlines are those of the district scale
const CLOSE_ZOOM = 12.5;

/** Called by the page's one inline script, with the Leaflet map that Folium made. */
export async function mount(map, config) {
  const view = JSON.parse(document.getElementById("view").textContent);
  const [gazetteer, topology] = await Promise.all([config.gazetteer, config.geometry].map(fetchJson))
    .catch(() => (toast(strings.failed), []));
  if (!topology) return;
  const format = makeFormat(config.lang);
  const asked = new URLSearchParams(location.search).get("area");
  const store = createStore(view, new Places(gazetteer, config.lang), asked);
  bindWords(store, format);
  const show = bindMap(map, new Geometry(topology), store, format);
  const router = new Router(store);
  new Search(config.search, config.lang, (hit) => find(hit, store, router));
  document.addEventListener("keydown", (event) => event.key === "Escape" && store.select(null, "key"));
  show();
}

async function fetchJson(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}

/** Everything that is not on the map. */
function bindWords(store, format) {
  bindHead(store);
  bindSwitches(store);
  bindPicker(store);
  bindLegend(document.getElementById("legend"), store, format);
  new Card(store, format);
  new Table(store, format).show();
}

/** Everything on the map. Returns what draws the first view. */
function bindMap(map, geometry, store, format) {
  const box = document.getElementById("mapbox");
  const layers = new Layers(map, geometry, store);
  const colour = (code) => colourOf(store.view, figureAt(store.view, store.area(code).index));
  const labels = new Labels(box, map, layers, store, colour);
  const inset = new Inset(box, map, layers, store, format);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const showAll = () => fitExactly(map, layers.cityBounds(), { paddingTopLeft: [inset.reach + 8, 14], paddingBottomRight: [48, 14] });

  new Tooltip(box, map, layers, store, format);
  new Keyboard(map, layers, store);
  bindControls(box, map, showAll);
  prepareContainer(map, store);
  map.on("click", () => store.select(null, "map"));
  map.on("zoomend", () => scaleOutlines(map));

  const draw = () => {
    if (store.view.empty) return;
    layers.show(store.view);
    layers.pick(store.selected);
    labels.draw();
  };
  store.on("view", ({ previous }) => {
    draw();
    if (previous.empty && !store.view.empty) showAll();
  });
  store.on("hover", () => layers.hover(store.hovered));
  store.on("select", ({ by }) => {
    if (store.view.empty) return;
    layers.pick(store.selected);
    labels.draw();
    if (store.selected && ["table", "search"].includes(by)) {
      map.fitBounds(layers.boundsOf(store.selected), { maxZoom: 12, padding: [60, 60], animate: !still.matches });
    }
  });
  return () => {
    draw();
    showAll();
    inset.draw();
    scaleOutlines(map);
    if (store.selected && !map.getBounds().contains(layers.boundsOf(store.selected))) map.fitBounds(layers.boundsOf(store.selected));
  };
}

/** Fit without rounding the zoom, so that the city fills the map at every size of window. */
function fitExactly(map, bounds, options) {
  const { zoomSnap } = map.options;
  map.options.zoomSnap = 0;
  map.fitBounds(bounds, { ...options, animate: false });
  map.options.zoomSnap = zoomSnap;
}

/** Name and role of the map for assistive technology; it is one stop of the Tab key. */
function prepareContainer(map, store) {
  const box = map.getContainer();
  const name = () => box.setAttribute("aria-label", fill(strings.map_label, { title: [store.view.title, ...store.view.meta].join(", ") }));
  box.setAttribute("role", "application");
  box.tabIndex = 0;
  store.on("view", name);
  name();
}

/** Line widths follow the zoom in three steps. */
function scaleOutlines(map) {
  const zoom = map.getZoom();
  const { classList } = map.getContainer();
  classList.toggle("z2", zoom > DISTRICT_ZOOM && zoom <= CLOSE_ZOOM);
  classList.toggle("z3", zoom > CLOSE_ZOOM);
}

/** Show a search hit: on this map, or on the map of its own edition and level. */
async function find(hit, store, router) {
  const { view } = store;
  if (hit.edition !== view.edition || hit.level !== view.level || view.empty) {
    const prefix = view.url.startsWith("/en/") ? "/en" : "";
    const query = new URLSearchParams({ edition: hit.edition, level: hit.level });
    if (!(await router.open(`${prefix}/map/${view.indicator}?${query}`)) || store.view.empty) {
      toast(fill(strings.elsewhere, { name: hit.name }));
      return;
    }
  }
  store.select(hit.code, "search");
}

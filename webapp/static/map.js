/* The map page: reads the view that the page carries, fetches names and shapes once, and joins the components. */

import { bindBasemap } from "./basemap.js";
import { Card } from "./card.js";
import { bindControls } from "./controls.js";
import { colourOf, figureAt } from "./figures.js";
import { makeFormat } from "./format.js";
import { Geometry } from "./geometry.js";
import { bindHead } from "./head.js";
import { Home } from "./home.js";
import { Inset } from "./inset.js";
import { Keyboard } from "./keyboard.js";
import { Labels } from "./labels.js";
import { Layers } from "./layers.js";
import { afterAll, afterPaint, rest } from "./later.js";
import { bindLegend } from "./legend.js";
import { bindNamed } from "./named.js";
import { bindPaper } from "./paper.js";
import { bindPicker } from "./picker.js";
import { Places } from "./places.js";
import { Router } from "./router.js";
import { Search } from "./search.js";
import { createStore } from "./store.js";
import { fill, strings } from "./strings.js";
import { bindSwitches } from "./switches.js";
import { Table } from "./table.js";
import { Tooltip } from "./tooltip.js";
import { bindTrail } from "./trail.js";
import { toast } from "./dom.js";

const EVERYWHERE = "area_km2"; // the indicator that has a figure for every unit of every edition
const BESIDE_PAD = 104; // pixels that the arrows take from the right, where the inset leaves the city no other room
const DISTRICT_ZOOM = 10.5; // above it outlines are those of the district scale
const CLOSE_ZOOM = 12.5;

/** Called by the page's one inline script, with the Leaflet map that Folium made. */
export async function mount(map, config) {
  const view = JSON.parse(document.getElementById("view").textContent);
  const [gazetteer, topology] = await Promise.all([config.gazetteer, config.geometry].map(fetchJson))
    .catch(() => (toast(strings.failed), []));
  if (!topology) return;
  const format = makeFormat(config.lang);
  const asked = new URLSearchParams(location.search);
  const store = createStore(view, new Places(gazetteer, config.lang), asked.get("area"));
  const router = new Router(store);
  bindWords(store, router, format);
  await rest();
  const { show, home } = await bindMap(map, new Geometry(topology), store, router, format, config);
  new Search(config.search, config.lang, (hit) => (isAlone(hit, store.places) ? home.show() : find(hit, store, router)));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) store.select(null, "key");
  });
  const card = new Card(store, format); // hears a choice made before it is first shown
  home.show();
  await rest();
  show();
  afterPaint(() => card.show());
  afterAll(() => new Table(store, format).show());
  router.restore(asked);
}

async function fetchJson(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}

/** What is around the map and in view with it; the card and the table follow once the map is painted. */
function bindWords(store, router, format) {
  bindHead(store);
  bindSwitches(store, router);
  bindPicker(store);
  bindLegend(document.getElementById("legend"), store, format);
}

/** Everything on the map. Resolves to what draws the first view, and the view of the whole city. */
async function bindMap(map, geometry, store, router, format, config) {
  const box = document.getElementById("mapbox");
  const layers = new Layers(map, geometry, store);
  await rest();
  const colour = (code) => colourOf(store.view, figureAt(store.view, store.area(code).index));
  const labels = new Labels(box, map, layers, store, colour);
  const inset = new Inset(box, map, layers, store, format);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const right = () => (inset.reach && !("paper" in box.dataset) ? BESIDE_PAD : 48);
  const home = new Home(map, () => [layers.cityBounds(), { paddingTopLeft: [inset.reach + 8, 14], paddingBottomRight: [right(), 14] }]);

  new Tooltip(box, map, layers, store, format);
  new Keyboard(map, layers, store);
  bindControls(box, map, home);
  bindPaper(box, map, home, () => {
    inset.draw();
    labels.draw();
  });
  bindTrail(box, store, router, layers, (bounds) => {
    if (bounds) map.fitBounds(bounds, { padding: [30, 30], animate: !still.matches });
    else home.show();
  });
  bindNamed(config.places, map, layers, store);
  bindBasemap(config.basemap, box, map);
  prepareContainer(map, store);
  map.on("click", () => store.select(null, "map"));
  map.on("zoomend", () => scaleOutlines(map));

  const draw = (previous) => {
    if (store.view.empty) return;
    if (previous?.empty) map.invalidateSize({ animate: false });
    const whole = !previous || previous.empty || home.isShown();
    if (previous?.object !== store.view.object) layers.clear();
    if (whole) home.keep(); // before shapes are added, or they would be projected twice
    layers.show(store.view);
    layers.pick(store.selected);
  };
  store.on("view", ({ previous }) => draw(previous));
  store.on("expect", (next) => layers.prepare(next));
  store.on("hover", () => layers.hover(store.hovered));
  store.on("select", ({ by }) => {
    if (store.view.empty) return;
    layers.pick(store.selected);
    if (store.selected && ["table", "search"].includes(by)) {
      map.fitBounds(layers.boundsOf(store.selected), { maxZoom: 12, padding: [60, 60], animate: !still.matches });
    }
  });
  const show = () => {
    draw();
    scaleOutlines(map);
    for (const part of [inset, labels]) afterPaint(() => part.draw());
  };
  return { show, home };
}

/** Name and role of the map for assistive technology; it is one stop of the Tab key. */
function prepareContainer(map, store) {
  const box = map.getContainer();
  const name = () => {
    const title = [store.view.title, ...store.view.meta].join(", ");
    box.setAttribute("aria-label", fill(strings.map_label, { title }));
  };
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

/** Whether a hit is the one unit of its level: then the whole map is it. */
const isAlone = ({ edition, level }, places) => level === "city" && places.list(edition, level).length < 2;

/** Show a search hit: on this map, on the indicator's map of its edition and level, or else on the map of areas. */
async function find(hit, store, router) {
  const { view } = store;
  if (hit.edition !== view.edition || hit.level !== view.level || view.empty) {
    const indicator = (await hasFigures(view.indicator, hit)) ? view.indicator : EVERYWHERE;
    const query = new URLSearchParams({ edition: hit.edition, level: hit.level });
    const prefix = view.url.startsWith("/en/") ? "/en" : "";
    const known = store.places.find(hit.edition, hit.level, hit.code);
    if (!known) return location.assign(`${prefix}/map/${indicator}?${query}&area=${hit.code}`); // it is in another part
    if (!(await router.open(`${prefix}/map/${indicator}?${query}`))) return;
    if (indicator !== view.indicator) toast(fill(strings.elsewhere, { name: hit.name, title: store.view.title }));
  }
  store.select(hit.code, "search");
}

/** Whether an indicator has any figure at the edition and level of a unit. */
async function hasFigures(indicator, { edition, level }) {
  const { periods } = await fetchJson(`/api/v1/indicators/${indicator}`).catch(() => ({}));
  return Boolean(periods?.[edition]?.[level]?.length);
}

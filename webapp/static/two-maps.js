/* Two maps that move together: what is pointed at or chosen on one is so on the other, where both show the same units. */

import { bindControls } from "./controls.js";
import { colourOf, figureAt, valueText, reasonText } from "./figures.js";
import { makeFormat } from "./format.js";
import { Geometry } from "./geometry.js";
import { Home } from "./home.js";
import { Keyboard } from "./keyboard.js";
import { Labels } from "./labels.js";
import { Layers } from "./layers.js";
import { bindPaper } from "./paper.js";
import { Places } from "./places.js";
import { createStore } from "./store.js";
import { fill, strings } from "./strings.js";
import { Tooltip } from "./tooltip.js";
import { el, toast } from "./dom.js";

const PADDING = { paddingTopLeft: [8, 14], paddingBottomRight: [48, 14] };
const BESIDE = [324, 380]; // CSS pixels of each map on paper, two in a row
const expected = [...document.querySelectorAll(".mapbox")].length;
const waiting = [];

/** Called by the page's inline script once for each of its Leaflet maps. */
export function mount(map, config) {
  waiting.push({ map, config });
  if (waiting.length === expected) start(waiting).catch(() => toast(strings.failed));
}

async function start(all) {
  const addresses = new Map(all.flatMap(({ config }) => [config.gazetteer, config.geometry]).map((each) => [each, fetchJson(each)]));
  const objects = new Set(all.map(({ config }) => viewOf(config).object));
  const asked = objects.size === 1 ? new URLSearchParams(location.search).get("area") : null; // a code is of one edition
  const sides = [];
  for (const { map, config } of all) {
    sides.push(draw(map, config, await addresses.get(config.gazetteer), await addresses.get(config.geometry), asked));
  }
  bindZoom(sides);
  if (sides.length === 2) join(...sides);
  for (const side of sides) listen(side, sides);
  const { selected } = sides[0].store;
  mark(selected);
  if (selected) keep(selected);
}

async function fetchJson(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}

const viewOf = ({ side }) => JSON.parse(document.getElementById(`view-${side}`).textContent);

function draw(map, config, gazetteer, topology, asked) {
  const view = viewOf(config);
  const box = document.getElementById(`box-${config.side}`);
  const format = makeFormat(config.lang);
  const store = createStore(view, new Places(gazetteer, config.lang), asked);
  const layers = new Layers(map, new Geometry(topology), store);
  const home = new Home(map, () => [layers.cityBounds(), PADDING]);
  home.show();
  layers.show(view);
  layers.pick(store.selected);
  const labels = new Labels(box, map, layers, store, (code) => colourOf(view, figureAt(view, store.area(code).index)));
  new Tooltip(box, map, layers, store, format);
  new Keyboard(map, layers, store);
  labels.draw();
  bindPaper(box, map, home, () => labels.draw(), BESIDE);
  const container = map.getContainer();
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", fill(strings.map_label, { title: [view.title, ...view.meta].join(", ") }));
  container.tabIndex = 0;
  return { map, store, layers, home, format };
}

/** One set of buttons for both maps; both keep the whole city in view when they change size. */
function bindZoom([first, second]) {
  bindControls(document.getElementById("two"), first.map, first.home);
  if (!second) return;
  new ResizeObserver(() => {
    const whole = second.home.isShown();
    second.map.invalidateSize({ pan: !whole, animate: false });
    if (whole) second.home.show();
  }).observe(second.map.getContainer());
}

/** Let two maps move together, and share what is pointed at and chosen. */
function join(one, two) {
  let moving = false;
  for (const [from, to] of [[one, two], [two, one]]) {
    from.map.on("move", () => {
      if (moving) return;
      moving = true;
      to.map.setView(from.map.getCenter(), from.map.getZoom(), { animate: false });
      moving = false;
    });
  }
  if (one.store.view.object !== two.store.view.object) return;
  for (const [from, to] of [[one, two], [two, one]]) {
    from.store.on("hover", ({ by }) => by !== "link" && to.store.hover(from.store.hovered, "link"));
    from.store.on("select", ({ by }) => by !== "link" && to.store.select(from.store.selected, "link"));
  }
}

/** What follows a choice: outlines, the row of the table, the address, the words for screen readers. */
function listen({ map, store, layers }, sides) {
  map.on("click", () => store.select(null, "map"));
  store.on("hover", ({ by }) => {
    layers.hover(store.hovered);
    if (by === "key" && store.hovered) say(store.hovered, sides);
  });
  store.on("select", ({ by }) => {
    layers.pick(store.selected);
    if (by === "link") return;
    if (new Set(sides.map((side) => side.store.view.object)).size === 1) {
      mark(store.selected);
      keep(store.selected);
    }
    if (store.selected) say(store.selected, sides);
  });
}

function mark(code) {
  const table = document.getElementById("pairs");
  if (!table) return;
  for (const row of table.querySelectorAll("tr.sel")) row.classList.remove("sel");
  const row = code && table.querySelector(`tr[data-code="${CSS.escape(code)}"]`);
  if (!row) return;
  row.classList.add("sel");
  const box = table.parentElement;
  box.scrollTop = row.offsetTop - box.clientHeight / 2;
}

/** Hold a choice in the address, and in what leads from here to other pairs of maps. */
function keep(code) {
  history.replaceState(null, "", withArea(location.href, code));
  for (const link of document.querySelectorAll('a[href*="/two-maps?"]')) link.href = withArea(link.href, code);
  for (const form of document.querySelectorAll(".chooser")) {
    form.querySelector("[name=area]")?.remove();
    if (code) form.append(el("input", { type: "hidden", name: "area", value: code }));
  }
}

function withArea(address, code) {
  const url = new URL(address, location.href);
  if (code) url.searchParams.set("area", code);
  else url.searchParams.delete("area");
  return url.pathname + url.search.replaceAll("%2C", ",").replaceAll("%3D", "=");
}

function say(code, sides) {
  const words = sides.flatMap(({ store, format }) => {
    const area = store.area(code);
    if (!area) return [];
    const figure = figureAt(store.view, area.index);
    const value = figure.value === null ? reasonText(store.view, figure) : format.withUnit(valueText(store.view, figure, format), store.view.unit);
    return [`${store.view.title}: ${value}`];
  });
  const name = sides.map(({ store }) => store.area(code)?.name).find(Boolean);
  document.getElementById("live").textContent = [name, ...words].join(", ");
}

/* What lies on the map, from below: neighbours, areas, circles, upper outlines, named places, pointed-at and chosen outline.

   Areas of an edition and level are one Leaflet group, built when first shown and swapped in afterwards; another
   period or indicator changes only the classes of its paths. While the whole city is in view, shapes have fewer points. */

import { colourOf, figureAt } from "./figures.js";
import { circleRadius, largestValue } from "./circles.js";
import { afterPaint } from "./later.js";
import { canDrill } from "./trail.js";

const EXACT = { smoothFactor: 0, noClip: true }; // Leaflet would thin each ring on its own and open gaps between neighbours
const PANES = { context: 300, circles: 405, outlines: 410, named: 415, hovered: 420, picked: 430 };

/** A polygon that carries its unit's code on its path, and can change class while shown. */
const AreaPath = L.Polygon.extend({
  onAdd(map) {
    L.Polygon.prototype.onAdd.call(this, map);
    this.getElement().dataset.code = this.options.code;
  },
  setClass(name) {
    if (this.options.className === name) return;
    this.options.className = name;
    this.getElement()?.setAttribute("class", `${name} leaflet-interactive`);
  },
});

/** Leaflet rounds to whole pixels, which makes small shapes ragged; a tenth is enough and keeps paths short. */
function tenths(point) {
  return L.point(Math.round(10 * point.x) / 10, Math.round(10 * point.y) / 10);
}

const NEAR = 10.75; // above this zoom shapes have all their points

/** Draws views on a Leaflet map. */
export class Layers {
  constructor(map, geometry, store) {
    map.latLngToLayerPoint = (latlng) => tenths(map.project(latlng).subtract(map.getPixelOrigin()));
    Object.assign(this, { map, geometry, store, groups: new Map(), lines: new Map(), shown: [], radii: new Map() });
    this.renderers = {};
    for (const [name, level] of Object.entries(PANES)) {
      map.createPane(name).style.zIndex = level;
      map.getPane(name).style.pointerEvents = name === "circles" ? "" : "none";
      this.renderers[name] = L.svg({ pane: name, padding: 0.3 });
    }
    this.renderers.areas = L.svg({ padding: 0.3 });
    afterPaint(() => this.#drawContext());
    this.hovered = this.#frame("hovered", "hov");
    this.picked = this.#frame("picked", "pick");
    this.circles = L.featureGroup().addTo(map);
    this.#listen(this.circles);
    this.coarse = true;
    map.on("zoomend", () => {
      if (this.shown.length && this.coarse !== this.#isFar()) this.show(store.view);
    });
  }

  /** Show a view: swap groups if it is of other units, then give each path its class. */
  show(view) {
    this.coarse = this.#isFar();
    const group = this.#group(view.object);
    const wanted = [group.layer, ...(view.outline ? [this.#outline(view.outline)] : []), this.#cityLine()];
    for (const layer of this.shown) if (!wanted.includes(layer)) layer.remove();
    for (const layer of wanted) layer.addTo(this.map);
    this.shown = wanted;
    this.#paint(view, group);
  }

  /** Make the shapes of a view that will probably be shown next. */
  prepare({ object }) {
    if (object) this.#group(object);
  }

  /** Take the shapes off the map, so that it can move without them. */
  clear() {
    for (const layer of this.shown) layer.remove();
    this.circles.clearLayers();
    this.shown = [];
  }

  /** Draw the outline of the pointed-at area, or of none. */
  hover(code) {
    if (code !== this.pointedAt) this.#place(this.hovered, code);
    this.pointedAt = code;
  }

  /** Draw the outline of the chosen area, or of none. */
  pick(code) {
    this.#place(this.picked, code);
  }

  /** Draw the outlines of units that are named somewhere, given as `{object, code}`, instead of those before. */
  name(units) {
    for (const line of this.named ?? []) line.remove();
    const rings = units.flatMap(({ object, code }) => this.shapeOf(object, code)?.polygons ?? []);
    this.named = rings.length ? ["named-c", "named-l"].map((style) => this.#line("named", style, rings.flat()).addTo(this.map)) : [];
  }

  /** The shape of a unit of any object with all its points, or undefined. */
  shapeOf(object, code) {
    this.byCode ??= new Map();
    if (!this.byCode.has(object)) this.byCode.set(object, new Map(this.geometry.shapes(object).map((shape) => [shape.code, shape])));
    return this.byCode.get(object).get(code);
  }

  /** The shape of an area of the view. */
  shape(code) {
    return this.shapeOf(this.store.view.object, code);
  }

  /** Bounds of one area of the view. */
  boundsOf(code) {
    return L.latLngBounds(this.shape(code).polygons.flat(2));
  }

  /** Bounds of a district. */
  districtBounds(code) {
    return L.latLngBounds(this.shapeOf(`${this.store.view.edition}.district`, code).polygons.flat(2));
  }

  /** Bounds of the whole city. */
  cityBounds() {
    this.bounds ??= this.#cityLine().getBounds();
    return this.bounds;
  }

  #paint(view, group) {
    const symbols = view.symbol === "circle";
    const { within } = this.store;
    const circles = [];
    const most = symbols ? largestValue(view) : 0;
    for (const area of this.store.areas()) {
      const path = group.paths.get(area.code);
      if (!path) continue;
      const figure = figureAt(view, area.index);
      const colour = colourOf(view, figure);
      const out = within && area.parentCode !== within ? " out" : "";
      path.setClass(`ar ${symbols && figure.value !== null ? "nu" : colour}${out}`);
      if (symbols && figure.value !== null && !out) circles.push({ area, colour, value: figure.value });
    }
    this.circles.clearLayers();
    this.radii = new Map();
    circles.sort((one, two) => Math.abs(two.value) - Math.abs(one.value)); // small ones on top, or they could not be reached
    for (const circle of circles) this.#circle(circle, circleRadius(circle.value, most, view.areas.value.length));
  }

  #circle({ area, colour, value }, radius) {
    this.radii.set(area.code, radius);
    const circle = L.circleMarker(this.shape(area.code).anchor, {
      radius, code: area.code, className: `ci ${colour}${value === 0 ? " zero" : ""}`,
      renderer: this.renderers.circles, pane: "circles", bubblingMouseEvents: false,
    });
    this.circles.addLayer(circle);
    circle.getElement().dataset.circle = area.code;
  }

  #isFar() {
    return (this.map.getZoom() ?? 0) <= NEAR;
  }

  #group(object) {
    const key = `${object}|${this.coarse}`;
    if (!this.groups.has(key)) {
      const paths = new Map();
      const layer = L.featureGroup();
      for (const { code, polygons } of this.geometry.shapes(object, this.coarse)) {
        const options = { ...EXACT, code, className: "ar", renderer: this.renderers.areas };
        const path = new AreaPath(polygons, { ...options, bubblingMouseEvents: false });
        paths.set(code, path);
        layer.addLayer(path);
      }
      this.#listen(layer);
      this.groups.set(key, { layer, paths });
    }
    return this.groups.get(key);
  }

  #listen(group) {
    const at = (event) => event.containerPoint;
    group.on("mouseover mousemove", (event) => this.store.hover(event.layer.options.code, "map", at(event)));
    group.on("mouseout", () => this.store.hover(null, "map"));
    group.on("click", (event) => {
      const { code } = event.layer.options;
      if (code === this.store.selected && canDrill(this.store.view)) return this.store.drill(code);
      this.store.select(code, "map");
      this.store.hover(code, "map", at(event)); // by touch nothing was pointed at before
    });
  }

  #line(pane, className, lines) {
    return L.polyline(lines, { ...EXACT, className, interactive: false, pane, renderer: this.renderers[pane] });
  }

  #outline(object) {
    return this.#kept(`${object}|${this.coarse}`, () => {
      const lines = this.geometry.inner(object, this.coarse);
      return L.layerGroup(["up-c", "up"].map((name) => this.#line("outlines", name, lines)));
    });
  }

  #cityLine() {
    return this.#kept(`city|${this.coarse}`, () => {
      return this.#line("outlines", "cityline", this.geometry.outer(this.store.view.object, this.coarse));
    });
  }

  #kept(key, make) {
    if (!this.lines.has(key)) this.lines.set(key, make());
    return this.lines.get(key);
  }

  #drawContext() {
    const options = { ...EXACT, interactive: false, pane: "context", renderer: this.renderers.context };
    for (const shape of this.geometry.shapes("neighbours", true)) {
      L.polygon(shape.polygons, { ...options, className: "ctx" }).addTo(this.map);
    }
    this.#line("context", "ctx-b", this.geometry.inner("neighbours", true)).addTo(this.map);
  }

  #frame(pane, name) {
    return [`${name}-c`, `${name}-l`].map((className) => {
      const options = { ...EXACT, className, fill: false, interactive: false, pane, renderer: this.renderers[pane] };
      return L.polygon([], options).addTo(this.map);
    });
  }

  #place(frame, code) {
    const shape = code === null ? null : this.shape(code);
    for (const path of frame) path.setLatLngs(shape ? shape.polygons : []);
  }
}

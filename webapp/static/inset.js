/* The inner city enlarged, in the empty south-west of the map while the whole city is in view. */

import { el, svg } from "./dom.js";
import { colourOf, figureAt } from "./figures.js";
import { afterPaint } from "./later.js";
import { isDark, placeNames, squareOf } from "./naming.js";
import { fill, strings } from "./strings.js";

const INNER_CITY = [[20.962, 105.765], [21.079, 105.882]]; // the quarters within the second ring road, by eye
const [WIDTH, HEIGHT] = [262, 280]; // pixels
const WHOLE = 10.6; // above this zoom the inner city can be read on the map itself
const ROOM = { width: 660, height: 420 };
const WIDE = matchMedia("(min-width: 1100px)");

/** Draws the inset where there is room and something to see, and marks its frame on the map. */
export class Inset {
  constructor(box, map, layers, store, format) {
    Object.assign(this, { box, map, layers, store, format });
    this.caption = el("figcaption");
    this.drawing = svg("svg", { width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
    this.figure = el("figure", { class: "inset", hidden: true }, this.caption, this.drawing);
    box.append(this.figure);
    const options = { pane: "outlines", renderer: layers.renderers.outlines, interactive: false };
    this.frame = L.rectangle(INNER_CITY, { ...options, className: "inset-f", fill: false });
    this.#listen();
    const draw = () => this.draw();
    store.on("view", () => afterPaint(draw));
    store.on("select", () => this.#outline());
    map.on("zoomend resize", () => this.#settle());
  }

  /** Whether the inset is wanted for the store's view in a map of the present size. */
  wanted() {
    const { view } = this.store;
    const { x, y } = this.map.getSize();
    const roomy = x >= ROOM.width && y >= ROOM.height;
    const apt = WIDE.matches || "paper" in this.box.dataset;
    return roomy && apt && view.level === "commune" && this.#hasFigures();
  }

  /** Width of the map that the inset takes from the left. */
  get reach() {
    return this.wanted() ? WIDTH + 24 : 0;
  }

  /** Redraw for a new view. */
  draw() {
    if (this.wanted()) this.#paint();
    this.#settle();
  }

  #settle() {
    const show = this.wanted() && this.map.getZoom() <= WHOLE;
    if (show && !this.inside) this.#paint();
    this.figure.hidden = !show;
    if (show) this.frame.addTo(this.map);
    else this.frame.remove();
    if (show) this.#caption();
  }

  /** Whether most of the inner city has a figure; enlarged gaps say nothing. */
  #hasFigures() {
    const { view } = this.store;
    const inner = L.latLngBounds(INNER_CITY);
    const isInner = ({ code }) => inner.contains(this.layers.shape(code)?.polygons[0][0][0] ?? [0, 0]);
    const areas = this.store.areas().filter(isInner);
    return areas.filter(({ index }) => figureAt(view, index).value !== null).length > areas.length / 2;
  }

  #caption() {
    const [south, north] = INNER_CITY.map((corner) => this.map.project(corner));
    const ratio = Math.min(WIDTH / (north.x - south.x), HEIGHT / (south.y - north.y));
    this.caption.textContent = fill(strings.inset, { ratio: this.format.number(ratio, 1) });
  }

  /** Pixel of a position inside the inset, on the same projection as the map. */
  #at(latlng) {
    const [west, east] = INNER_CITY.map((corner) => this.map.project(corner, 0));
    const scale = Math.min(WIDTH / (east.x - west.x), HEIGHT / (west.y - east.y));
    const point = this.map.project(latlng, 0);
    return [(point.x - west.x) * scale, (point.y - east.y) * scale];
  }

  #path(shape) {
    const spot = (latlng) => this.#at(latlng).map((each) => each.toFixed(1)).join(" ");
    const ring = (points) => `M${points.map(spot).join("L")}Z`;
    return shape.polygons.flat().map(ring).join("");
  }

  #paint() {
    const { view } = this.store;
    const area = L.latLngBounds(INNER_CITY).pad(0.2);
    this.inside = this.store.areas().map((unit) => ({ unit, shape: this.layers.shape(unit.code) }))
      .filter(({ shape }) => shape && area.intersects(L.latLngBounds(shape.polygons.flat(2))));
    const paths = this.inside.map(({ unit, shape }) => svg("path", {
      class: `ar ${this.#colour(unit)}`, d: this.#path(shape), "data-inset": unit.code,
    }));
    this.names = svg("g", { class: "names" });
    this.drawing.replaceChildren(...paths, ...this.#circles(), this.names);
    this.#writeNames();
    this.#outline();
  }

  #colour(unit) {
    const { view } = this.store;
    return this.layers.radii.has(unit.code) ? "nu" : colourOf(view, figureAt(view, unit.index));
  }

  /** The map's circles at their own size, where they no longer cover each other. */
  #circles() {
    const { view } = this.store;
    const circled = this.inside.filter(({ unit }) => this.layers.radii.has(unit.code));
    return circled.map(({ unit, shape }) => {
      const [cx, cy] = this.#at(shape.anchor);
      const colour = colourOf(view, figureAt(view, unit.index));
      return svg("circle", { class: `ci ${colour}`, cx, cy, r: this.layers.radii.get(unit.code), "data-inset": unit.code });
    });
  }

  #writeNames() {
    const names = this.inside.map(({ unit, shape }) => {
      const style = isDark(this.#colour(unit)) ? "lab sm inv" : "lab sm";
      return { shape, text: unit.short, style, size: 10.5, below: this.layers.radii.get(unit.code) };
    }).sort((one, two) => two.shape.area - one.shape.area);
    const edges = [[-999, 999, -999, 0], [-999, 999, HEIGHT, 999], [-999, 0, -999, 999], [WIDTH, 999, -999, 999]];
    const taken = edges.map(([left, right, top, bottom]) => ({ left, right, top, bottom }));
    const { radii } = this.layers;
    const circled = this.inside.filter(({ unit }) => radii.has(unit.code));
    taken.push(...circled.map(({ unit, shape }) => squareOf(this.#at(shape.anchor), radii.get(unit.code))));
    this.names.replaceChildren(...placeNames(names, (latlng) => this.#at(latlng), taken));
  }

  #outline() {
    for (const old of this.drawing.querySelectorAll(".pick-c, .pick-l")) old.remove();
    const shape = this.inside?.find(({ unit }) => unit.code === this.store.selected)?.shape;
    if (!shape) return;
    this.names.before(...["pick-c", "pick-l"].map((name) => svg("path", { class: name, d: this.#path(shape) })));
  }

  #listen() {
    const code = (event) => event.target.dataset?.inset ?? null;
    const at = (event) => {
      const { left, top } = this.box.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    this.drawing.addEventListener("mousemove", (event) => this.store.hover(code(event), "map", at(event)));
    this.drawing.addEventListener("mouseleave", () => this.store.hover(null, "map"));
    this.drawing.addEventListener("click", (event) => {
      this.store.select(code(event), "map");
      this.store.hover(code(event), "map", at(event));
    });
  }
}

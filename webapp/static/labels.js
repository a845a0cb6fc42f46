/* Names on the map, written anew after every move: the chosen area first, then largest first, then the neighbours. */

import { svg } from "./dom.js";
import { isInside, signedDistance } from "./geometry.js";
import { afterPaint } from "./later.js";
import { boxAt, extent, forgetWidths, isDark, isFree, placeNames, squareOf, textWidth } from "./naming.js";

const CLOSE = 11.5; // from this zoom the areas' own names take the place of the districts'
const FURNITURE = ".zoom, .pad, .layers > summary, .trail:not([hidden]), .inset:not([hidden]), .leaflet-control-scale";
const NEIGHBOUR = { size: 11, room: 14, across: 44, down: 36 }; // pixels; the last two are the steps of the search

/** Keeps the names in a pane above all shapes. */
export class Labels {
  constructor(box, map, layers, store, colourOfCode) {
    Object.assign(this, { box, map, layers, store, colourOfCode });
    const pane = map.createPane("names");
    pane.style.zIndex = 440;
    pane.style.pointerEvents = "none";
    pane.classList.add("leaflet-zoom-hide");
    this.svg = svg("svg", { class: "labels", width: 1, height: 1, "aria-hidden": "true" });
    pane.append(this.svg);
    this.drawLater = () => this.draw();
    map.on("moveend zoomend resize", () => afterPaint(this.drawLater));
    for (const event of ["select", "within"]) store.on(event, () => afterPaint(this.drawLater)); // every view says what is chosen, too
    document.fonts?.ready.then(() => {
      forgetWidths();
      this.key = this.sight = null;
      this.draw();
    });
  }

  /** Choose and write the names for the present view and extent; where only figures changed, only recolour them. */
  draw() {
    const { view, selected } = this.store;
    if (view.empty || !this.layers.shown.length) return;
    const { x, y } = this.map.getSize();
    const sight = [this.map.getZoom(), this.map.getCenter(), x, y].join(" ");
    const circles = view.symbol === "circle" ? view.url : "";
    const key = [sight, view.object, view.labels_object, selected, this.store.within, circles, this.box.querySelectorAll(FURNITURE).length].join("|");
    if (key === this.key) return this.#recolour();
    this.key = key;
    this.#place(sight);
  }

  #place(sight) {
    const pixel = (latlng) => {
      const { x, y } = this.map.latLngToLayerPoint(latlng);
      return [x, y];
    };
    const taken = [...this.#furniture(), ...this.#circles(pixel)];
    this.svg.replaceChildren(...placeNames(this.#candidates(), pixel, taken));
    this.#recolour();
    const around = () => {
      if (sight !== this.sight) this.neighbours = this.#neighbours(pixel);
      this.sight = sight;
      this.svg.append(...this.neighbours.filter(({ box }) => isFree(box, taken)).map(({ text }) => text));
    };
    if (sight === this.sight || "paper" in this.box.dataset) around();
    else afterPaint(() => this.key.startsWith(sight) && around());
  }

  /** Names over dark classes are light, where the names are those of the coloured areas. */
  #recolour() {
    const { view } = this.store;
    const own = view.symbol === "fill" && this.#object() === view.object;
    for (const text of this.svg.querySelectorAll("[data-name]")) {
      text.classList.toggle("inv", own && isDark(this.colourOfCode(text.dataset.name)));
    }
  }

  /** The object whose names are written at the present zoom. */
  #object() {
    const { view } = this.store;
    return this.map.getZoom() < CLOSE && !this.store.within ? view.labels_object : view.object;
  }

  /** Boxes of what lies over the map, in the pixels of its layers. */
  #furniture() {
    const { left, top } = this.map.getContainer().getBoundingClientRect();
    return [...this.box.querySelectorAll(FURNITURE)].map((piece) => {
      const rectangle = piece.getBoundingClientRect();
      const corner = this.map.containerPointToLayerPoint([rectangle.left - left, rectangle.top - top]);
      return { left: corner.x, top: corner.y, right: corner.x + rectangle.width, bottom: corner.y + rectangle.height };
    });
  }

  /** Circles keep clear of all names; a square of the same area stands for each. */
  #circles(pixel) {
    return [...this.layers.radii].map(([code, radius]) => squareOf(pixel(this.layers.shape(code).anchor), radius));
  }

  #candidates() {
    const { view, places, selected } = this.store;
    const { radii } = this.layers;
    const object = this.#object();
    const own = object === view.object;
    const [edition, level] = object.split(/\.(?=[a-z]+$)/);
    const look = level !== "commune" ? { style: "lab big", size: 12.5 } : { style: "lab sm", size: 10.5 };
    const inSight = this.map.getBounds().pad(0.1);
    const shapes = new Map(this.layers.geometry.shapes(object, this.layers.coarse).map((shape) => [shape.code, shape]));
    const { within } = this.store;
    const names = places.list(edition, level).filter(({ parentCode }) => !within || parentCode === within)
      .map(({ code, short }) => ({ ...look, shape: shapes.get(code), text: short, code, below: own ? radii.get(code) : 0 }))
      .filter(({ shape, code }) => shape && inSight.contains(shape.anchor) && !(own && code === selected))
      .sort((one, two) => two.shape.area - one.shape.area);
    const chosen = selected && this.layers.shape(selected);
    if (chosen) names.unshift({ shape: chosen, text: this.store.area(selected).short, style: "lab sel", size: 11.5, always: true });
    return names;
  }

  /** Neighbouring provinces, each where most of it is in sight and nothing else lies: `{text, box}`. */
  #neighbours(pixel) {
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    const furniture = this.#furniture();
    return this.layers.geometry.shapes("neighbours", true).flatMap(({ name, polygons }) => {
      const width = textWidth(name, NEIGHBOUR.size) + 12;
      const rings = polygons.flat().map((ring) => ring.map(pixel));
      const reach = extent(rings);
      let best = { room: NEIGHBOUR.room };
      for (let x = width / 2 + 8; x < size.x - width / 2 - 8; x += NEIGHBOUR.across) {
        for (let y = 20; y < size.y - 20; y += NEIGHBOUR.down) {
          const box = boxAt(corner.x + x, corner.y + y, width, 18);
          if (box.left < reach.left || box.right > reach.right || box.top < reach.top || box.bottom > reach.bottom) continue;
          const room = isFree(box, furniture) ? Math.min(y, size.y - y, roomAround(box, rings)) : -1;
          if (room > best.room) best = { room, box };
        }
      }
      if (!best.box) return [];
      const text = svg("text", { class: "ctx-l", x: best.box.left + width / 2, y: best.box.top + 13 }, name);
      return [{ text, box: best.box }];
    });
  }
}

/** Distance from a box's middle to the edges around it; negative if an end lies outside. */
function roomAround({ left, right, top, bottom }, rings) {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [left, x, right].every((at) => isInside(at, y, rings)) ? signedDistance(x, y, rings) : -1;
}

/* Names on the map, written anew after every move: the chosen area first, then largest first, then the neighbours. */

import { svg } from "./dom.js";
import { isInside, signedDistance } from "./geometry.js";
import { boxAt, forgetWidths, isFree, placeNames, styleOver, textWidth } from "./naming.js";

const CLOSE = 11.5; // from this zoom the areas' own names take the place of the districts'
const FURNITURE = ".zoom, .inset:not([hidden]), .leaflet-control-scale";
const NEIGHBOUR = { size: 11, room: 14, across: 32, down: 28 }; // pixels; the last two are the steps of the search

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
    map.on("moveend zoomend resize", () => this.draw());
    document.fonts?.ready.then(() => {
      forgetWidths();
      this.draw();
    });
  }

  /** Choose and write the names for the present view and extent. */
  draw() {
    if (this.store.view.empty || !this.layers.shown.length) return;
    const taken = this.#furniture();
    const pixel = (latlng) => {
      const { x, y } = this.map.latLngToLayerPoint(latlng);
      return [x, y];
    };
    const names = placeNames(this.#candidates(), pixel, taken);
    this.svg.replaceChildren(...names, ...this.#neighbours(taken, pixel));
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

  #candidates() {
    const { view, places, selected } = this.store;
    const object = this.map.getZoom() < CLOSE ? view.labels_object : view.object;
    const own = object === view.object;
    const [edition, level] = object.split(/\.(?=[a-z]+$)/);
    const look = level === "district" ? { style: "lab big", size: 12.5 } : { style: "lab sm", size: 10.5 };
    const inSight = this.map.getBounds().pad(0.1);
    const shapes = new Map(this.layers.geometry.shapes(object).map((shape) => [shape.code, shape]));
    const names = places.list(edition, level)
      .map((area) => ({ ...look, shape: shapes.get(area.code), text: area.short, code: area.code }))
      .filter(({ shape, code }) => shape && inSight.contains(shape.anchor) && !(own && code === selected))
      .sort((one, two) => two.shape.area - one.shape.area);
    if (own && view.symbol === "fill") for (const name of names) name.style += styleOver(this.colourOfCode(name.code));
    const chosen = selected && this.layers.shape(selected);
    if (chosen) names.unshift({ shape: chosen, text: this.store.area(selected).short, style: "lab sel", size: 11.5, always: true });
    return names;
  }

  /** Neighbouring provinces, each where most of it is in sight. */
  #neighbours(taken, pixel) {
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    return this.layers.geometry.shapes("neighbours").flatMap(({ name, polygons }) => {
      const width = textWidth(name, NEIGHBOUR.size) + 12;
      const rings = polygons.flat().map((ring) => ring.map(pixel));
      let best = { room: NEIGHBOUR.room };
      for (let x = width / 2 + 8; x < size.x - width / 2 - 8; x += NEIGHBOUR.across) {
        for (let y = 20; y < size.y - 20; y += NEIGHBOUR.down) {
          const box = boxAt(corner.x + x, corner.y + y, width, 18);
          const room = isFree(box, taken) ? Math.min(y, size.y - y, roomAround(box, rings)) : -1;
          if (room > best.room) best = { room, box };
        }
      }
      if (!best.box) return [];
      taken.push(best.box);
      return [svg("text", { class: "ctx-l", x: best.box.left + width / 2, y: best.box.top + 13 }, name)];
    });
  }
}

/** Distance from a box's middle to the edges around it; negative if an end lies outside. */
function roomAround({ left, right, top, bottom }, rings) {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return [left, x, right].every((at) => isInside(at, y, rings)) ? signedDistance(x, y, rings) : -1;
}

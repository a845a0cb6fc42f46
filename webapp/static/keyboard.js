/* The map as one stop of the Tab key: arrows go to the nearest area that way, Enter chooses, letters find, Esc clears. */

import { fold } from "./format.js";
import { canDrill } from "./trail.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAUSE = 900; // milliseconds after which typing starts a new word

/** Moves the pointed-at area by keys while the map has the focus. */
export class Keyboard {
  constructor(map, layers, store) {
    Object.assign(this, { map, layers, store, typed: "", typedAt: 0 });
    const box = map.getContainer();
    box.addEventListener("keydown", (event) => this.#press(event));
    box.addEventListener("blur", () => store.hover(null, "key"));
    box.addEventListener("focus", () => {
      if (box.matches(":focus-visible") && !store.hovered) this.#goTo(store.selected ?? this.#central());
    });
  }

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (ARROWS[event.key]) this.#goTo(this.#nearest(ARROWS[event.key]));
    else if (event.key === "Enter") this.#enter();
    else if (event.key === "+" || event.key === "=") this.map.zoomIn();
    else if (event.key === "-") this.map.zoomOut();
    else if (event.key.length === 1) this.#find(event.key, event.timeStamp);
    else return;
    event.preventDefault();
  }

  /** Choose the area, or go into the one that is chosen, as a second click does. */
  #enter() {
    const { hovered, selected, view } = this.store;
    if (hovered && hovered === selected && canDrill(view)) this.store.drill(hovered);
    else this.store.select(hovered, "key");
  }

  #goTo(code) {
    if (!code) return;
    const { anchor } = this.layers.shape(code);
    if (!this.map.getBounds().pad(-0.05).contains(anchor)) this.map.panTo(anchor, { animate: false });
    this.store.hover(code, "key");
  }

  #points() {
    return this.store.areas().filter(({ code }) => this.layers.shape(code)).map((area) => {
      const { x, y } = this.map.latLngToContainerPoint(this.layers.shape(area.code).anchor);
      return { area, x, y };
    });
  }

  #central() {
    const { x, y } = this.map.getSize().divideBy(2);
    return nearest(this.#points().map((point) => ({ ...point, cost: Math.hypot(point.x - x, point.y - y) })));
  }

  /** The area that a step in a direction reaches: near, and not far off the line. */
  #nearest([dx, dy]) {
    const from = this.store.hovered ?? this.store.selected;
    if (!from) return this.#central();
    const points = this.#points();
    const start = points.find(({ area }) => area.code === from);
    const ahead = points.map((point) => {
      const along = (point.x - start.x) * dx + (point.y - start.y) * dy;
      const aside = Math.abs((point.x - start.x) * dy) + Math.abs((point.y - start.y) * dx);
      return { ...point, along, cost: along + 2.2 * aside };
    });
    return nearest(ahead.filter(({ area, along }) => area.code !== from && along > 1));
  }

  #find(letter, now) {
    this.typed = now - this.typedAt > PAUSE ? letter : this.typed + letter;
    this.typedAt = now;
    const wanted = fold(this.typed);
    this.#goTo(this.store.areas().find((area) => fold(area.short).startsWith(wanted))?.code);
  }
}

function nearest(points) {
  return points.reduce((best, point) => (point.cost < best.cost ? point : best), { cost: Infinity }).area?.code;
}

/* The view of the whole city, kept whole when the window or the legend changes size, until the reader moves the map. */

/** `extent` gives bounds and Leaflet's fit options for the present size of the map. */
export class Home {
  constructor(map, extent) {
    Object.assign(this, { map, extent, at: null, wanted: "" });
  }

  /** Bring the whole city into view, without rounding the zoom, so that it fills the map at every size. */
  show() {
    const { map } = this;
    const { zoomSnap } = map.options;
    const [bounds, options] = this.extent();
    map.options.zoomSnap = 0;
    map.fitBounds(bounds, { ...options, animate: false });
    map.options.zoomSnap = zoomSnap;
    this.at = this.#position();
    this.wanted = this.#wish();
  }

  /** The same, unless it is shown already: every move makes Leaflet project all shapes anew. */
  keep() {
    if (!this.isShown() || this.wanted !== this.#wish()) this.show();
  }

  /** Whether the map still shows what `show` showed. */
  isShown() {
    return this.at !== null && this.at === this.#position();
  }

  /** All that decides where the city lies on the map. */
  #wish() {
    const [bounds, options] = this.extent();
    return [bounds.toBBoxString(), JSON.stringify(options), this.map.getSize()].join(" ");
  }

  #position() {
    return `${this.map.getZoom()} ${this.map.getCenter()}`;
  }
}

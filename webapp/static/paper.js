/* The map on paper: a fixed size that fits A4 upright or across, drawn anew for it and put back afterwards. */

const UPRIGHT = [672, 460]; // CSS pixels, within the 178 mm between the margins; with title and key no higher than a page across

/** Resize the map's box around printing; `redraw` draws what depends on its size at once. */
export function bindPaper(box, map, home, redraw, [printed, high] = UPRIGHT) {
  const resize = (width, height) => {
    box.toggleAttribute("data-paper", Boolean(width));
    const whole = home.isShown();
    box.style.flex = width ? "none" : "";
    box.style.width = width;
    box.style.height = height;
    map.invalidateSize({ pan: !whole, animate: false });
    if (whole) home.show();
    redraw();
  };
  addEventListener("beforeprint", () => resize(`${printed}px`, `${high}px`));
  addEventListener("afterprint", () => resize("", ""));
}

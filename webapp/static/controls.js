/* Buttons on the map: zoom, move, whole city, full screen; the scale bar; when the wheel zooms. */

const WIDE = matchMedia("(min-width: 1100px)"); // below this the page scrolls, and the wheel is the page's
const STEP = 0.3; // share of the map's size that a press of an arrow moves it by

/** Binds the buttons inside the map's box. `home` is the view of the whole city. */
export function bindControls(box, map, home) {
  const buttons = Object.fromEntries([...box.querySelectorAll("[data-zoom]")].map((each) => [each.dataset.zoom, each]));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  buttons.in.addEventListener("click", () => map.zoomIn(1, { animate: !still.matches }));
  buttons.out.addEventListener("click", () => map.zoomOut(1, { animate: !still.matches }));
  buttons.extent.addEventListener("click", () => home.show());
  for (const arrow of box.querySelectorAll("[data-pan]")) {
    const way = L.point(...arrow.dataset.pan.split(" ").map(Number));
    arrow.addEventListener("click", () => map.panBy(map.getSize().scaleBy(way.multiplyBy(STEP)), { animate: !still.matches }));
  }
  bindFullScreen(box, map, buttons.full);
  map.on("zoomend", () => {
    const held = document.activeElement;
    buttons.in.disabled = map.getZoom() >= map.getMaxZoom();
    buttons.out.disabled = map.getZoom() <= map.getMinZoom();
    if (held.disabled) (held === buttons.in ? buttons.out : buttons.in).focus(); // or the focus would be lost with it
  });
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 90 }).addTo(map);
  const follow = () => map.scrollWheelZoom[WIDE.matches || document.fullscreenElement ? "enable" : "disable"]();
  WIDE.addEventListener("change", follow);
  document.addEventListener("fullscreenchange", follow);
  follow();
  new ResizeObserver(() => {
    const whole = home.isShown();
    map.invalidateSize({ pan: !whole, animate: false });
    if (whole) home.show();
  }).observe(box);
}

function bindFullScreen(box, map, button) {
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else box.requestFullscreen();
  });
  document.addEventListener("fullscreenchange", () => {
    button.setAttribute("aria-pressed", String(document.fullscreenElement === box));
  });
}

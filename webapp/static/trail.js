/* Where on the map the reader is: the whole city, or one district; the way in and back up. */

import { el, icon } from "./dom.js";
import { strings } from "./strings.js";

/** Binds going into a district's communes and out again; `move(bounds)` brings bounds into view, null the whole city. */
export function bindTrail(box, store, router, layers, move) {
  const trail = el("nav", { class: "trail", "aria-label": strings.trail, hidden: true });
  box.append(trail);
  if (store.view.part) drawPart(trail, store.view.part);
  store.on("drill", async ({ code }) => {
    if (store.view.into) return router.open(store.view.into + code);
    const { href } = levelOption(store.view, "commune") ?? {};
    if (href && (await router.open(href))) store.enter(code);
  });
  store.on("within", ({ by }) => {
    const was = !trail.hidden;
    draw(trail, store, router);
    if (by === "view") return was && !store.view.empty && move(null);
    layers.show(store.view);
    move(store.within ? layers.districtBounds(store.within) : null);
  });
}

/** Whether the units inside an area of the view can be gone into. */
export const canDrill = (view) => Boolean(view.into || (view.level === "district" && levelOption(view, "commune")));

/** The way to another level of the present view, or undefined where there is none. */
export function levelOption(view, level) {
  const { options } = view.switches.find(({ id }) => id === "level") ?? { options: [] };
  return options.find((option) => option.level === level && !option.disabled && option.href);
}

/** Where the page has the units of one parent alone: the way up, which is another page. */
function drawPart(trail, { name, href, up }) {
  trail.hidden = false;
  trail.replaceChildren(el("ol", {}, el("li", {}, el("a", { href }, up)), el("li", {}, el("span", { "aria-current": "true" }, name))));
}

function draw(trail, store, router) {
  const { view, within } = store;
  if (trail.contains(document.activeElement)) trail.parentElement.querySelector(".folium-map").focus({ preventScroll: true });
  trail.hidden = !within;
  if (!within) return trail.replaceChildren();
  const up = levelOption(view, "district");
  const city = el("button", { type: "button", class: "link" }, up ? strings.districts : view.whole);
  city.addEventListener("click", async () => {
    if (up && (await router.open(up.href))) store.select(within, "trail");
    else store.enter(null);
  });
  const close = el("button", { type: "button", class: "icon-btn", "aria-label": strings.whole_city }, icon("close"));
  close.addEventListener("click", () => store.enter(null));
  const name = store.places.district(view.edition, within)?.name ?? within;
  trail.replaceChildren(el("ol", {}, el("li", {}, city), el("li", {}, el("span", { "aria-current": "true" }, name))), close);
}

/* What is on screen: the view, the chosen and the pointed-at area, the district looked into, the order of the table.
   Components listen; none calls another. */

import { USUAL } from "./address.js";

const EVENTS = ["view", "select", "hover", "within", "arrange", "layer", "named", "drill", "expect"];

/** A store with `on(event, listener)`, for each of `EVENTS`. */
export function createStore(view, places, selected) {
  const listeners = Object.fromEntries(EVENTS.map((event) => [event, []]));
  const emit = (event, detail = {}) => listeners[event].forEach((listener) => listener(detail));

  const store = {
    view,
    places,
    selected: null,
    hovered: null,
    within: null,
    arranged: USUAL,
    named: null,
    on(event, listener) {
      listeners[event].push(listener);
    },
    /** Units of the view, in the order of its columns. */
    areas: () => store.places.list(store.view.edition, store.view.level),
    /** The unit of the view with a code, or undefined. */
    area: (code) => store.places.find(store.view.edition, store.view.level, code),
    /** Show another view; choice and arrangement are kept only where the same units are shown. */
    show(next) {
      const previous = store.view;
      const same = previous.edition === next.edition && previous.level === next.level;
      store.view = next;
      store.hovered = null;
      if (!same) Object.assign(store, { selected: null, within: null, arranged: USUAL });
      emit("view", { previous });
      emit("select", { by: "view" });
      if (!same) emit("within", { by: "view" });
    },
    /** Choose an area by code, or none with null. `by` says where: "map", "table", "search", "key", "address". */
    select(code, by) {
      const known = code !== null && store.area(code) ? code : null;
      if (known === store.selected && by !== "table" && by !== "search") return;
      store.selected = known;
      emit("select", { by });
    },
    /** Point at an area by code, or at none. `point` is where on the map, if by pointer. */
    hover(code, by, point = null) {
      if (code === store.hovered && by !== "map") return;
      store.hovered = code;
      emit("hover", { by, point });
    },
    /** Look into one district of communes, or at all of them with null. */
    enter(code) {
      const inside = store.areas().some(({ parentCode }) => parentCode === code);
      store.within = inside && store.view.level === "commune" ? code : null;
      store.arranged = { ...store.arranged, kind: null }; // other units, perhaps of other kinds
      emit("within", { by: "reader" });
    },
    /** Arrange the table: some of `column`, `rising` and `kind`. */
    arrange(changes) {
      store.arranged = { ...store.arranged, ...changes };
      emit("arrange");
    },
    /** Say that a view will probably be shown next, where it is of other units than the present one. */
    expect(next) {
      if (next.object !== store.view.object) emit("expect", next);
    },
    /** Ask for the communes of a district. */
    drill: (code) => emit("drill", { code }),
    /** Ask for the layer of named places, or for none. */
    lay: (on) => emit("layer", { on }),
    /** Show the places that the resolution names, or stop; `named.of(object, code)` lists those in a unit. */
    name(named) {
      store.named = named;
      emit("named");
    },
  };
  if (selected && store.area(selected)) store.selected = selected;
  return store;
}

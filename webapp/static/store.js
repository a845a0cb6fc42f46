/* What is on screen: the view, the chosen and the pointed-at area. Components listen; none calls another. */

/** A store with `on(event, listener)`; events are `view`, `select` and `hover`. */
export function createStore(view, places, selected) {
  const listeners = { view: [], select: [], hover: [] };
  const emit = (event, detail) => listeners[event].forEach((listener) => listener(detail));

  const store = {
    view,
    places,
    selected: null,
    hovered: null,
    on(event, listener) {
      listeners[event].push(listener);
    },
    /** Units of the view, in the order of its columns. */
    areas: () => store.places.list(store.view.edition, store.view.level),
    /** The unit of the view with a code, or undefined. */
    area: (code) => store.places.find(store.view.edition, store.view.level, code),
    /** Show another view; a choice is kept only where the same units are shown. */
    show(next) {
      const previous = store.view;
      store.view = next;
      store.hovered = null;
      if (previous.edition !== next.edition || previous.level !== next.level) store.selected = null;
      emit("view", { previous });
      emit("select", { by: "view" });
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
  };
  if (selected && store.area(selected)) store.selected = selected;
  return store;
}

/* Addresses: every view has one, and going from one to another fetches its compact form instead of a page. */

import { OWN, readArranged, withOwn } from "./address.js";
import { strings } from "./strings.js";
import { toast } from "./dom.js";

const KEPT = 80; // views; going back and forth fetches nothing
const fetched = new Map();

/** Whether a link leads to another view of the map page. */
export function leadsToView(url) {
  return url.origin === location.origin && /^(\/en)?\/map\/[\w-]+$/.test(url.pathname);
}

/** Keeps address bar, history and store together. */
export class Router {
  #latest = 0;

  constructor(store) {
    this.store = store;
    fetched.set(viewAddress(new URL(location.href)), Promise.resolve(store.view));
    addEventListener("popstate", () => this.#load(location.href));
    document.addEventListener("click", (event) => this.#follow(event));
    document.addEventListener("pointerover", ({ target }) => this.prefetch(target.closest?.(".bar a[href]")?.href));
    const keep = () => history.replaceState(null, "", withOwn(store.view.url, store));
    for (const event of ["select", "within", "arrange", "named"]) store.on(event, keep);
  }

  /** Go to the view at an address; true if it could be shown. `how` is "push" or "replace". */
  async open(href, how = "push") {
    return this.#load(href, how);
  }

  /** Fetch a view that will probably be asked for next. */
  async prefetch(href) {
    const url = href && new URL(href, location.href);
    if (!url || !leadsToView(url)) return;
    const view = await fetchView(viewAddress(url)).catch(() => null);
    if (view?.geometry === this.store.view.geometry) this.store.expect(view); // another layer comes with its own page
  }

  #follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.hasAttribute("download") || link.hasAttribute("hreflang") || link.closest(".top")) return;
    const url = new URL(link.href);
    if (!leadsToView(url)) return;
    event.preventDefault();
    link.closest("details.pop")?.removeAttribute("open");
    this.open(link.href).then(() => {
      if (document.activeElement === document.body) document.getElementById("main").focus({ preventScroll: true }); // the link is gone
    });
  }

  async #load(href, how = "") {
    const url = new URL(href, location.href);
    const turn = ++this.#latest;
    let view;
    try {
      view = await fetchView(viewAddress(url));
    } catch {
      toast(strings.failed);
      return false;
    }
    if (turn !== this.#latest) return false; // a later choice has overtaken this one
    if (view === null) return false;
    if (view.data_version !== this.store.view.data_version || view.geometry !== this.store.view.geometry) {
      if (how) location.assign(view.url); // names and shapes here belong to older data, or to another layer
      else location.reload(); // the address is there already, with all that it says is chosen
      return false;
    }
    if (how === "push") history.pushState(null, "", view.url);
    this.store.show(view);
    if (!how) this.restore(url.searchParams);
    return true;
  }

  /** Choose what an address says is chosen, and nothing else. */
  restore(asked) {
    const { store } = this;
    const within = asked.get("within");
    if (within !== store.within) store.enter(within);
    const arranged = readArranged(asked, store.areas());
    if (Object.keys(arranged).some((name) => arranged[name] !== store.arranged[name])) store.arrange(arranged);
    store.select(asked.get("area"), "address");
    store.lay(asked.get("layer") === "places");
  }
}

/** Address of the compact form of a page. */
function viewAddress(url) {
  const query = new URLSearchParams(url.search);
  for (const name of OWN) query.delete(name);
  return `${url.pathname}.json${query.size ? `?${query}` : ""}`;
}

/** The compact form of a view, or null where the server says that there is no such view. */
function fetchView(address) {
  if (!fetched.has(address)) {
    if (fetched.size >= KEPT) fetched.delete(fetched.keys().next().value);
    const found = fetchOnce(address);
    fetched.set(address, found);
    found.catch(() => fetched.delete(address)); // a failure is not kept
  }
  return fetched.get(address);
}

async function fetchOnce(address) {
  const response = await fetch(address);
  if (response.status >= 400 && response.status < 500) return null;
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}

/* Addresses: every view has one, and going from one to another fetches its compact form instead of a page. */

import { strings } from "./strings.js";
import { toast } from "./dom.js";

const KEPT = 60; // views; going back and forth fetches nothing
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
    fetched.set(viewAddress(new URL(location.href)), store.view);
    addEventListener("popstate", () => this.#load(location.href));
    document.addEventListener("click", (event) => this.#follow(event));
    store.on("select", () => history.replaceState(null, "", this.#address()));
  }

  /** Go to the view at an address; true if it could be shown. */
  async open(href) {
    return this.#load(href, true);
  }

  #follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.hasAttribute("download") || link.hasAttribute("hreflang") || link.closest(".top")) return;
    const url = new URL(link.href);
    if (!leadsToView(url)) return;
    event.preventDefault();
    link.closest("details.pop")?.removeAttribute("open");
    this.open(link.href);
  }

  async #load(href, push = false) {
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
    if (view.data_version !== this.store.view.data_version) {
      location.assign(view.url); // names and shapes here belong to older data
      return false;
    }
    if (push) history.pushState(null, "", view.url);
    this.store.show(view);
    const area = url.searchParams.get("area");
    if (area) this.store.select(area, "address");
    return true;
  }

  #address() {
    const { view, selected } = this.store;
    return selected ? `${view.url}${view.url.includes("?") ? "&" : "?"}area=${encodeURIComponent(selected)}` : view.url;
  }
}

/** Address of the compact form of a page; the chosen area is the script's own matter. */
function viewAddress(url) {
  const query = new URLSearchParams(url.search);
  query.delete("area");
  return `${url.pathname}.json${query.size ? `?${query}` : ""}`;
}

/** The compact form of a view, or null where the server says that there is no such view. */
async function fetchView(address) {
  if (!fetched.has(address)) {
    const response = await fetch(address);
    if (response.status >= 400 && response.status < 500) return null;
    if (!response.ok) throw new Error(`${address} answered ${response.status}`);
    if (fetched.size >= KEPT) fetched.delete(fetched.keys().next().value);
    fetched.set(address, await response.json());
  }
  return fetched.get(address);
}

/* In a static release there is no server that answers questions. This script, loaded before all others, turns the
   addresses that they make into files of the release, and answers the search from the list of units. The rule is that
   of webapp/release/addresses.py. */

(() => {
  const root = new URL(".", document.currentScript.src);
  const OWN = ["area", "within", "layer", "v", "lang"];
  const PAGES = /^(en\/)?(areas|board|changes|ntm|resolution|upgrades|sources|indicators)?$/;
  const DETAILS = /^(en\/)?(areas\/[\w-]+\/\w+|indicators\/\w+)$/;
  const FILES = /^(?:(static|geometry)\/.+|(en\/)?(gazetteer\.json|places\.json|board\.csv|download\/all\.csv|areas\/[\w-]+\/\w+\.csv))$/;

  /** The file of an address of the service, or null. */
  function fileOf(url) {
    const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, "");
    const query = [...url.searchParams].filter(([key]) => !OWN.includes(key)).sort();
    const state = query.map(([key, value]) => `${key}-${value}`).join("_");
    const join = (...parts) => parts.filter(Boolean).join("/");
    if (!/^[\w.-]*$/.test(state)) return null;
    if (/^(en\/)?map\/\w+$/.test(path)) return join(path, state, "index.html");
    const view = /^((?:en\/)?map\/\w+)\.json$/.exec(path);
    if (view) return join(view[1], state, "view.json");
    const figures = /^((?:en\/)?download)\/(values\.csv)$/.exec(path);
    if (figures) return join(figures[1], state, figures[2]);
    if (FILES.test(path) && !query.length) return path;
    const index = /^(en\/)?areas$/.test(path) && query.length === 1 && query[0][0] === "edition";
    const page = PAGES.test(path) || DETAILS.test(path) || path === "en";
    return page && (!query.length || index) ? join(path, state, "index.html") : null;
  }

  /** Where an address that begins at the service's root lies here; other addresses stay as they are. */
  function here(address) {
    if (!String(address).startsWith("/")) return address;
    const url = new URL(address, "https://service.invalid");
    const file = fileOf(url);
    if (!file) return null;
    const target = new URL(file, root);
    for (const name of ["area", "within"]) {
      if (url.searchParams.has(name)) target.searchParams.set(name, url.searchParams.get(name));
    }
    target.hash = url.hash;
    return target.href;
  }

  const nothing = () => Promise.resolve(new Response(null, { status: 404 }));
  const fetchFile = window.fetch.bind(window);
  window.fetch = (address, options) => {
    const text = String(address);
    if (text.startsWith("/api/v1/search?")) return search(new URL(text, root).searchParams);
    const back = /^(.*\/)(?:index\.html)?\.json(?:\?.*)?$/.exec(text); // the page's own address, after going back
    const target = back && !/\/map\/\w+\.json/.test(text) ? `${back[1]}view.json` : here(text);
    return target ? fetchFile(target, options) : nothing();
  };
  for (const name of ["pushState", "replaceState"]) {
    const change = history[name].bind(history);
    history[name] = (state, title, address) => {
      const file = typeof address === "string" && /^\/(en\/)?map\/\w+(\?|$)/.test(address);
      change(state, title, file ? here(address) : address);
    };
  }
  // Addresses of maps lie at other depths than the page that makes them, so links must not depend on the address.
  document.addEventListener("readystatechange", () => {
    if (document.readyState !== "interactive") return;
    for (const name of ["href", "src", "data-areas"]) {
      for (const element of document.querySelectorAll(`[${name}^="./"], [${name}^="../"]`)) {
        element.setAttribute(name, new URL(element.getAttribute(name), location.href).href);
      }
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='/']");
    if (!link) return;
    const target = here(link.getAttribute("href"));
    if (target === null) event.preventDefault();
    else if (!/^\/(en\/)?map\//.test(link.getAttribute("href")) || link.hreflang) link.href = target;
  }, true);

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  let units;

  /** Units whose names hold all words that are looked for, present ones first; as the service answers. */
  async function search(asked) {
    units ??= fetchFile(new URL(`search-${asked.get("lang") === "en" ? "en" : "vi"}.json`, root)).then((answer) => answer.json());
    const words = fold(asked.get("q") ?? "").split(/\s+/).filter(Boolean);
    const areas = (await units).filter(({ key }) => words.every((word) => key.includes(word))).slice(0, 12);
    return new Response(JSON.stringify({ areas }), { headers: { "Content-Type": "application/json" } });
  }
})();

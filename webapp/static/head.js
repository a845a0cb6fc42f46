/* What stands around the map in words: title, addresses, downloads, coverage, sources, and the page without a map. */

import { withOwn } from "./address.js";
import { el, icon, svg, toast, unbroken } from "./dom.js";
import { bindPops } from "./pops.js";
import { fill, strings } from "./strings.js";

const byId = (id) => document.getElementById(id);

/** Keep the page's words in step with the store. */
export function bindHead(store) {
  store.on("view", () => {
    const { view } = store;
    document.title = `${view.document_title} – ${strings.site}`;
    byId("title").replaceChildren(unbroken(view.title));
    byId("meta").replaceChildren(...view.meta.map((part) => el("span", {}, part)));
    byId("about").hidden = !view.definition;
    byId("definition").replaceChildren(unbroken(view.definition ?? ""));
    byId("explorer").classList.toggle("bare", Boolean(view.empty));
    byId("empty").hidden = !view.empty;
    byId("empty").replaceChildren(...(view.empty ? drawEmpty(view.empty) : []));
    byId("cover").replaceChildren(...drawCover(view));
    byId("two-maps").href = view.two_maps;
    byId("about-link").hidden = !view.about; // while no page tells more about an indicator
    if (view.about) byId("about-link").href = view.about;
    drawDownloads(view);
    drawSnippet(view);
    byId("live").textContent = [view.title, ...view.meta].join(", ");
  });
  for (const event of ["select", "within", "arrange", "named"]) store.on(event, () => pointLinks(store));
  byId("copy").addEventListener("click", () => copyLink());
  bindPops();
}

/** The other language and the canonical address follow the view; to the language goes also what is chosen. */
function pointLinks(store) {
  const { url } = store.view;
  const whole = withOwn(url, store);
  for (const link of document.querySelectorAll("[hreflang]")) {
    link.href = (link.hreflang === "en" ? "/en" : "") + (link.tagName === "A" ? whole : url).replace(/^\/en/, "");
  }
  document.querySelector("link[rel=canonical]")?.setAttribute("href", url);
}

function drawDownloads({ downloads }) {
  byId("downloads").querySelector(".menu").replaceChildren(...downloads.map(({ label, detail, href }) =>
    el("a", { href, download: true }, el("b", {}, label), el("small", {}, detail))));
}

/** What another site puts into its page, where the service lets it. */
function drawSnippet({ embed }) {
  const field = document.getElementById("snippet");
  if (field) field.value = embed;
}

function drawCover({ coverage, city, disclaimer, target, sources, report }) {
  const rest = [city && ` ${city.text}.`, ` ${disclaimer} `].filter(Boolean).join("");
  const error = report ? el("a", { class: "report", href: report }, strings.report) : null;
  const words = el("p", {}, el("b", { class: "mut2" }, coverage), rest, error);
  const goal = target ? el("p", { class: "goal" }, icon("goal"), el("span", {}, target.text)) : null;
  return [words, goal, drawSources(sources)].filter(Boolean);
}

function drawSources(sources) {
  if (!sources.length) return null;
  const items = sources.map(({ publisher, published, secondary }) => {
    const mark = secondary ? el("span", { class: "flag" }, strings.secondary) : null;
    return el("li", {}, [publisher, published].filter(Boolean).join(", "), " ", mark);
  });
  const words = sources.length === 1 ? strings.source_one : strings.source_more;
  const mark = sources[0].secondary ? el("span", { class: "flag" }, strings.secondary) : null;
  return el("details", { class: "pop above from-left" },
    el("summary", {}, fill(words, { name: sources[0].publisher, n: sources.length - 1 }), mark), el("ol", { class: "menu" }, ...items));
}

function drawEmpty({ kind, title, text, rows, links }) {
  const words = el("div", {}, el("h2", {}, title), el("p", {}, text));
  const parts = [el("div", { class: `notice ${kind}`, role: "note" }, icon(kind || "warn"), words)];
  if (rows.length) {
    const column = (text, style = null) => el("th", { scope: "col", class: style }, text);
    const head = el("tr", {}, column(strings.content), column(strings.value, "r"), column(strings.source));
    const body = rows.map(({ label, value, source, share }) => el("tr", {},
      el("th", { scope: "row" }, label), el("td", { class: "r nowrap" }, value, drawShare(share)), el("td", { class: "src" }, source)));
    const caption = el("caption", { class: "vh" }, strings.what_exists);
    parts.push(el("table", {}, caption, el("thead", {}, head), el("tbody", {}, ...body)));
  }
  if (links.length) {
    const buttons = links.map(({ label, href }) => el("a", { class: "btn small", href }, label));
    parts.push(el("div", { class: "links" }, el("h3", {}, strings.see_existing), el("p", { class: "row" }, ...buttons)));
  }
  return parts;
}

/** A bar of the largest of several figures. */
function drawShare(share) {
  if (typeof share !== "number") return null;
  const size = { height: 6, rx: 1 };
  return svg("svg", { class: "share", width: 90, height: 6, "aria-hidden": "true" },
    svg("rect", { class: "ground", width: 90, ...size }), svg("rect", { class: "a5", width: (90 * share).toFixed(1), ...size }));
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    toast(strings.copied);
  } catch {
    toast(fill(strings.copy_by_hand, { url: location.href })); // no permission, or not a secure address
  }
}

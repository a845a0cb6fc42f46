/* Elements from plain values. Text only ever becomes text nodes, so that no name or figure can become markup. */

const SVG = "http://www.w3.org/2000/svg";
const WHOLE = /(\d+\/[A-ZĐ]+-[A-ZĐ]+\d*|\d[\d.,]*–\d(?:[\d.,]*\d)?)/;
const NAMED_NUMBER = /(năm|[Đđ]iều|khoản|mục|[Aa]rticle|clause|item) (?=\d)/g;

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element; attributes that are null or false are left out, and so are such children. */
export function el(name, attributes = {}, ...children) {
  const kept = children.map((child) => (typeof child === "string" ? unbroken(child) : child));
  return build(document.createElement(name), attributes, kept);
}

/** A text, or a node with it, in which no range `300–400`, number of a document `31/NQ-HĐND` or “mục 21” breaks: the rule
    of the server's filter of that name (`webapp/i18n.py`). */
export function unbroken(text) {
  const parts = text.replace(NAMED_NUMBER, "$1\u00a0").split(WHOLE);
  if (parts.length === 1) return parts[0];
  return span({}, ...parts.map((part, at) => (at % 2 ? span({ class: "nowrap" }, part) : part)));
}

function span(attributes, ...children) {
  return build(document.createElement("span"), attributes, children);
}

/** An SVG element. */
export function svg(name, attributes = {}, ...children) {
  return build(document.createElementNS(SVG, name), attributes, children);
}

/** One of the page's drawings, decorative. */
export function icon(name) {
  return svg("svg", { class: "i", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));
}

/** A small box in the colour of a class or in the pattern of a reason. */
export function swatch(kind, more = "") {
  return el("span", { class: `sw ${kind} ${more}`.trim(), "aria-hidden": "true" });
}

/** Class of the drawing for a reason; an absent figure is hatched, except where it has no meaning at all. */
export function reasonClass(reason) {
  if (reason === "not_applicable") return "na";
  return reason === "not_collected" ? "nd" : `nd ${reason}`;
}

/** A short message at the foot of the page. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const box = el("p", { class: "toast", role: "status" }, text);
  document.body.append(box);
  setTimeout(() => box.remove(), 5000);
}

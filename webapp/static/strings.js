/* Words of the page's language, given by the page itself. */

export const strings = JSON.parse(document.getElementById("strings").textContent);

/** The text with each `{name}` replaced by its value. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name] ?? ""));
}

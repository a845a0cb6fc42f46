/* Words of the page's language, given by the page itself. */

export const strings = JSON.parse(document.getElementById("strings").textContent);

/** Names of the units that a former one became: the first of them, and how many more; `show` makes of each what is to be
    shown. Empty where there are none. */
export function becameParts(now, most, show = ({ name }) => name) {
  if (!now.length) return [];
  const parts = now.slice(0, most).flatMap((unit, at) => [at ? ", " : " ", show(unit)]);
  const rest = now.length - most;
  return [strings.became, ...parts, ...(rest > 0 ? [" ", fill(strings.more_units, { n: rest })] : [])];
}

/** The text with each `{name}` replaced by its value. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => String(values[name] ?? ""));
}

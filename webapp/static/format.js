/* Numbers and dates as the page's language writes them; the server's `webapp/i18n.py` follows the same rules. */

const NBSP = "\u00a0";
const MINUS = "\u2212";
const SIGNS = { ge: "≥", gt: ">", le: "≤", lt: "<", approx: "≈" };

/** Functions that write for one language ("vi" or "en"). */
export function makeFormat(lang) {
  const locale = lang === "vi" ? "vi-VN" : "en-GB";
  const writers = new Map();
  const collator = new Intl.Collator(locale);

  function number(value, decimals) {
    if (!writers.has(decimals)) {
      const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay: "negative" };
      writers.set(decimals, new Intl.NumberFormat(locale, options));
    }
    return writers.get(decimals).format(value).replace("-", MINUS);
  }

  /** As many decimals as the value has, for class limits. */
  function plain(value) {
    return number(value, (String(value).split(".")[1] ?? "").length);
  }

  /** `≥ 86,2`, `4,2–4,6`, with the unit if there is one. */
  function quantity(value, decimals, { unit = "", qualifier = "", high = null } = {}) {
    let text = number(value, decimals);
    if (high !== null) text += `–${number(high, decimals)}`;
    else if (SIGNS[qualifier]) text = SIGNS[qualifier] + NBSP + text;
    return withUnit(text, unit);
  }

  /** A number as printed with its unit, if any: `86,2 %`, in English `86.2%`; `690 hộ`. */
  function withUnit(text, unit) {
    return text + afterNumber(unit);
  }

  /** A unit as it follows a number that stands apart from it, with the space that it takes. */
  function afterNumber(unit) {
    return !unit || (lang === "en" && unit === "%") ? unit : NBSP + unit;
  }

  /** `2024`, `06/2024` or `31/12/2024`. */
  function period(text) {
    return text.split("-").reverse().join("/");
  }

  return { lang, number, plain, quantity, withUnit, afterNumber, period, compare: collator.compare };
}

/** Text without case and marks, for finding: `Đống Đa` becomes `dong da`. */
export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
}

/** First letter in capitals. */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

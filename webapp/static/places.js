/* Names of units. Columns of a view are in the order of these lists, so a place in the list is the place of a figure. */

/** Units of every edition and level, from the gazetteer. */
export class Places {
  constructor(gazetteer, lang) {
    this.editions = gazetteer.editions;
    this.lang = lang;
    this.lists = new Map();
  }

  /** Units of an edition and level: `{code, name, short, type, parent, index}`. */
  list(edition, level) {
    const key = `${edition}.${level}`;
    if (!this.lists.has(key)) this.lists.set(key, this.#read(edition, level));
    return this.lists.get(key);
  }

  /** The district with a code, or undefined. */
  district(edition, code) {
    return this.list(edition, "district").find((area) => area.code === code);
  }

  /** The unit with a code, or undefined. */
  find(edition, level, code) {
    return this.list(edition, level).find((area) => area.code === code);
  }

  #read(edition, level) {
    const parents = new Map();
    if (level === "commune") {
      for (const [code, name, type] of this.editions[edition].district ?? []) {
        parents.set(code, { name, short: shortName(name, type, this.lang) });
      }
    }
    return (this.editions[edition]?.[level] ?? []).map(([code, name, type, parentCode], index) => ({
      code,
      name,
      type,
      index,
      short: shortName(name, type, this.lang),
      parentCode,
      parent: parents.get(parentCode) ?? null,
    }));
  }
}

/** The name without its kind: `Sơn Đồng` of `Xã Sơn Đồng`, `Hàng Bạc` of `Hàng Bạc ward`. */
export function shortName(name, type, lang) {
  if (lang === "en") return name.replace(/(\s+[a-z]+)+$/, "");
  return name.toLowerCase().startsWith(`${type} `) ? name.slice(type.length + 1) : name;
}

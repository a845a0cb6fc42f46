/* Shapes of all editions and levels out of one TopoJSON file, decoded only when first drawn. */

const FLAT = Math.cos((21 * Math.PI) / 180); // degrees of longitude to degrees of latitude, at Hanoi

const COARSE = 60 / 111_320; // 60 m in degrees of latitude: a third of a pixel while the whole city is in view

/** Reads the objects of a topology; coordinates are [lat, lon] in degrees, as Leaflet takes them.

    Everything can be had coarse, for drawing the whole city: its arcs are thinned before they become edges, so that
    neighbours still share theirs. */
export class Geometry {
  constructor(topology) {
    this.topology = topology;
    this.decoded = new Map();
  }

  /** Shapes of an object: `{code, name, polygons, area, anchor}`, each polygon an outer ring and its holes. */
  shapes(object, coarse = false) {
    const key = `${object}|${coarse}`;
    if (!this.decoded.has(key)) {
      const topology = this.#topology(coarse);
      const rough = coarse ? null : (at) => this.shapes(object, true)[at];
      if (!topology.objects[object]) return []; // of another edition, whose layer is another file
      const { features } = topojson.feature(topology, topology.objects[object]);
      this.decoded.set(key, features.map((feature, at) => readShape(feature, rough && (() => rough(at)))));
    }
    return this.decoded.get(key);
  }

  /** Lines between the areas of an object, without its outer edge. */
  inner(object, coarse = false) {
    return this.#mesh(object, coarse, (one, two) => one !== two);
  }

  /** The outer edge of an object. */
  outer(object, coarse = false) {
    return this.#mesh(object, coarse, (one, two) => one === two);
  }

  #mesh(object, coarse, keep) {
    const topology = this.#topology(coarse);
    return topojson.mesh(topology, topology.objects[object], keep).coordinates.map((line) => line.map(turned));
  }

  #topology(coarse) {
    if (!coarse) return this.topology;
    const { objects, arcs, transform } = this.topology;
    this.thin ??= { type: "Topology", objects, arcs: arcs.map((arc) => thinned(absolute(arc, transform))) };
    return this.thin;
  }
}

const turned = ([lon, lat]) => [lat, lon];

/** An arc of a quantised topology in degrees. */
function absolute(arc, transform) {
  if (!transform) return arc;
  const { scale, translate } = transform;
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
}

/** The points of a line that are needed to stay within `COARSE` of it (Douglas and Peucker 1973); its ends always. */
function thinned(line) {
  const kept = new Uint8Array(line.length);
  kept[0] = kept[line.length - 1] = 1;
  const spans = [[0, line.length - 1]];
  while (spans.length) {
    const [first, last] = spans.pop();
    let [most, at] = [COARSE * COARSE, -1];
    for (let i = first + 1; i < last; i++) {
      const distance = squaredDistance(FLAT * line[i][0], line[i][1], FLAT * line[first][0], line[first][1], FLAT * line[last][0], line[last][1]);
      if (distance > most) [most, at] = [distance, i];
    }
    if (at < 0) continue;
    kept[at] = 1;
    spans.push([first, at], [at, last]);
  }
  return line.filter((_point, i) => kept[i]);
}

/** A shape out of a feature; a fine one has the middle of its `rough` one, so that symbols stay where they are. */
function readShape({ id, properties, geometry }, rough) {
  const parts = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
  const polygons = parts.map((rings) => rings.map((ring) => ring.map(turned)));
  let anchor;
  const largest = polygons.reduce((best, each) => (ringArea(each[0]) > ringArea(best[0]) ? each : best));
  return {
    code: id,
    name: properties?.name,
    polygons,
    area: ringArea(largest[0]),
    /** The point of the largest part that is farthest from its edges: room for a label or a symbol. */
    get anchor() {
      anchor ??= rough ? rough().anchor : deepest(largest);
      return anchor;
    },
  };
}

function ringArea(ring) {
  let twice = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    twice += FLAT * (ring[j][1] * ring[i][0] - ring[i][1] * ring[j][0]);
  }
  return Math.abs(twice / 2);
}

/** Pole of inaccessibility by repeated halving of cells (Garcia-Castellanos and Lombardo 2007, as in polylabel). */
function deepest(polygon) {
  const rings = polygon.map((ring) => ring.map(([lat, lon]) => [lon * FLAT, lat]));
  const xs = rings[0].map(([x]) => x);
  const ys = rings[0].map(([, y]) => y);
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - bottom];
  const size = Math.min(width, height);
  const cell = (x, y, half) => {
    const depth = signedDistance(x, y, rings);
    return { x, y, half, depth, most: depth + half * Math.SQRT2 };
  };
  let best = cell(left + width / 2, bottom + height / 2, 0);
  const queue = [];
  for (let x = left; x < left + width; x += size) {
    for (let y = bottom; y < bottom + height; y += size) queue.push(cell(x + size / 2, y + size / 2, size / 2));
  }
  while (queue.length) {
    queue.sort((one, two) => one.most - two.most);
    const next = queue.pop();
    if (next.depth > best.depth) best = next;
    if (next.most - best.depth <= size / 16) break;
    const half = next.half / 2;
    for (const [dx, dy] of [[-half, -half], [half, -half], [-half, half], [half, half]]) {
      queue.push(cell(next.x + dx, next.y + dy, half));
    }
  }
  return [best.y, best.x / FLAT];
}

/** Whether a point lies inside rings: an odd number of edges to its right. */
export function isInside(x, y, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const one = ring[i];
      const two = ring[j];
      if (one[1] > y === two[1] > y) continue;
      if (x < ((two[0] - one[0]) * (y - one[1])) / (two[1] - one[1]) + one[0]) inside = !inside;
    }
  }
  return inside;
}

/** Distance to the nearest edge, positive inside. */
export function signedDistance(x, y, rings) {
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const one = ring[i];
      const two = ring[j];
      const squared = squaredDistance(x, y, one[0], one[1], two[0], two[1]);
      if (squared < least) least = squared;
    }
  }
  return (isInside(x, y, rings) ? 1 : -1) * Math.sqrt(least);
}

function squaredDistance(x, y, ax, ay, bx, by) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2;
}

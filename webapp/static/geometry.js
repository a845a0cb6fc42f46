/* Shapes of all editions and levels out of one TopoJSON file, decoded only when first drawn. */

const FLAT = Math.cos((21 * Math.PI) / 180); // degrees of longitude to degrees of latitude, at Hanoi

/** Reads the objects of a topology; coordinates are [lat, lon] in degrees, as Leaflet takes them. */
export class Geometry {
  constructor(topology) {
    this.topology = topology;
    this.decoded = new Map();
  }

  /** Shapes of an object: `{code, name, polygons, area, anchor}`, each polygon an outer ring and its holes. */
  shapes(object) {
    if (!this.decoded.has(object)) {
      const { features } = topojson.feature(this.topology, this.topology.objects[object]);
      this.decoded.set(object, features.map(readShape));
    }
    return this.decoded.get(object);
  }

  /** Lines between the areas of an object, without its outer edge. */
  inner(object) {
    return this.#mesh(object, (one, two) => one !== two);
  }

  /** The outer edge of an object. */
  outer(object) {
    return this.#mesh(object, (one, two) => one === two);
  }

  #mesh(object, keep) {
    const lines = topojson.mesh(this.topology, this.topology.objects[object], keep);
    return lines.coordinates.map((line) => line.map(turned));
  }
}

const turned = ([lon, lat]) => [lat, lon];

function readShape({ id, properties, geometry }) {
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
      anchor ??= deepest(largest);
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
    if (next.most - best.depth <= size / 25) break;
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
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

/** Distance to the nearest edge, positive inside. */
export function signedDistance(x, y, rings) {
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      least = Math.min(least, squaredDistance(x, y, ...ring[i], ...ring[j]));
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

/* Graduated circles for counts: area in proportion to the value, so that a sum of parts looks like the whole. */

const ZERO = 3; // pixels; a zero is a figure and must be seen

/** The largest size of a value of a view, for changes may be negative; 0 if there is none. */
export function largestValue(view) {
  return Math.max(0, ...view.areas.value.filter((value) => value !== null).map(Math.abs));
}

/** Radius in pixels of a value among so many areas, of which `most` is the largest value. */
export function circleRadius(value, most, count) {
  const widest = Math.max(9, Math.min(26, 125 / Math.sqrt(count)));
  return value ? Math.max(2, widest * Math.sqrt(Math.abs(value) / most)) : ZERO;
}

/** Up to three round values for the key, largest first. */
export function keyValues(most) {
  if (most <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(most));
  const top = [5, 2, 1].map((step) => step * power).find((value) => value <= most);
  return [top, top / 2, top / 10].filter((value, at) => at === 0 || Number.isInteger(value));
}

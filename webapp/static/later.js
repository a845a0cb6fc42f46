/* What may wait until the map has been painted: a switch is felt by its first frame. */

const waiting = new Set();

/** Run a task after the next paint. A task that is waiting already is not run twice. */
export function afterPaint(task) {
  if (!waiting.size) requestAnimationFrame(() => setTimeout(run));
  waiting.add(task);
}

function run() {
  const tasks = [...waiting];
  waiting.clear();
  for (const task of tasks) task();
}

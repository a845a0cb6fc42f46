/* What may wait until the map has been painted: a switch is felt by its first frame. */

const [soon, late] = [new Set(), new Set()];

/** Run a task after the next paint. A task that is waiting already is not run twice. */
export function afterPaint(task) {
  wait();
  soon.add(task);
}

/** Run a task once those of `afterPaint` are done and painted: for what is long and below the map. */
export function afterAll(task) {
  wait();
  late.add(task);
}

function wait() {
  if (!soon.size && !late.size) requestAnimationFrame(() => setTimeout(run));
}

function run() {
  const tasks = [...soon];
  soon.clear();
  for (const task of tasks) task();
  if (late.size) requestAnimationFrame(() => setTimeout(finish));
}

function finish() {
  const tasks = [...late];
  late.clear();
  for (const task of tasks) task();
}

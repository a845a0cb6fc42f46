/* What may wait until the map has been painted: a switch is felt by its first frame. */

const [soon, late] = [new Set(), new Set()];
let waiting = false;

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
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => setTimeout(run));
}

function run() {
  inTurn(soon, () => {
    waiting = false;
    if (late.size) requestAnimationFrame(() => setTimeout(() => inTurn(late)));
  });
}

/** Run tasks one by one, with room between them for what the reader does. */
function inTurn(tasks, then = () => {}) {
  const [task] = tasks;
  if (!task) return then();
  tasks.delete(task);
  task();
  setTimeout(() => inTurn(tasks, then));
}

/** Let the browser answer the reader before a long piece of work goes on. */
export const rest = () => globalThis.scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));

/* A table with more columns than a sheet of paper holds, printed as several tables beneath each other. */

const COLUMNS = 8; // beside the first, on A4 across

/** A copy of the table with its first column and those from `start` on. */
function part(table, start) {
  const copy = table.cloneNode(true);
  for (const each of copy.querySelectorAll("[id]")) each.removeAttribute("id");
  for (const row of copy.rows) {
    if (row.cells.length === 1) row.cells[0].colSpan = COLUMNS + 1; // the name of a group
    else [...row.cells].forEach((cell, at) => at > 0 && (at < start || at >= start + COLUMNS) && cell.remove());
  }
  return copy;
}

/** Around printing, a wide table stands as its parts. */
export function bindSheets(table) {
  const columns = table.rows[0].cells.length - 1;
  if (columns <= COLUMNS) return;
  let parts = [];
  addEventListener("beforeprint", () => {
    parts = Array.from({ length: Math.ceil(columns / COLUMNS) }, (_, at) => part(table, 1 + at * COLUMNS));
    table.after(...parts);
    table.hidden = true;
  });
  addEventListener("afterprint", () => {
    for (const each of parts) each.remove();
    table.hidden = false;
  });
}

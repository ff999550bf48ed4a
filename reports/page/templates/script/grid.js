// Which columns a cell of a table's head stands over, spans counted: [first, one after the last].
const columnsOf = (table) => {
  const taken = [];
  const places = new Map();
  [...table.tHead.rows].forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (taken[y]?.[x]) x += 1;
      for (let dy = 0; dy < cell.rowSpan; dy += 1) {
        for (let dx = 0; dx < cell.colSpan; dx += 1) (taken[y + dy] ??= [])[x + dx] = true;
      }
      places.set(cell, [x, x + cell.colSpan]);
      x += cell.colSpan;
    }
  });
  return places;
};
const bodyRows = (table) => [...table.tBodies].flatMap((body) => [...body.rows]);
const isPlain = (row) => [...row.cells].every((cell) => cell.colSpan === 1 && cell.rowSpan === 1);

// The text of a cell without small print and letters of footnotes.
const textOf = (cell) => {
  const copy = cell.cloneNode(true);
  for (const each of all("small, sup", copy)) each.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};

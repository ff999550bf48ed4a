// A click on the head of a column sorts by it: largest first, smallest first, as before.
const VERDICTS = ["none", "mild", "strong"];
const keyOf = (cell) => {
  if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
  const text = textOf(cell);
  if (VERDICTS.includes(text)) return VERDICTS.indexOf(text);
  const number = Number(text.replace("\u2212", "-").replace(/[\s\u202f]|( ±.*)$/g, ""));
  return text && Number.isFinite(number) ? number : text.replace(/^[–-]$/, "");
};
const isMissing = (key) => key === "" || Number.isNaN(key);
const compare = (a, b) => typeof a === "number" && typeof b === "number"
  ? a - b
  : String(a).localeCompare(String(b), "en", { numeric: true });
const order = (rows, place, direction) => {
  const keyed = rows.map((row) => [isPlain(row) && row.cells[place] ? keyOf(row.cells[place]) : "", row]);
  keyed.sort(([a], [b]) => isMissing(a) - isMissing(b) || (isMissing(a) ? 0 : direction * compare(a, b)));
  return keyed.map(([, row]) => row);
};
const sortable = (table) => table.tHead && table.tBodies.length === 1 && !table.classList.contains("matrix")
  && bodyRows(table).filter(isPlain).length > 1 && bodyRows(table).every((row) => [...row.cells].every((cell) => cell.rowSpan === 1));

for (const table of all("main table").filter(sortable)) {
  const rows = bodyRows(table);
  const heads = [...columnsOf(table)].filter(([head, [first, end]]) => end === first + 1 && textOf(head));
  for (const [head, [place]] of heads) {
    const act = () => {
      const before = head.getAttribute("aria-sort");
      const after = { null: "descending", descending: "ascending", ascending: null }[before];
      for (const [each] of heads) each.removeAttribute("aria-sort");
      if (after) head.setAttribute("aria-sort", after);
      table.tBodies[0].append(...(after ? order(rows, place, after === "ascending" ? 1 : -1) : rows));
      say(after ? `Sorted by ${textOf(head)}, ${after}` : "In the order of the report");
    };
    const button = makeButton("", act, { class: "sort" });
    button.append(...head.childNodes);
    head.append(button);
  }
}

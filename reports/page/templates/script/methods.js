// A method owns the curves that carry its place, and whatever its line sample stands in: row, column, table, panel.
const boxes = all("#filter input");
const owners = new Map();
const own = (element, method) => {
  if (!element) return;
  if (!owners.has(element)) owners.set(element, new Set());
  owners.get(element).add(method);
};
const column = (head) => {
  const table = head.closest("table");
  const [first, end] = columnsOf(table).get(head);
  const cells = bodyRows(table).filter(isPlain).flatMap((row) => [...row.cells].slice(first, end));
  return [head, ...cells];
};
const underneath = (heading) => {
  const found = [heading];
  const level = Number(heading.tagName[1]);
  for (let each = heading.nextElementSibling; each; each = each.nextElementSibling) {
    if (/^H[1-6]$/.test(each.tagName) && Number(each.tagName[1]) <= level) break;
    found.push(each);
  }
  return found;
};
const around = (sample) => {
  const head = sample.closest("thead th");
  if (head) return column(head);
  const heading = sample.closest("h3, h4");
  if (heading) return underneath(heading);
  const summary = sample.closest("summary");
  if (summary) return [summary.parentElement];
  const caption = sample.closest("caption");
  if (caption) return [caption.closest(".scroll") ?? caption.closest("table")];
  return [sample.closest("tbody tr") ?? sample.closest("figure, li, dl > div")];
};
for (const sample of all(".swatch[data-method]", main)) {
  for (const each of around(sample)) own(each, sample.dataset.method);
}
for (const part of all(".drawing [data-method]", main)) own(part, part.dataset.method);
for (const drawing of all(".drawing[data-owner]", main)) own(drawing.closest("figure") ?? drawing, drawing.dataset.owner);

const apply = () => {
  const off = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
  for (const [element, methods] of owners) element.classList.toggle("off", [...methods].some((each) => off.has(each)));
  document.getElementById("filter-count").textContent = off.size ? `${boxes.length - off.size} of ${boxes.length}` : "";
  document.dispatchEvent(new Event("umva-methods"));
};
for (const box of boxes) box.addEventListener("change", apply);
const setAll = (checked) => {
  for (const box of boxes) box.checked = checked;
  apply();
};
document.getElementById("filter-all")?.addEventListener("click", () => setAll(true));
document.getElementById("filter-none")?.addEventListener("click", () => setAll(false));

const toggle = document.getElementById("filter-button");
const panel = document.getElementById("filter");
const show = (open) => {
  toggle.setAttribute("aria-expanded", String(open));
  panel.classList.toggle("open", open);
};
toggle?.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"));
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || toggle?.getAttribute("aria-expanded") !== "true") return;
  show(false);
  toggle.focus();
});
if (boxes.length) addEventListener("pageshow", apply); // a browser may have kept the boxes of the last visit

// Each table can be taken along, as CSV or as LaTeX (booktabs): what is shown, in the order it is shown in.
const MARKS = { "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "%": "\\%", "#": "\\#", "_": "\\_",
  "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}", "±": "$\\pm$", "\u2212": "$-$",
  "×": "$\\times$", "χ": "$\\chi$", "²": "$^2$", "σ": "$\\sigma$", "ε": "$\\varepsilon$", "Δ": "$\\Delta$", "≥": "$\\geq$", "≤": "$\\leq$",
  "√": "$\\sqrt{}$", "µ": "\\textmu{}", "–": "--", "\u202f": "\\,", "\u00a0": "~" };
const POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const latex = (text) => [...text].map((each) => MARKS[each] ?? each).join("")
  .replace(/(10)(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/gu, (_, ten, sign, power) => `$${ten}^{${sign && "-"}${[...power].map((each) => POWERS.indexOf(each)).join("")}}$`)
  .replaceAll("$$", "");
const csv = (text) => {
  const plain = text.replaceAll("\u2212", "-").replaceAll("\u202f", "");
  return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};
const small = (cell) => all("small", cell).map((each) => each.textContent.trim()).filter(Boolean).join("; ");
const shown = (element) => !element.classList.contains("off");

const readTable = (table) => {
  const heads = new Map();
  for (const [cell, [first, end]] of columnsOf(table)) {
    for (let place = first; place < end; place += 1) heads.set(place, [...(heads.get(place) ?? []), cell]);
  }
  const places = [...heads.keys()].sort((a, b) => a - b).filter((place) => heads.get(place).every(shown));
  const rows = bodyRows(table).filter(shown);
  return { places, rows, titles: places.map((place) => heads.get(place).map(textOf).filter(Boolean).join(", ")) };
};
const asCsv = (table) => {
  const { places, rows, titles } = readTable(table);
  const columns = places.map((place, i) => {
    const cells = rows.map((row) => row.cells[place]);
    const pairs = cells.map((cell) => (cell ? textOf(cell) : "").split(" ± "));
    const found = [[titles[i], ...pairs.map(([value]) => value)]];
    if (pairs.some((pair) => pair.length === 2)) found.push([`${titles[i]}, error`, ...pairs.map((pair) => pair[1] ?? "")]);
    if (cells.some((cell) => cell && small(cell))) found.push([`${titles[i]}, more`, ...cells.map((cell) => (cell ? small(cell) : ""))]);
    return found;
  }).flat();
  return columns[0].map((_, i) => columns.map((column) => csv(column[i])).join(",")).join("\n") + "\n";
};
const asLatex = (table) => {
  const { places, rows, titles } = readTable(table);
  const isNumber = (place) => rows.some((row) => isPlain(row) && row.cells[place]?.dataset.value !== undefined);
  const line = (cells) => `  ${cells.map(latex).join(" & ")} \\\\`;
  const body = rows.map((row) => isPlain(row)
    ? line(places.map((place) => textOf(row.cells[place])))
    : `  ${latex(textOf(row.cells[0]))} & \\multicolumn{${Math.max(places.length - 1, 1)}}{l}{${latex(textOf(row.cells[1]))}} \\\\`);
  return [`\\begin{tabular}{${places.map((place) => (isNumber(place) ? "r" : "l")).join("")}}`, "  \\toprule", line(titles), "  \\midrule",
    ...body, "  \\bottomrule", "\\end{tabular}", ""].join("\n");
};

const toClipboard = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = make("textarea", { class: "aside", "aria-label": "to copy" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("the browser does not let the page copy");
  }
};
const copyButton = (format, write, table, title) => {
  const button = makeButton(`Copy ${format}`, async () => {
    const before = document.activeElement;
    const text = await toClipboard(write(table)).then(() => "Copied", (error) => error.message);
    before?.focus({ preventScroll: true });
    button.textContent = text;
    say(text);
    setTimeout(() => { button.textContent = `Copy ${format}`; }, 1500);
  }, { "aria-label": `Copy ${format}: ${title}` });
  return button;
};
for (const table of all("main .scroll > table").filter((each) => each.tHead && bodyRows(each).length)) {
  const title = table.parentElement.getAttribute("aria-label") ?? "table";
  table.after(make("div", { class: "tools" }, copyButton("CSV", asCsv, table, title), copyButton("LaTeX", asLatex, table, title)));
}

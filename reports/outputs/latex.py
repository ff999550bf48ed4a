r"""Tables of the report as LaTeX, for a note or a thesis: ``\input{leaderboard}`` with the package booktabs.

They are made from the same cells as the page, so that both always agree. Names are escaped; what Unicode has for plus-minus,
powers and Greek letters becomes what LaTeX has for it, so that every engine sets it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from umva.reports.digits import measured, probability
from umva.reports.page.boards import board
from umva.reports.page.chapters import CHAPTERS
from umva.reports.page.table import Table, tabulate
from umva.reports.page.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from umva.reports.page.view import Cell
    from umva.reports.results import Results

__all__ = ["latex_tables", "tex"]

SPECIAL = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    **{each: f"\\{each}" for each in "&%$#_{}"},
}
SIGNS = {
    "±": r"$\pm$",
    "\N{MULTIPLICATION SIGN}": r"$\times$",
    "\N{MINUS SIGN}": "$-$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "√": r"$\surd$",
    "\N{GREEK SMALL LETTER SIGMA}": r"$\sigma$",
    "ε": r"$\varepsilon$",
    "µ": r"$\mu$",
    "μ": r"$\mu$",
    "χ": r"$\chi$",
    "Δ": r"$\Delta$",
    "π": r"$\pi$",
    "\N{GREEK SMALL LETTER GAMMA}": r"$\gamma$",
    "τ": r"$\tau$",
    "→": r"$\to$",
    "∞": r"$\infty$",
    "·": r"$\cdot$",
    "²": "$^{2}$",
    "³": "$^{3}$",
    "₀": "$_{0}$",
    "…": r"\ldots{}",
    "\N{EN DASH}": "--",
    "—": "---",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "“": "``",
    "”": "''",
    "\u202f": r"\,",
    "\u2009": r"\,",
    "\u00a0": "~",
}
EXPONENT = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
DASH = "\N{EN DASH}"
WIDE = 6
"""Tables of more columns are set in small letters."""


def tex(text: str) -> str:
    r"""Return a text as LaTeX sets it letter by letter; letters that LaTeX has no name for stay as they are.

    Examples
    --------
    >>> print(tex("m_bb & 50 %"), tex("10⁻⁷"), tex("0.75 ± 0.01"))
    m\_bb \& 50 \% 10$^{-7}$ 0.75 $\pm$ 0.01
    """
    parts, end = [], 0
    for found in EXPONENT.finditer(text):
        parts += [_letters(text[end : found.start()]), f"$^{{{found[0].translate(PLAIN)}}}$"]
        end = found.end()
    return "".join([*parts, _letters(text[end:])])


def _letters(text: str) -> str:
    """Return letters escaped one by one; line breaks and other control characters become spaces."""
    return "".join(SPECIAL.get(each) or SIGNS.get(each) or (each if each.isprintable() else " ") for each in text)


def latex_tables(results: Results) -> dict[str, str]:
    """Return the tables of the page as LaTeX, by name.

    Parameters
    ----------
    results
        The comparison.

    Returns
    -------
    dict
        ``"leaderboard"``, ``"differences"`` of all methods, and for each other table of methods the chapter and what it
        is: ``"overtraining_tests"``. Each is a ``table`` environment with caption and label; the small print of the page's
        cells is left out.
    """
    view = View(results, {})
    methods = list(results.methods.values())
    lead = tabulate(view, board(view), [(each, each if each.status == "ok" else None) for each in methods])
    caption = f"{results.title}. {results.verdict} Numbers are of the test part, errors one standard deviation."
    tables = {"leaderboard": _environment("leaderboard", caption, lead)}
    if results.differences:
        tables["differences"] = _differences(results)
    for chapter in CHAPTERS:
        if results.task not in chapter.tasks or chapter.key == "summary" or not chapter.exists(view):
            continue
        for words, table in _tables(chapter.prepare(view)):
            name = re.sub(r"[^\w.-]+", "_", "_".join([chapter.key, *words]))
            while name in tables:
                name += "_"
            about = "".join(f", {each}" for each in words[1:])
            tables[name] = _environment(name, f"{results.title}: {chapter.title}{about}", table)
    return tables


def _tables(found: object, key: str = "", labels: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Table]]:
    """Return all tables of methods in what a chapter was prepared from, with their key and whose they are.

    That is the class, target or spectator that is named in a mapping around it, or stands first in a tuple, or is its key.
    """
    if isinstance(found, Table):
        if found.rows:
            yield (key, *labels), found
    elif isinstance(found, Mapping):
        of = found.get("label") or getattr(found.get("target"), "name", "")
        by_label = bool(found) and all(isinstance(each, Table) for each in found.values())
        for name, each in found.items():
            whose = str(name) if by_label else str(of)
            yield from _tables(each, key if by_label else str(name), (*labels, whose) if whose else labels)
    elif isinstance(found, list | tuple):
        named = isinstance(found, tuple) and found and isinstance(found[0], str)
        for each in found[1:] if named else found:
            yield from _tables(each, key, (*labels, found[0]) if named else labels)


def _environment(name: str, caption: str, table: Table) -> str:
    """Return a table of methods with caption, label and footnotes."""
    rows = []
    for row in table.rows:
        if row.cells:
            cells = [_cell(each) for each in row.cells]
        else:
            reason = f"{row.method.status}: {row.method.reason or 'for an unknown reason'}"
            cells = [rf"\multicolumn{{{table.width}}}{{l}}{{{tex(reason)}}}"]
        rows.append([tex(row.method.name), *cells])
    notes = [rf"\par\footnotesize$^{{\mathrm{{{mark}}}}}$ {tex(remark)}" for mark, remark in table.footnotes]
    return _framed(name, caption, _alignment(table), _heads(table), rows, notes)


def _framed(
    name: str,
    caption: str,
    alignment: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str] = (),
) -> str:
    """Return a table environment around lines of headings and rows of cells."""
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            *([r"\footnotesize"] if len(alignment) > WIDE else []),
            rf"\caption{{{tex(caption)}}}",
            rf"\label{{tab:{name}}}",
            rf"\begin{{tabular}}{{l{alignment}}}",
            r"\toprule",
            *heads,
            r"\midrule",
            *(" & ".join(each) + r" \\" for each in rows),
            r"\bottomrule",
            r"\end{tabular}",
            *notes,
            r"\end{table}",
            "",
        ]
    )


def _differences(results: Results) -> str:
    """Return each method against each better one: by how much above the diagonal, how likely by chance below it."""
    found = results.differences
    names = [each for each in results.methods if each in found or any(each in row for row in found.values())]
    rows = []
    for place, name in enumerate(names):
        cells = []
        for column, other in enumerate(names):
            better, worse = (name, other) if place < column else (other, name)
            known = found.get(worse, {}).get(better) if name != other else None
            text = (
                ""
                if known is None
                else measured(known.difference)
                if place < column
                else probability(known.p_corrected)
            )
            cells.append(tex(text))
        rows.append([tex(name), *cells])
    head = " & ".join(["", *map(tex, names)]) + r" \\"
    what = "RMSE in standard deviations" if results.task == "regression" else "AUC"
    caption = (
        f"{results.title}. Above the diagonal, by how much the method of the row is better in {what} than that of the "
        "column, on the same test events; below it, the probability of such a difference by chance, corrected (Holm)."
    )
    return _framed("differences", caption, "r" * len(names), [head], rows)


def _alignment(table: Table) -> str:
    """Return one letter a column: words on the left, numbers on the right."""
    return "".join("l" if words else "r" for _, members in table.heads for _, words in members)


def _heads(table: Table) -> list[str]:
    """Return the lines of headings: titles of groups with a rule below, then those of columns."""
    lines, rules, place = [], [], 2
    groups = [""]
    for group, members in table.heads:
        if group:
            groups.append(rf"\multicolumn{{{len(members)}}}{{c}}{{{tex(group)}}}")
            rules.append(rf"\cmidrule(lr){{{place}-{place + len(members) - 1}}}")
        else:
            groups += [""] * len(members)
        place += len(members)
    if table.grouped:
        lines += [" & ".join(groups) + r" \\", *rules]
    titles: Sequence[str] = [title for _, members in table.heads for title, _ in members]
    return [*lines, " & ".join(["Method", *map(tex, titles)]) + r" \\"]


def _cell(cell: Cell) -> str:
    """Return a number with the letter of its footnote."""
    mark = rf"$^{{\mathrm{{{cell.mark}}}}}$" if cell.mark else ""
    return (tex(cell.verdict or cell.text) if cell.text != DASH or cell.verdict else "--") + mark

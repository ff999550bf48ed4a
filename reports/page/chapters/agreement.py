"""Who answers alike: correlation of responses, and overlap of the events that are selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umva.reports.digits import roughly, scaled
from umva.reports.figures.looks import heading
from umva.reports.page.cells import shade, stacked
from umva.reports.page.chapters.differences import ordered
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from umva.reports.page.view import View
    from umva.reports.results import Number, Overlap, Pairs

__all__ = ["CHAPTER", "halves"]

Rows = list[tuple[str, list[Cell]]]


@dataclass(frozen=True)
class Selected:
    """Matrices for one class that is selected: what both select of either, and what each shares of its background."""

    title: str
    either: Rows
    background: Rows


def _prepare(view: View) -> dict[str, Any]:
    """Return the matrices of correlations, and those of overlaps for each signal efficiency."""
    found, names = view.results.agreement, ordered(view.results)
    if found is None or len(names) < 2:
        return {"methods": [], "correlations": {}, "overlaps": {}}
    several = view.results.task == "multiclass"
    return {
        "methods": [(each, view.swatch(each)) for each in names],
        "correlations": {
            heading(label, found.linear): halves(names, linear, found.rank.get(label, {}), signed=True)
            for label, linear in found.linear.items()
        },
        "overlaps": {
            f"{100 * float(key):g}": [
                _selected(names, label if several else "", each) for label, each in by_class.items()
            ]
            for key, by_class in found.overlap.items()
        },
    }


def _selected(names: Sequence[str], title: str, found: Overlap) -> Selected:
    """Return the matrices for one class that is selected."""
    return Selected(
        title,
        halves(names, found.signal, found.background),
        _whole(names, found.background_shared),
    )


def halves(
    names: Sequence[str],
    upper: Pairs,
    lower: Pairs,
    diagonal: Mapping[str, Number] | None = None,
    *,
    signed: bool = False,
) -> Rows:
    """Return a matrix in percent, with the one set of pairs above the diagonal and the other below.

    Parameters
    ----------
    names
        The methods, the better ones first.
    upper, lower
        A number for each pair, under the better one.
    diagonal
        A number for each method, where there is one.
    signed
        Whether they can be below zero, and are then coloured as correlations are: red above, blue below.
    """

    def cell(row: int, column: int) -> Cell:
        if row == column:
            number = (diagonal or {}).get(names[row])
            return _cell(number, signed=signed) if number else Cell("")
        first, second = sorted((row, column))
        pairs = upper if row < column else lower
        return _cell(pairs.get(names[first], {}).get(names[second]), signed=signed)

    return [(name, [cell(row, column) for column in range(len(names))]) for row, name in enumerate(names)]


def _whole(names: Sequence[str], pairs: Pairs) -> Rows:
    """Return a matrix in percent of what differs both ways."""
    return [(a, [Cell("") if a == b else _cell(pairs.get(a, {}).get(b)) for b in names]) for a in names]


def _cell(number: Number | None, *, signed: bool = False) -> Cell:
    """Return a number in percent, its error in small print, coloured by its size."""
    if number is None:
        return Cell()
    sign = "p" if signed and number.value > 0 else "n"
    cell_shade = shade(abs(number.value), sign)
    return stacked(roughly(scaled(number, -2), least=0.1), number.value, cell_shade)


CHAPTER = Chapter("agreement", "Which methods answer alike", "Agreement", _prepare)

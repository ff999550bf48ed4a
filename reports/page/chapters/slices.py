"""Where in the sample methods are weakest: slices of variables and spectators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.digits import MINUS, count, equals_p, handy_power, measured, scaled, unit_bracket
from umva.reports.figures.slices import sliced
from umva.reports.page.cells import shade
from umva.reports.page.view import Cell, Chapter

if TYPE_CHECKING:
    from umva.reports.page.view import View
    from umva.reports.results import MethodResult, Number, WeakSlice

__all__ = ["CHAPTER"]

SHOWN = 3
"""Weakest slices that are listed for each method; the results have five."""


def _prepare(view: View) -> dict[str, Any]:
    """Return for each target, or once, the weakest slices of all methods, and all slices of the best."""
    results = view.results
    parts = [_looked_at(view, target) for target in [each.name for each in results.dataset.targets] or [""]]
    return {
        "parts": [part for part in parts if part["methods"]],
        "what": {"regression": "RMSE", "multiclass": "Mean AUC"}.get(results.task, "AUC"),
        "missing": [each for each in results.methods.values() if each.status != "ok"],
    }


def _looked_at(view: View, target: str) -> dict[str, Any]:
    """Return the weakest slices of all methods, of one target in a regression."""
    known = [each for each in view.results.methods.values() if sliced(each, target)[0]]
    weak = [(each, sliced(each, target)[1]) for each in known]
    units = {each.name: each.unit for each in view.results.dataset.targets}
    first = next((each.value.value for _, found in weak for each in found), 0.0)
    power = handy_power(first) if target else 0
    drawn = [key[1] for key in view.drawings if key[0] == "slices" and key[2:] == ((target,) if target else ())]
    return {
        "target": target,
        "bracket": unit_bracket(units.get(target, ""), power) if target else "",
        "methods": known,
        "rows": [
            (method, view.swatch(method.name), *_row(each, power)) for method, found in weak for each in found[:SHOWN]
        ],
        "even": [method for method, found in weak if not found],
        "figures": drawn,
        "matrix": _matrix(known[0], target) if known else ([], []),
    }


def _row(weak: WeakSlice, power: int) -> tuple[str, str, list[Cell]]:
    """Return variable and slice, events, what is found there and elsewhere, and the p-value."""
    numbers = [scaled(each, power) for each in (weak.value, weak.rest)]
    cells = [
        Cell(count(weak.n_events), weak.n_events),
        *(Cell(measured(shown), each.value) for shown, each in zip(numbers, (weak.value, weak.rest), strict=True)),
        Cell(_signed(numbers[0].value - numbers[1].value, numbers[0]), weak.value.value - weak.rest.value),
        Cell(equals_p(weak.p_corrected), weak.p_corrected),
    ]
    return weak.variable, weak.label, cells


def _signed(value: float, like: Number) -> str:
    """Return a difference with its sign and as many digits as the number has."""
    decimals = len(measured(like).partition(" ")[0].partition(".")[2])
    return f"{MINUS if value < 0 else '+'}{abs(value):.{decimals}f}"


def _matrix(method: MethodResult, target: str) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """Return all slices of one method: the redder, the worse than the mean of its variable, in tenths of the largest gap."""
    slices = sliced(method, target)[0]
    width = max((len(each.labels) for each in slices.values()), default=0)
    sign = 1.0 if target else -1.0
    gaps = {
        name: [None if value is None else sign * (value - _mean(each.values)) for value in each.values]
        for name, each in slices.items()
    }
    largest = max((abs(gap) for row in gaps.values() for gap in row if gap is not None), default=0.0) or 1.0
    rows = []
    for name, each in slices.items():
        cells = [
            Cell(label) if value is None or gap is None else _cell(value, label, gap / largest)
            for value, label, gap in zip(each.values, each.labels, gaps[name], strict=True)
        ]
        rows.append((name, cells + [Cell("")] * (width - len(cells))))
    return [str(k + 1) for k in range(width)], rows


def _mean(values: tuple[float | None, ...]) -> float:
    """Return the mean of what is known."""
    known = [each for each in values if each is not None]
    return sum(known) / max(len(known), 1)


def _cell(value: float, label: str, gap: float) -> Cell:
    """Return a cell of the matrix: what is found, the slice in small print."""
    return Cell(f"{value:.3g}", None, (label,), shade=shade(abs(gap), "p" if gap > 0 else "n"))


CHAPTER = Chapter("slices", "Weakest slices of the sample", "Slices", _prepare)

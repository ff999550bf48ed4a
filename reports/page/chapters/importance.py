"""What drives each method: Shapley shares and permutation importance side by side, and where methods agree on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umva.reports.digits import minus, percent
from umva.reports.figures.importance import explained, variable_order
from umva.reports.figures.permutation import permutation_order, permuted
from umva.reports.page.chapters.agreement import halves
from umva.reports.page.chapters.differences import ordered
from umva.reports.page.view import Cell, Chapter, Swatch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from umva.reports.page.view import View
    from umva.reports.results import MethodResult, Number

__all__ = ["CHAPTER"]


@dataclass(frozen=True)
class Shares:
    """A table: heads of columns with what stands for them, and rows of variable, mean and cells."""

    heads: list[tuple[str, Swatch]]
    rows: list[tuple[str, str, list[tuple[Cell, int, int]]]]


def _prepare(view: View) -> dict[str, Any]:
    """Return the shares in all methods, in the classes or targets of each method, and how they were found."""
    columns = [(method.name, view.swatch(method.name), shares) for _, method, shares in explained(view.results)]
    parts = [(each, _parts(view, each)) for each in view.results.methods.values()]
    return {
        "shares": _shares(columns, [name for name, _ in variable_order(view.results)]),
        "permuted": _permuted(view),
        "permutation": next((each.permutation for each in view.results.methods.values() if each.permutation), None),
        **_agreement(view),
        "parts": [(method, view.swatch(method.name), shares) for method, shares in parts if shares],
        "what": "class" if view.results.task == "multiclass" else "target",
        "rankings": [
            (method, view.swatch(method.name), [*method.ranking.values.items()])
            for method in view.results.methods.values()
            if method.ranking is not None
        ],
        "notes": [(each.name, each.shap_note or each.reason) for each in view.results.methods.values()],
    }


def _permuted(view: View) -> Shares:
    """Return what each method loses without each variable."""
    columns = [(method.name, view.swatch(method.name), values) for _, method, values in permuted(view.results)]
    return _shares(columns, permutation_order(view.results))


def _agreement(view: View) -> dict[str, Any]:
    """Return how far the methods agree on the order of the variables."""
    found = view.results.importance_agreement
    names = [name for name in ordered(view.results) if found and _ordered(view.results.methods[name])]
    if found is None or len(names) < 2:
        return {"agreeing": [], "agreement": []}
    return {
        "agreeing": [(name, view.swatch(name)) for name in names],
        "agreement": halves(names, found.shap, found.permutation, found.within, signed=True),
    }


def _ordered(method: MethodResult) -> bool:
    """Tell whether there is any order of the variables for a method."""
    return bool(method.shap) or method.permutation is not None


def _parts(view: View, method: MethodResult) -> Shares | None:
    """Return the shares of a method class by class or target by target, where there are several."""
    if len(method.classes or method.targets) < 2:
        return None
    if method.classes:
        columns = [(name, view.classes.get(name, Swatch("muted")), each.shap) for name, each in method.classes.items()]
    else:
        columns = [(name, view.swatch(method.name), each.shap) for name, each in method.targets.items()]
    order = sorted(method.shap, key=lambda name: -method.shap[name].value)
    return _shares([each for each in columns if each[2]], order) if order else None


def _shares(columns: Sequence[tuple[str, Swatch, Mapping[str, Number]]], order: Sequence[str]) -> Shares:
    """Return a table of shares, variables in this order."""
    largest = max((each.value for _, _, shares in columns for each in shares.values()), default=0.0) or 1.0
    rows = []
    for name in order:
        known = [shares[name].value for _, _, shares in columns if name in shares]
        mean = sum(known) / max(len(columns), 1)
        shown = minus(f"{round(100 * mean, 1) + 0.0:.1f}")  # no sign before 0
        rows.append((name, shown, [_cell(shares, name, largest) for _, _, shares in columns]))
    return Shares([(name, swatch) for name, swatch, _ in columns], rows)


def _cell(shares: Mapping[str, Number], name: str, largest: float) -> tuple[Cell, int, int]:
    """Return share in percent, place in the column, and length of the bar, 100 for the longest of all."""
    share = shares.get(name)
    if share is None:
        return Cell(), 0, 0
    place = 1 + sum(each.value > share.value for each in shares.values())
    return Cell(percent(share), share.value), place, round(100 * max(share.value, 0.0) / largest)


CHAPTER = Chapter("importance", "What drives each method", "Importance", _prepare)

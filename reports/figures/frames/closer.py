"""The numbers behind the figures of cuts, spectators, probabilities, slices, and methods beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.figures.calibration import reliabilities
from umva.reports.figures.flatness import flatnesses
from umva.reports.figures.frames.rows import Rows, bins, columns, named, number
from umva.reports.figures.ratio import ratios
from umva.reports.figures.significance import scanned
from umva.reports.figures.slices import sliced
from umva.reports.measures.efficiency import WORKING_POINTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Results, Uniformity

__all__ = ["KINDS"]

EFFICIENCIES = ("signal_efficiency", "signal_error", "background_efficiency", "background_error")


def _cuts(results: Results, method: str) -> Rows:
    return [row for row in _significance(results) if row["method"] == method]


def _significance(results: Results, label: str = "") -> Rows:
    rows: Rows = []
    for _, name, each, found in scanned(results, label):
        merit = results.expectations[label or "signal"].merit
        passing = columns(each.scan, "cut", *EFFICIENCIES, "n_signal", "n_background")
        worth = zip(found.purity.tolist(), found.value.tolist(), found.error.tolist(), strict=True)
        rows += [
            {"method": name, **row, "purity": purity, merit: value, f"{merit}_error": error}
            for row, (purity, value, error) in zip(passing, worth, strict=True)
        ]
    return rows


def _flatness(results: Results, spectator: str, of: str) -> Rows:
    """Return efficiencies in bins of a spectator: at a working point, of the signal, or of one of several classes."""
    label = of if results.task == "multiclass" else ""
    points = (of,) if of in WORKING_POINTS and not label else tuple(WORKING_POINTS)
    rows: Rows = []
    for _, name, each in flatnesses(results, spectator, label):
        if each is not None:
            side = each.signal if of == "signal" and not label else each.background
            for point in points:
                rows += named(_efficiencies(side, point), method=name, background_efficiency=point)
    return rows


def _efficiencies(side: Uniformity, point: str) -> Rows:
    found = side.selections[point]
    return [
        {"bin": label, "efficiency": value, "error": error}
        for label, value, error in zip(side.labels, found.efficiencies, found.errors, strict=True)
    ]


def _shapes(results: Results, method: str, spectator: str) -> Rows:
    shapes = results.methods[method].flatness[spectator].shapes
    return [row for name, each in shapes.items() for row in named(bins(each), slice=name)]


def _reliability(results: Results, *words: str) -> Rows:
    label = words[0] if words and results.task == "multiclass" else ""
    found = reliabilities(results, label, recalibrated=bool(words) and not label)
    names = ("predicted", "observed", "errors")
    return [row for _, name, each in found for row in named(columns(each, *names), method=name)]


def _slices(results: Results, variable: str, target: str = "") -> Rows:
    found = {each.name: sliced(each, target)[0].get(variable) for each in results.methods.values()}
    names = ("labels", "values", "errors", "n_events")
    return [row for name, each in found.items() if each for row in named(columns(each, *names), method=name)]


def _ratio(results: Results, label: str = "") -> Rows:
    names = ("signal_efficiency", "ratio", "error")
    found = ratios(results, label)
    return [row for _, name, each in found for row in named(columns(each, *names), method=name, to=each.reference)]


def _permutation(results: Results) -> Rows:
    found = [(each.name, each.permutation) for each in results.methods.values()]
    return [
        {"method": name, "variable": variable, **number("loss", value)}
        for name, each in found
        if each
        for variable, value in each.values.items()
    ]


KINDS: dict[str, Callable[..., Rows]] = {
    "cuts": _cuts,
    "significance": _significance,
    "purity": _significance,
    "flatness": _flatness,
    "shapes": _shapes,
    "reliability": _reliability,
    "slices": _slices,
    "ratio": _ratio,
    "permutation": _permutation,
}

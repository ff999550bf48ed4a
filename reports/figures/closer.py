"""Figures of a closer look, with what they show in words: spectators, probabilities, slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import measured, percent
from umva.reports.figures.calibration import plot_reliability, reliabilities
from umva.reports.figures.flatness import flatnesses, most_sculpted, plot_flatness, plot_shapes
from umva.reports.figures.slices import plot_slices, sliced, weakest_variables
from umva.reports.measures.efficiency import WORKING_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from umva.reports.results import Results

__all__ = ["MOST_DRAWN", "calibration_figures", "flatness_figures", "slice_figures"]

MOST_DRAWN = 4
"""Spectators that are drawn; the tables have all."""


def flatness_figures(results: Results) -> Iterator[tuple[tuple[str, ...], Figure, str]]:
    """Draw efficiencies against each spectator, and its shape in slices of the response; return keys and words, too.

    Of several classes, the rest is drawn against each spectator at a cut that lets 10 % of it pass.
    """
    for name in results.dataset.spectators[:MOST_DRAWN]:
        if results.task == "multiclass":
            for label in results.dataset.counts:
                if any(each for _, _, each in flatnesses(results, name, label)):
                    words = flatness_in_words(results, name, "0.10", label)
                    yield ("flatness", name, label), plot_flatness(results, name, label=label), words
        elif any(each for _, _, each in flatnesses(results, name)):
            for point in WORKING_POINTS:
                words = flatness_in_words(results, name, point)
                yield ("flatness", name, point), plot_flatness(results, name, point), words
            words = flatness_in_words(results, name, "0.10", signal=True)
            yield ("flatness", name, "signal"), plot_flatness(results, name, signal=True), words
            for method in results.methods.values():
                if name in method.flatness:
                    words = f"{name} in slices of the response of {method.name}. {method.flatness[name].sentence}"
                    yield ("shapes", method.name, name), plot_shapes(method, name), words


def calibration_figures(results: Results) -> Iterator[tuple[tuple[str, ...], Figure, str]]:
    """Draw reliability curves as given and after recalibration; of several classes one for each, as given."""
    for label in results.dataset.counts if results.task == "multiclass" else ("",):
        for after in (False,) if label else (False, True):
            found = list(reliabilities(results, label, recalibrated=after))
            if found:
                key = ("reliability", *([label] if label else []), *(["recalibrated"] if after else []))
                errors = ", ".join(f"{name} {percent(each.ece)} %" for _, name, each in found)
                words = f"Share of {label or 'signal'} found against probability given{' after recalibration' * after}."
                figure = plot_reliability(results, label, recalibrated=after)
                yield key, figure, f"{words} Mean absolute error: {errors}."


def slice_figures(results: Results) -> Iterator[tuple[tuple[str, ...], Figure, str]]:
    """Draw the slices of the variables in which methods are weakest."""
    for target in [each.name for each in results.dataset.targets] or [""]:
        for name in weakest_variables(results, target):
            key = ("slices", name, *([target] if target else []))
            yield key, plot_slices(results, name, target), slices_in_words(results, name, target)


def flatness_in_words(results: Results, spectator: str, point: str, label: str = "", *, signal: bool = False) -> str:
    """Describe efficiencies against a spectator."""
    found = [(name, each) for _, name, each in flatnesses(results, spectator, label) if each is not None]
    who = found[0][1].own if signal else most_sculpted([each for _, each in found])
    sides = [(name, each.classes[who].selections[point].spread) for name, each in found]
    spreads = ", ".join(f"{name} {percent(spread)} %" for name, spread in sides)
    rest = f"all but {label}" if label else "background"
    cut = f"a cut that lets {100 * float(point):g} % of {rest} pass"
    return f"Efficiency of {who} against {spectator} at {cut}. Relative spread: {spreads}."


def slices_in_words(results: Results, variable: str, target: str = "") -> str:
    """Describe the slices of a variable."""
    weak = [
        f"{method.name} {measured(each.value)} at {each.label}"
        for method in results.methods.values()
        for each in sliced(method, target)[1][:3]
        if each.variable == variable
    ]
    what = f"RMSE of {target}" if target else "AUC"
    return " ".join([f"{what} in slices of {variable}.", *([f"Weakest: {'; '.join(weak)}."] if weak else [])])

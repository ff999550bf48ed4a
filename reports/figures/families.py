"""What there is to draw of a comparison, family by family: each draws what it finds numbers for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.figures import words
from umva.reports.figures.closer import calibration_figures, flatness_figures, slice_figures
from umva.reports.figures.confusion import plot_confusion
from umva.reports.figures.correlation import plot_correlation
from umva.reports.figures.cuts import cuts_in_words, plot_cuts
from umva.reports.figures.deviation import plot_deviation, plot_deviations
from umva.reports.figures.drawing import Drawing, Key
from umva.reports.figures.envelope import envelope_in_words, envelopes, plot_envelope
from umva.reports.figures.importance import explained, plot_importance
from umva.reports.figures.learning import learners, learning_in_words, plot_learning
from umva.reports.figures.permutation import permutation_in_words, permuted, plot_permutation
from umva.reports.figures.profile import plot_profile
from umva.reports.figures.ratio import plot_ratio, ratio_in_words, ratios
from umva.reports.figures.response import plot_response
from umva.reports.figures.roc import plot_rejection, plot_roc
from umva.reports.figures.significance import (
    plot_purity,
    plot_significance,
    purity_in_words,
    scanned,
    significance_in_words,
)
from umva.reports.figures.style import panel
from umva.reports.figures.tornado import plot_tornado, tornado_in_words
from umva.reports.figures.training import plot_training
from umva.reports.figures.variables import plot_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from umva.reports.results import Results

__all__ = ["FAMILIES"]


def _two_classes(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what there is of signal against background."""
    if results.task != "classification":
        return
    methods = results.methods.values()
    if any(each.roc for each in methods):
        yield ("roc",), Drawing(plot_roc(results), words.roc(results))
        yield ("rejection",), Drawing(plot_rejection(results), words.rejection(results))
    for method in methods:
        if method.response:
            yield ("response", method.name), Drawing(plot_response(method), words.response(method))


def _several_classes(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what there is of each class against the rest; only the first method has frames for pulls."""
    if results.task != "multiclass":
        return
    methods = results.methods.values()
    for label in results.dataset.counts:
        if any(label in each.classes and each.classes[label].roc for each in methods):
            yield ("roc", label), Drawing(plot_roc(results, label), words.roc(results, label))
            yield ("rejection", label), Drawing(plot_rejection(results, label), words.rejection(results, label))
    for method in methods:
        if method.confusion:
            yield ("confusion", method.name), Drawing(plot_confusion(method), words.confusion(method))
    first = next((each for each in methods if each.classes), None)
    for method in methods:
        for label, found in method.classes.items():
            if found.response:
                axes = None if method is first else (panel(3.1, 2.5),)
                drawing = Drawing(plot_response(method, label, axes=axes), words.response(method, label))
                yield ("response", method.name, label), drawing


def _working(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what cuts are worth."""
    for label in results.dataset.counts if results.task == "multiclass" else ("",):
        if scanned(results, label):
            of = (label,) if label else ()
            yield (
                ("significance", *of),
                Drawing(plot_significance(results, label), significance_in_words(results, label)),
            )
            yield ("purity", *of), Drawing(plot_purity(results, label), purity_in_words(results, label))
    for place, method in enumerate(results.methods.values()):
        if method.scan and "signal" in results.expectations:
            what = method, results.expectations["signal"]
            yield ("cuts", method.name), Drawing(plot_cuts(*what, place), cuts_in_words(*what))


def _estimates(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what there is of each target: deviations, and what they depend on."""
    for target in results.dataset.targets:
        yield ("target", target.name), Drawing(plot_variable(target), words.variable(target))
        estimates = [each for each in results.methods.values() if target.name in each.targets]
        if not estimates:
            continue
        name = target.name
        yield ("deviations", name), Drawing(plot_deviations(results, target), words.deviations(results, name))
        yield ("profile", name), Drawing(plot_profile(results, name), words.profile(results, name))
        for method in estimates:
            yield (
                ("deviation", method.name, name),
                Drawing(plot_deviation(method, target), words.deviation(method, name)),
            )
        for variable in results.dataset.variables:
            if any(variable.name in each.targets[name].against_variables for each in estimates):
                drawing = Drawing(
                    plot_profile(results, name, variable.name), words.profile(results, name, variable.name)
                )
                yield ("profile", name, variable.name), drawing


def _variables(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw the variables, the one that tells most first, and their correlations."""
    for variable in sorted(results.dataset.variables, key=lambda each: each.rank):
        yield ("variable", variable.name), Drawing(plot_variable(variable), words.variable(variable))
    for label in results.dataset.correlation:
        yield ("correlation", label), Drawing(plot_correlation(results.dataset, label), words.correlation(label))


def _importance(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what drives the methods."""
    for label in ("", *_parts_of_methods(results)):
        if explained(results, label):
            key = ("importance", label) if label else ("importance",)
            yield key, Drawing(plot_importance(results, label), words.importance(results, label))


def _training(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw how the trainings went."""
    for method in results.methods.values():
        if method.curves:
            yield ("training", method.name), Drawing(plot_training(method), words.training(method))


def _closer(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what depends on spectators, how probabilities hold, and where in the sample methods are weakest."""
    for figures in (flatness_figures, slice_figures, calibration_figures):
        for key, figure, alt in figures(results):
            yield key, Drawing(figure, alt)


def _systematics(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what systematic variations do."""
    for place, method in enumerate(results.methods.values()):
        if method.systematics and method.systematics.shifts:
            yield ("tornado", method.name), Drawing(plot_tornado(method, place), tornado_in_words(method))
    if envelopes(results):
        yield ("envelope",), Drawing(plot_envelope(results), envelope_in_words(results))


def _studies(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw what more events would bring."""
    if learners(results):
        yield ("learning",), Drawing(plot_learning(results), learning_in_words(results))


def _relations(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw methods relative to the best one, and what they lose without each variable."""
    for label in ("", *results.dataset.counts):
        if any(each.ratio for _, _, each in ratios(results, label)) and (label != "") == (results.task == "multiclass"):
            key = ("ratio", label) if label else ("ratio",)
            yield key, Drawing(plot_ratio(results, label), ratio_in_words(results, label))
    if permuted(results):
        yield ("permutation",), Drawing(plot_permutation(results), permutation_in_words(results))


FAMILIES: tuple[Callable[[Results], Iterator[tuple[Key, Drawing]]], ...] = (
    _two_classes,
    _several_classes,
    _working,
    _estimates,
    _variables,
    _importance,
    _relations,
    _closer,
    _systematics,
    _studies,
    _training,
)
"""What there is to draw, in the order of the page; each family draws what it finds numbers for."""


def _parts_of_methods(results: Results) -> list[str]:
    """Return the classes or the targets, where there are several, that methods are explained for one by one."""
    if results.task == "multiclass":
        return list(results.dataset.counts)
    return [each.name for each in results.dataset.targets] if len(results.dataset.targets) > 1 else []

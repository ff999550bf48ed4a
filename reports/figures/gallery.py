"""All figures of a comparison: drawn once, described in words, saved as files."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from umva.errors import ReportError
from umva.reports.digits import measured, probability
from umva.reports.figures.correlation import plot_correlation
from umva.reports.figures.importance import explained, plot_importance, variable_order
from umva.reports.figures.response import plot_response
from umva.reports.figures.roc import plot_rejection, plot_roc
from umva.reports.figures.style import settings
from umva.reports.figures.training import plot_training
from umva.reports.figures.variables import outside, plot_variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from umva.reports.results import MethodResult, Results, VariableSummary

__all__ = ["Drawing", "Key", "draw_all", "write_figures"]

FORMATS = ("pdf", "png", "svg", "eps")
METADATA = {
    "pdf": {"Creator": "umva", "Producer": "matplotlib", "CreationDate": None},
    "svg": {"Date": None, "Creator": None},
}

Key = tuple[str, str]
"""What is drawn, and of which method, variable or class: ``("response", "BDT")``, ``("roc", "")``."""


@dataclass(frozen=True)
class Drawing:
    """A figure and what it shows.

    Parameters
    ----------
    figure
        The figure, not tied to any window.
    alt
        What it shows in words and numbers, for readers who cannot see it.
    """

    figure: Figure
    alt: str


def draw_all(results: Results) -> dict[Key, Drawing]:
    """Draw every figure that there are numbers for.

    Parameters
    ----------
    results
        The comparison.

    Returns
    -------
    dict
        Drawings in the order of the page; keys name kind (``roc``, ``rejection``, ``response``, ``variable``,
        ``correlation``, ``importance``, ``training``) and subject.
    """
    with settings():
        return dict(_drawings(results))


def write_figures(
    results: Results,
    folder: Path,
    formats: Sequence[str] = ("pdf",),
    *,
    drawings: Mapping[Key, Drawing] | None = None,
) -> list[Path]:
    """Write every figure into a folder, which is made if it is not there.

    Parameters
    ----------
    results
        The comparison.
    folder
        Where the files go: ``roc.pdf``, ``response_BDT.pdf``, ...; files of the same names are overwritten.
    formats
        Any of ``pdf``, ``png``, ``svg``, ``eps``.
    drawings
        What :func:`draw_all` gave for these results, to save drawing them again.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ReportError
        If a format is not known.
    """
    for each in formats:
        if each not in FORMATS:
            msg = f"figures cannot be written as '{each}', only as {', '.join(FORMATS)}"
            raise ReportError(msg)
    drawings = draw_all(results) if drawings is None else drawings
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        for stem, drawing in zip(_file_stems(drawings), drawings.values(), strict=True):
            for each in formats:
                path = folder / f"{stem}.{each}"
                drawing.figure.savefig(path, format=each, metadata=METADATA.get(each), dpi=200)
                paths.append(path)
    return paths


def _drawings(results: Results) -> Iterator[tuple[Key, Drawing]]:
    """Draw one figure after the other."""
    methods = results.methods.values()
    if any(each.roc for each in methods):
        yield ("roc", ""), Drawing(plot_roc(results), _roc_words(results))
        yield ("rejection", ""), Drawing(plot_rejection(results), _rejection_words(results))
    for method in methods:
        if method.response:
            yield ("response", method.name), Drawing(plot_response(method), _response_words(method))
    for variable in sorted(results.dataset.variables, key=lambda each: each.rank):
        yield ("variable", variable.name), Drawing(plot_variable(variable), _variable_words(variable))
    for label in results.dataset.correlation:
        words = f"Matrix of linear correlation coefficients of the input variables, {label}."
        yield ("correlation", label), Drawing(plot_correlation(results.dataset, label), words)
    if explained(results):
        yield ("importance", ""), Drawing(plot_importance(results), _importance_words(results))
    for method in methods:
        if method.curves:
            yield ("training", method.name), Drawing(plot_training(method), _training_words(method))


def _file_stems(drawings: Mapping[Key, Drawing]) -> list[str]:
    """Return a file name without ending for each drawing: letters, digits, dots and dashes, all different."""
    stems: list[str] = []
    taken: set[str] = set()
    for kind, subject in drawings:
        stem = re.sub(r"[^\w.-]+", "_", f"{kind}_{subject}" if subject else kind).strip("_")[:80]
        candidates = (stem if i == 1 else f"{stem}_{i}" for i in range(1, len(drawings) + 2))
        free = next(each for each in candidates if each.lower() not in taken)
        taken.add(free.lower())
        stems.append(free)
    return stems


def _roc_words(results: Results) -> str:
    """Describe the ROC curves."""
    areas = [f"{each.name} {measured(each.auc.test)}" for each in results.methods.values() if each.auc and each.roc]
    return f"Background rejection against signal efficiency on the test part. Area under the curve: {', '.join(areas)}."


def _rejection_words(results: Results) -> str:
    """Describe the curves of inverse background efficiency."""
    found = [
        f"{each.name} {measured(each.signal_efficiency['0.01'].test)}"
        for each in results.methods.values()
        if "0.01" in each.signal_efficiency
    ]
    reading = f" Signal efficiency at 1 % background: {', '.join(found)}." if found else ""
    return f"Inverse background efficiency against signal efficiency, logarithmic.{reading}"


def _response_words(method: MethodResult) -> str:
    """Describe the responses of a method."""
    words = [f"Response of {method.name} for signal and background, test as histograms, train as points."]
    if method.auc:
        words.append(f"Area under the curve: test {measured(method.auc.test)}, train {measured(method.auc.train)}.")
    if method.overtraining:
        found = method.overtraining
        tests = f"signal {probability(found.ks_signal.p_value)}, background {probability(found.ks_background.p_value)}"
        words.append(f"Kolmogorov-Smirnov p-values: {tests}.")
    return " ".join(words)


def _variable_words(variable: VariableSummary) -> str:
    """Describe a variable."""
    beyond = f" Outside the frame: {'; '.join(outside(variable))}." if outside(variable) else ""
    unit = f" in {variable.unit}" if variable.unit else ""
    return (
        f"Densities of {variable.name}{unit} for signal and background, rank {variable.rank}, "
        f"separation {measured(variable.separation)}.{beyond}"
    )


def _importance_words(results: Results) -> str:
    """Describe the shares of the variables."""
    shares = ", ".join(f"{name} {100 * mean:.1f} %" for name, mean in variable_order(results)[:5])
    return f"Share of each variable in the mean absolute Shapley value, by method. Mean over methods: {shares}."


def _training_words(method: MethodResult) -> str:
    """Describe the training of a method."""
    curves = method.curves
    if curves is None:
        return ""
    ends = [f"{part} from {values[0]:.3g} to {values[-1]:.3g}" for part, values in curves.values.items() if values]
    best = f" Best {curves.step}: {curves.best}." if curves.best is not None else ""
    return f"{curves.quantity.capitalize()} by {curves.step} of {method.name}: {', '.join(ends)}.{best}"

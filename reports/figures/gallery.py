"""All figures of a comparison: drawn once, described in words, saved as files."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from umva.errors import ReportError
from umva.reports.figures import words
from umva.reports.figures.confusion import plot_confusion
from umva.reports.figures.correlation import plot_correlation
from umva.reports.figures.deviation import plot_deviation, plot_deviations
from umva.reports.figures.importance import explained, plot_importance
from umva.reports.figures.profile import plot_profile
from umva.reports.figures.response import plot_response
from umva.reports.figures.roc import plot_rejection, plot_roc
from umva.reports.figures.style import panel, settings
from umva.reports.figures.training import plot_training
from umva.reports.figures.variables import plot_variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from umva.reports.results import Results

__all__ = ["Drawing", "Key", "draw_all", "write_figures"]

FORMATS = ("pdf", "png", "svg", "eps")
METADATA = {
    "pdf": {"Creator": "umva", "Producer": "matplotlib", "CreationDate": None},
    "svg": {"Date": None, "Creator": None},
}

Key = tuple[str, ...]
"""What is drawn, and of which method, variable or class: ``("roc",)``, ``("response", "BDT")``."""


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
        Drawings in the order of the page; keys name kind (``roc``, ``rejection``, ``response``, ``confusion``,
        ``deviations``, ``deviation``, ``profile``, ``target``, ``variable``, ``correlation``, ``importance``,
        ``training``) and subjects, such as method and class.
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
    """Draw one figure after the other, family by family."""
    for family in FAMILIES:
        yield from family(results)


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


FAMILIES: tuple[Callable[[Results], Iterator[tuple[Key, Drawing]]], ...] = (
    _two_classes,
    _several_classes,
    _estimates,
    _variables,
    _importance,
    _training,
)
"""What there is to draw, in the order of the page; each family draws what it finds numbers for."""


def _parts_of_methods(results: Results) -> list[str]:
    """Return the classes or the targets, where there are several, that methods are explained for one by one."""
    if results.task == "multiclass":
        return list(results.dataset.counts)
    return [each.name for each in results.dataset.targets] if len(results.dataset.targets) > 1 else []


def _file_stems(drawings: Mapping[Key, Drawing]) -> list[str]:
    """Return a file name without ending for each drawing: letters, digits, dots and dashes, all different."""
    stems: list[str] = []
    taken: set[str] = set()
    for key in drawings:
        stem = re.sub(r"[^\w.-]+", "_", "_".join(key)).strip("_")[:80]
        candidates = (stem if i == 1 else f"{stem}_{i}" for i in range(1, len(drawings) + 2))
        free = next(each for each in candidates if each.lower() not in taken)
        taken.add(free.lower())
        stems.append(free)
    return stems

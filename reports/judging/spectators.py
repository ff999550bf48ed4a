"""The spectators of a comparison: whether the methods' responses depend on them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.efficiency import WORKING_POINTS
from umva.reports.measures.flatness import cuts_at, selections, spectated
from umva.reports.measures.histogram import Contents, density
from umva.reports.measures.ranges import robust_binning
from umva.reports.measures.sculpting import sculpting
from umva.reports.measures.uniformity import N_STEPS, cvm_flatness, sde, steps_of
from umva.reports.results import Flatness, Uniformity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.reports.material import Material
    from umva.reports.measures.flatness import Cuts, Spectated
    from umva.reports.measures.histogram import Binning
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import Histogram

__all__ = ["SLICES", "Spectators"]

SLICES = (1.0, 0.5, 0.3, 0.1, 0.0)
"""Background efficiencies between which the slices of the response lie, in which the spectator is drawn."""

SDE_BACKGROUND, SDE_SIGNAL = (0.1, 0.2, 0.3, 0.4, 0.5), (0.5, 0.6, 0.7, 0.8, 0.9)
"""Efficiencies of the cuts that the standard deviation of efficiency is averaged over."""

N_SHAPE_BINS = 30
SEVERITY = ("none", "mild", "strong")


@dataclass(frozen=True)
class _Spectator:
    """One spectator, sorted, binned and made ready to draw in each class, for all methods."""

    name: str
    classes: Mapping[str, Spectated]
    shown: Mapping[str, _Drawn]


@dataclass(frozen=True)
class _Drawn:
    """Bins to draw, and where in them the sorted events of one class are."""

    binning: Binning
    place: NDArray[np.intp]


class Spectators:
    """All spectators of the test part, ready to be looked at with the responses of any method.

    Parameters
    ----------
    material
        The comparison.
    """

    def __init__(self, material: Material) -> None:
        part = material.parts["test"]
        weight = np.asarray(part.weight, dtype=np.float64)
        values = (
            np.empty((len(weight), 0)) if part.spectators is None else np.asarray(part.spectators, dtype=np.float64)
        )
        self.rest = "rest" if material.classes else "background"
        self.labels = material.classes or ("background", "signal")
        chosen = {label: np.asarray(part.y) == k for k, label in enumerate(self.labels)}
        self.known = [
            _prepared(given.name, np.ascontiguousarray(values[:, j]), chosen, weight)
            for j, given in enumerate(material.spectators[: values.shape[1]])
        ]

    def flatness(self, ranked: Ranked, signal: int) -> dict[str, Flatness]:
        """Return what the responses do to each spectator; nothing if a class has no positive sum of weights.

        Parameters
        ----------
        ranked
            Responses of the test part.
        signal
            The class that they tell from the rest.
        """
        if not (ranked.measurable and self.known):
            return {}
        cuts = cuts_at(ranked, [*WORKING_POINTS.values(), *SLICES[1:-1]])
        own = self.labels[signal]
        found = {each.name: self._judged(each, own, ranked, cuts) for each in self.known}
        return {name: each for name, each in found.items() if each is not None}

    def _judged(self, each: _Spectator, own: str, ranked: Ranked, cuts: Cuts) -> Flatness | None:
        """Return what the responses do to one spectator, with the worst verdict of all classes but the signal."""
        classes = {
            label: _uniformity(side, cuts, ranked, SDE_SIGNAL if label == own else SDE_BACKGROUND)
            for label, side in each.classes.items()
            if float(side.weight.sum()) > 0
        }
        others = [label for label in classes if label != own]
        if own not in classes or not others:
            return None
        verdicts = {label: sculpting(each.name, classes[label], of=label, rest=self.rest) for label in others}
        of = max(others, key=lambda label: (SEVERITY.index(verdicts[label][0]), *_worst(classes[label])))
        return Flatness(*verdicts[of], own, of, classes, _shapes(each.classes[of], each.shown[of], cuts))


def _worst(found: Uniformity) -> tuple[bool, float]:
    """Return whether any spread can be judged, and the largest that is more than chance."""
    tested = [each.spread.low or 0.0 for each in found.selections.values() if each.chi2.n_dof]
    return bool(tested), max(tested, default=0.0)


def _prepared(
    name: str, values: NDArray[np.float64], chosen: Mapping[str, NDArray[np.bool_]], weight: NDArray[np.float64]
) -> _Spectator:
    """Sort and bin one spectator in each class."""
    classes = {label: spectated(values, each, weight) for label, each in chosen.items()}
    return _Spectator(name, classes, {label: _drawn(values[each.index], each) for label, each in classes.items()})


def _drawn(values: NDArray[np.float64], at: Spectated) -> _Drawn:
    """Return bins to draw."""
    binning = robust_binning([(values, at.weight)], n_bins=N_SHAPE_BINS)
    return _Drawn(binning, np.searchsorted(binning.edges, values, side="right"))


def _uniformity(at: Spectated, cuts: Cuts, ranked: Ranked, efficiencies: tuple[float, ...]) -> Uniformity:
    """Return how evenly one class is treated."""
    sums, squares = at.table(steps_of(ranked, at), N_STEPS)
    deviation, chance = sde(sums, squares, efficiencies)
    return Uniformity(
        labels=at.bins.labels,
        edges=tuple(at.bins.edges.tolist()),
        selections=selections(at, cuts, WORKING_POINTS),
        sde=deviation,
        sde_chance=chance,
        cvm=cvm_flatness(at, sums, squares),
    )


def _shapes(at: Spectated, drawn: _Drawn, cuts: Cuts) -> dict[str, Histogram]:
    """Return the density of the spectator in one class, of all and in slices of the response."""
    n_bins, n_groups = drawn.binning.n_bins + 2, len(cuts.passing)
    cell = drawn.place * n_groups + cuts.group[at.index]
    sums, squares = (
        np.bincount(cell, weights=of, minlength=n_bins * n_groups).reshape(n_bins, n_groups)
        for of in (at.weight, at.weight**2)
    )
    passing = dict(zip(SLICES[1:-1], cuts.passing[:, len(WORKING_POINTS) :].T, strict=True))
    passing |= {SLICES[0]: np.ones(n_groups), SLICES[-1]: np.zeros(n_groups)}
    shares = {"all": np.ones(n_groups)}
    shares |= {f"{tight:.2f}-{loose:.2f}": passing[loose] - passing[tight] for loose, tight in pairwise(SLICES)}
    return {key: density(Contents(drawn.binning, sums @ share, squares @ share**2)) for key, share in shares.items()}

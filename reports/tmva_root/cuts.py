"""Efficiencies of rectangular cuts, which TMVA tells by the signal efficiency that the cuts were made for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.tmva_root.histograms import Axis, curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["plot_cuts"]

AXIS = Axis(100, 0.0, 1.0)


def plot_cuts(
    name: str,
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    is_signal: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    weight: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Iterator[tuple[str, Any]]:
    """Yield the efficiencies of the 100 cuts of a method of type Cuts on the test part, and the curves of both parts.

    Parameters
    ----------
    name
        The method's.
    scores
        Responses on train and test: an event passes the cuts of signal efficiency ``e`` if its response is above ``1 - e``.
    is_signal, weight
        Of train and test; efficiencies are those of weights, monotone also with negative ones.
    """
    mva = f"MVA_{name}"
    efficiencies = [_efficiencies(*each) for each in zip(scores, is_signal, weight, strict=True)]
    for letter, label, values in zip("SB", ("signal", "background"), efficiencies[1], strict=True):
        yield f"{mva}_eff{letter}", _curve(values, f"{mva} ({label})")
    for (signal, background), start in zip(efficiencies, ("trainingEff", "eff"), strict=True):
        centres = AXIS.width * (np.arange(AXIS.n_bins) + 0.5)
        curve_of_part = np.interp(centres, np.append(0.0, signal), np.append(0.0, background))
        yield f"{mva}_{start}BvsS", _curve(curve_of_part, mva)
        if start == "trainingEff":
            yield f"{mva}_effBvsSLocal", _curve(curve_of_part, f"{name} efficiency of B vs S")
        rejection = "rejBvsS" if start == "eff" else "trainingRejBvsS"
        yield f"{mva}_{rejection}", _curve(1.0 - curve_of_part, mva)


def _curve(values: NDArray[np.float64], title: str) -> Any:
    return curve(values, AXIS, title, entries=2 * AXIS.n_bins, precision=np.float32)


def _efficiencies(
    scores: NDArray[np.float64], is_signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return the efficiencies of the cuts of 1 %, 2 % ... 100 % for signal and background."""
    passed_from = np.clip(np.rint((1.0 - scores) * AXIS.n_bins), 0, AXIS.n_bins).astype(np.int64)
    found = []
    for own in (is_signal, ~is_signal):
        sums = np.bincount(passed_from[own], weights=weight[own], minlength=AXIS.n_bins + 1)
        reached = np.maximum.accumulate(np.cumsum(sums)[: AXIS.n_bins])
        found.append(np.clip(reached / (float(weight[own].sum()) or 1.0), 0.0, 1.0))
    return found

"""Responses of one method that tells two classes apart, and its efficiencies: what TMVA's ``Method_X/Y`` holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.measures.tmva_curves import N_DRAWN, N_FINE, tmva_efficiency, tmva_range, tmva_roc
from umva.reports.tmva_root.histograms import Axis, curve, unit_area

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from umva.reports.measures.tmva_curves import TmvaRange
    from umva.reports.tmva_root.details import MethodDetails

    Classes = tuple[tuple[NDArray[np.floating], NDArray[np.float64]], tuple[NDArray[np.floating], NDArray[np.float64]]]

__all__ = ["plot_responses"]

EFFICIENCY = Axis(100, 0.0, 1.0, "Signal eff")
UNTITLED = Axis(100, 0.0, 1.0)


def plot_responses(
    name: str,
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    is_signal: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    weight: tuple[NDArray[np.float64], NDArray[np.float64]],
    details: MethodDetails,
) -> Iterator[tuple[str, Any]]:
    """Yield the histograms of a method's responses on train and test, in single precision as TMVA keeps them.

    Responses are normalised, efficiencies as in :mod:`umva.reports.measures.tmva_curves`; the range is that of the test
    part. There are none if a class has no test events.

    Parameters
    ----------
    name
        The method's.
    scores, is_signal, weight
        Of train and test, shape ``(n_events,)`` each; negative weights enter as they are.
    details
        Probability and rarity of the test events, where they exist.
    """
    train, test = (
        _classes(np.asarray(each, dtype=np.float32), signal, own)
        for each, signal, own in zip(scores, is_signal, weight, strict=True)
    )
    if not all(len(values) for values, _ in test):
        return
    where, mva = tmva_range(*test), f"MVA_{name}"
    drawn, fine = (Axis(n_bins, where.low, where.high) for n_bins in (N_DRAWN, N_FINE))
    yield from _two(f"{mva}_", test, drawn)
    for ending, values in (("Proba", details.probability.get("test")), ("Rarity", details.rarity)):
        if values is not None:
            yield from _two(f"{mva}_{ending}_", _classes(values, is_signal[1], weight[1]), Axis(N_DRAWN, 0.0, 1.0))
    yield from _two(f"{mva}_", test, fine, ending="_high")
    yield from _test_curves(mva, test, where)
    yield from _two(f"{mva}_Train_", train, drawn)
    background = yield from _efficiencies(f"{mva}_trainingEff", mva, train, where)
    yield f"{mva}_trainingEffBvsS", curve(background, UNTITLED, mva, entries=len(background))
    yield f"{mva}_trainingRejBvsS", curve(1.0 - background, UNTITLED, mva, entries=len(background))


def _test_curves(mva: str, test: Classes, where: TmvaRange) -> Iterator[tuple[str, Any]]:
    """Yield efficiencies on the test part, and background efficiency, rejection and inverse against that of signal."""
    background = yield from _efficiencies(f"{mva}_eff", mva, test, where)
    inverse = np.divide(1.0, background, out=np.zeros(len(background)), where=background > np.finfo(float).eps)
    for ending, values, n_filled, title in (
        ("effBvsS", background, len(background), "Backgr eff"),
        ("rejBvsS", 1.0 - background, len(background), "Backgr rejection (1-eff)"),
        ("invBeffvsSeff", inverse, np.count_nonzero(inverse), "Inverse backgr. eff (1/eff)"),
    ):
        yield f"{mva}_{ending}", curve(values, EFFICIENCY, mva, y_title=title, entries=int(n_filled))


def _classes(values: NDArray[np.floating], is_signal: NDArray[np.bool_], weight: NDArray[np.float64]) -> Classes:
    """Return values and weights of signal and of background."""
    return (values[is_signal], weight[is_signal]), (values[~is_signal], weight[~is_signal])


def _two(start: str, classes: Classes, axis: Axis, ending: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the normalised histograms of signal and background."""
    for letter, (values, weight) in zip("SB", classes, strict=True):
        name = f"{start}{letter}{ending}"
        yield name, unit_area(values, weight, axis, name)


def _efficiencies(start: str, title: str, classes: Classes, where: TmvaRange) -> Any:
    """Yield the efficiencies against the cut, and return the background efficiency against that of signal."""
    found = [tmva_efficiency(*each, where) for each in classes]
    for letter, label, values in zip("SB", ("signal", "background"), found, strict=True):
        yield f"{start}{letter}", curve(values, Axis(N_FINE, where.low, where.high), f"{title} ({label})")
    return tmva_roc(found[0], found[1], where)

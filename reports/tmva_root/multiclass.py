"""Responses of one method to several classes: each class's probability in each class, and its ROC curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.tmva_root.histograms import Axis, unit_area
from umva.reports.tmva_root.names import file_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.results import RocCurve

__all__ = ["plot_probabilities", "plot_roc"]

AXIS = Axis(40, -0.0002, 1.0002)


def plot_probabilities(
    name: str,
    part: str,
    scores: NDArray[np.float64],
    y: NDArray[np.integer],
    weight: NDArray[np.float64],
    classes: Sequence[str],
) -> Iterator[tuple[str, Any]]:
    """Yield normalised histograms of the probability of each class, for the events of each class.

    Parameters
    ----------
    name, part
        The method's name; ``"Test"`` or ``"Train"``.
    scores
        Shape ``(n_events, n_classes)``.
    y, weight
        Class of each event, a position in ``classes``, and weight; negative weights enter as they are.
    classes
        The labels.
    """
    scores = np.asarray(scores, dtype=np.float32)
    for true, label in enumerate(classes):
        own = y == true
        for k, wanted in enumerate(classes):
            title = f"MVA_{name}_{part}_{wanted}_prob_for_{label}"
            yield file_name(title), unit_area(scores[own, k], weight[own], AXIS, title, precision=np.float32)


def plot_roc(name: str, curves: Mapping[str, RocCurve]) -> Iterator[tuple[str, Any]]:
    """Yield the background rejection against the signal efficiency of each class on the test part, as TMVA 6 does.

    Parameters
    ----------
    name
        The method's name.
    curves
        By the label of the class.
    """
    import uproot

    for label, roc in curves.items():
        points = {"x": np.asarray(roc.signal_efficiency), "y": 1.0 - np.asarray(roc.background_efficiency)}
        titles = file_name(f"MVA_{name}_Test_{label}"), "Signal efficiency", "Background rejection (1-eff)"
        yield file_name(f"MVA_{name}_Test_rejBvsS_{label}"), uproot.as_TGraph(points, *titles)

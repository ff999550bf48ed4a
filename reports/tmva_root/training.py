"""What was followed during the training of a network: TMVA's ``estimatorHistTrain`` and ``estimatorHistTest``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.tmva_root.histograms import Axis, curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.reports.results import TrainingCurves

__all__ = ["plot_training"]


def plot_training(curves: TrainingCurves | None) -> Iterator[tuple[str, Any]]:
    """Yield the losses against the epoch; TMVA's "test" estimator is here that of the validation events, if there are any."""
    if curves is None or "epoch" not in curves.step:
        return
    found = re.search(r"\d+", curves.step)
    rate = int(found[0]) if found else 1
    for part, ending, title in (("train", "Train", "training estimator"), ("validation", "Test", "test estimator")):
        values = np.asarray(curves.values.get(part, ()), dtype=np.float64)
        known = np.isfinite(values)
        if len(values):
            axis = Axis(len(values), float(rate // 2), float(len(values) * rate + rate // 2))
            shown = np.where(known, values, 0.0)
            yield f"estimatorHist{ending}", curve(shown, axis, title, entries=int(known.sum()), precision=np.float32)

"""TMVA's NormMode: how much the events of each class count in the training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.errors import DataError, did_you_mean
from umva.factory.data.declaration import NORM_MODES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["normalise"]


def normalise(
    weight: NDArray[np.float64],
    y: NDArray[np.int8],
    train: NDArray[np.int64],
    *,
    mode: str = "EqualNumEvents",
    classes: tuple[str, str] = ("background", "signal"),
) -> tuple[float, float]:
    """Return the factors on the weights of background and signal.

    They are for the training and the validation events; weights of test events stay as they are. As in TMVA, the sums
    run over the training events alone, with the signs of their weights.

    Parameters
    ----------
    weight
        Event weights, shape ``(n_events,)``, negative ones included.
    y
        Class of each event, shape ``(n_events,)``: 1 signal, 0 background.
    train
        Indices of the training events.
    mode
        ``"None"``: the factors are 1. ``"NumEvents"``: the weights of each class then sum to its number of training
        events. ``"EqualNumEvents"``: those of both classes sum to the number of signal training events.
    classes
        Labels of background and signal, for the messages.

    Raises
    ------
    DataError
        The mode is unknown, or the training weights of a class sum to zero or less.

    Notes
    -----
    TMVA 4 Users Guide, section 3.1.4, option ``NormMode`` of ``PrepareTrainingAndTestTree``.

    Examples
    --------
    >>> import numpy as np
    >>> normalise(np.array([1.0, 1.0, 0.25]), np.array([1, 1, 0]), np.array([0, 1, 2]))
    (8.0, 1.0)
    """
    if mode not in NORM_MODES:
        msg = f"unknown NormMode {mode!r}: {did_you_mean(mode, NORM_MODES)}"
        raise DataError(msg)
    if mode == "None":
        return 1.0, 1.0
    w, code = weight[train], y[train]
    counts = [int((code == k).sum()) for k in (0, 1)]
    sums = [float(w[code == k].sum()) for k in (0, 1)]
    for label, count, total in zip(classes, counts, sums, strict=True):
        if not total > 0:
            msg = (
                f"the weights of the {count} training events of class {label!r} sum to {total:g}; NormMode={mode} "
                "divides by this sum and needs it above 0"
            )
            raise DataError(msg)
    wanted = counts if mode == "NumEvents" else [counts[1], counts[1]]
    return wanted[0] / sums[0], wanted[1] / sums[1]

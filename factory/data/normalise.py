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
    class_index: NDArray[np.integer],
    train: NDArray[np.int64],
    *,
    mode: str = "EqualNumEvents",
    classes: tuple[str, ...] = ("signal", "background"),
) -> tuple[float, ...]:
    """Return the factor on the weights of each class.

    They are for the training and the validation events; weights of test events stay as they are. As in TMVA, the sums
    run over the training events alone, with the signs of their weights.

    Parameters
    ----------
    weight
        Event weights, shape ``(n_events,)``, negative ones included.
    class_index
        Class of each event, shape ``(n_events,)``: a position in ``classes``.
    train
        Indices of the training events.
    mode
        ``"None"``: the factors are 1. ``"NumEvents"``: the weights of each class then sum to its number of training
        events. ``"EqualNumEvents"``: those of all classes sum to the number of training events of the first class.
    classes
        Their labels, signal first.

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
    >>> normalise(np.array([1.0, 1.0, 0.25]), np.array([0, 0, 1]), np.array([0, 1, 2]))
    (1.0, 8.0)
    """
    if mode not in NORM_MODES:
        msg = f"unknown NormMode {mode!r}: {did_you_mean(mode, NORM_MODES)}"
        raise DataError(msg)
    if mode == "None":
        return (1.0,) * len(classes)
    w, index = weight[train], class_index[train]
    counts = [int((index == k).sum()) for k in range(len(classes))]
    sums = [float(w[index == k].sum()) for k in range(len(classes))]
    for label, count, total in zip(classes, counts, sums, strict=True):
        if not total > 0:
            msg = (
                f"the weights of the {count} training events of class {label!r} sum to {total:g}; NormMode={mode} "
                "divides by this sum and needs it above 0"
            )
            raise DataError(msg)
    wanted = counts if mode == "NumEvents" else [counts[0]] * len(counts)
    return tuple(number / total for number, total in zip(wanted, sums, strict=True))

"""Cuts before the trees: where, in one variable, the training has events of one class only.

An event beyond such a cut is of that class without asking a tree, as with TMVA's ``DoPreselection``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["find_cuts", "preselect"]

_LEAST_SHARE = 0.05
_MARGIN = 0.01


def find_cuts(train: Events) -> NDArray[np.float64]:
    """Return the cuts, shape ``(4, n_variables)``, infinite where there is none.

    Events below the first row are background, below the second signal; above the third background, above the fourth signal.
    A cut is made if more than a twentieth of its class lies beyond the other class. As in TMVA it is 1 % of the variable's range
    further out, below from the last event of the class, above from the last of the other.

    Examples
    --------
    >>> from umva.methods import Events
    >>> X = np.array([[0.0], [1.0], [1.5], [2.0]], np.float32)
    >>> find_cuts(Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))).ravel().round(2).tolist()
    [0.98, -inf, inf, 1.02]
    """
    cuts = np.empty((4, train.X.shape[1]))
    cuts[:2], cuts[2:] = -np.inf, np.inf
    for column, values in enumerate(train.X.T):
        order = np.argsort(values, kind="stable")
        x, y, weight = values[order].astype(np.float64), train.y[order], train.weight[order]
        margin = _MARGIN * (x[-1] - x[0])
        for label in (0, 1):
            other = y != label
            first, last = int(np.argmax(other)), len(other) - 1 - int(np.argmax(other[::-1]))
            least = _LEAST_SHARE * weight[~other].sum()
            if weight[:first].sum() > least:
                cuts[label, column] = x[first - 1] - margin
            if weight[last + 1 :].sum() > least:
                cuts[2 + label, column] = x[last] + margin
    return cuts


def preselect(X: NDArray[np.float32], cuts: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return 1 for events that are signal by the cuts, -1 for background, 0 for those that the trees shall tell.

    Where cuts in two variables disagree the last variable tells, and of its cuts the last one.
    """
    found = np.zeros(len(X), np.int8)
    for values, column in zip(X.T, cuts.T, strict=True):
        for place, sign in enumerate((-1, 1, -1, 1)):
            if np.isfinite(column[place]):
                found[values < column[place] if place < 2 else values > column[place]] = sign
    return found

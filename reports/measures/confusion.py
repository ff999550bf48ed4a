"""Which classes are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.share import share_of
from umva.reports.results import Confusion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["confusion"]


def confusion(
    probability: NDArray[np.float64], y: NDArray[np.integer], weight: NDArray[np.float64], labels: Sequence[str]
) -> Confusion:
    """Give every event to its likeliest class and return the weighted shares of each true class, and of what is right.

    Of equally likely classes the first is taken.

    Parameters
    ----------
    probability
        For each event the probability of each class, shape ``(n_events, n_classes)``.
    y, weight
        True class and weight of the events, shape ``(n_events,)``; negative weights enter as they are.
    labels
        The classes, in the order of the columns.

    Examples
    --------
    >>> found = confusion(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]), np.array([0, 1, 1]), np.ones(3), ["a", "b"])
    >>> [[each.value for each in row] for row in found.shares]
    [[1.0, 0.0], [0.5, 0.5]]
    """
    taken = np.argmax(probability, axis=1)
    shares = []
    for k in range(len(labels)):
        own = y == k
        own_weight, own_taken = weight[own], taken[own]
        shares.append(tuple(share_of(own_weight, own_taken == j) for j in range(len(labels))))
    return Confusion(tuple(labels), tuple(shares), share_of(weight, taken == y))

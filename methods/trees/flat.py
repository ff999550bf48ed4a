"""Gradient boosting towards a response that is distributed alike whatever the value of a spectator.

(Rogozhnikov, Bukva, Gligorov, Ustyuzhanin and Williams, JINST 10 (2015) T03002, arXiv:1410.4140, section 3.3.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.trees import boosting_loops
from umva.methods.trees.gradient import Gradient
from umva.methods.trees.quantiles import quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.methods.base import Events
    from umva.methods.trees.boosters import Learning

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

__all__ = ["FlatGradient", "Group", "groups"]


class Group:
    """Events of one class with a known spectator, in bins of it.

    Parameters
    ----------
    rows
        Their places among all events, shape ``(n_members,)``.
    bins
        The bin of each, int32, shape ``(n_members,)``.
    """

    def __init__(self, rows: NDArray[np.int64], bins: Ints) -> None:
        self.rows, self.bins = rows, bins

    def excess(self, score: Floats, weight: Floats) -> Floats:
        """Return by how much the share of its bin that scores below an event exceeds that of all, shape ``(n_members,)``.

        Examples
        --------
        >>> group = Group(np.arange(4), np.array([0, 0, 1, 1], np.int32))
        >>> group.excess(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)).tolist()
        [0.125, 0.375, -0.375, -0.125]
        """
        score = score[self.rows]
        excess = np.empty(len(score))
        boosting_loops.flatness(np.argsort(score), score, self.bins, weight[self.rows], excess)
        return excess


def groups(events: Events, columns: Sequence[int], labels: Sequence[int], n_bins: int) -> list[Group]:
    """Return one group for each class of ``labels`` and spectator of ``columns``, cut into ``n_bins`` of equal weight."""
    found = []
    for label in labels:
        for column in columns:
            spectator = np.asarray(events.spectators)[:, column]
            rows = np.flatnonzero((events.y == label) & np.isfinite(spectator))
            if not len(rows):
                continue
            value, weight = spectator[rows], events.weight[rows]
            shares = np.arange(1, n_bins) / n_bins
            cuts = np.concatenate([quantiles(value, weight, share) for share in shares])
            bins = np.unique(np.searchsorted(cuts, value, side="right"), return_inverse=True)[1]
            found.append(Group(rows, bins.astype(np.int32)))
    return found


class FlatGradient(Gradient):
    """Two classes: the log loss plus a penalty on scores that are not distributed alike in all bins of a spectator.

    The penalty is ``strength / 2 * sum_b W_b * integral (F_b(s) - F(s))^2 ds`` with ``F`` the distribution function of the score
    in a class, ``F_b`` that in bin ``b``, and ``W_b`` the bin's weight. Its gradient pushes an event up in whose bin too many
    score below it: the target is ``r = y - p + strength * (F_b - F)``, the mean of it over several spectators. A leaf's value is
    ``shrinkage / 2 * sum(w r) / sum(w (|y - p| (1 - |y - p|) + strength / 8))``; the last term, for events that are pushed,
    bounds the density of the score and keeps the steps small where ``p`` is near 0 or 1.
    """

    quantity = "log loss"

    def __init__(
        self, y: NDArray[Any], weight: Floats, learning: Learning, flat: Sequence[Group], strength: float
    ) -> None:
        super().__init__(y, weight, learning)
        self._flat = flat
        self._strength = np.zeros(len(y))
        for group in flat:
            self._strength[group.rows] = strength
        self._n_groups = np.maximum(sum(np.bincount(group.rows, minlength=len(y)) for group in flat), 1)
        self._push = self._pushes()

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights, which stay, and the gradients of loss and penalty."""
        del copies
        return self.cover, self._residual[output] + self._push

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return a part of one damped Newton step of each leaf."""
        weight, magnitude = copies * self.cover, np.abs(self._residual[output])
        slope = np.bincount(leaves, weight * (self._residual[output] + self._push), n_nodes)
        curvature = np.bincount(leaves, weight * (magnitude * (1.0 - magnitude) + self._strength / 8.0), n_nodes)
        step = np.divide(slope, curvature, out=np.zeros(n_nodes), where=curvature > np.finfo(np.float32).tiny)
        value: Floats = 0.5 * self.learning.shrinkage * step
        return value

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Take the gradients of the new sum."""
        tree_weight = super().learn(output, value, leaves)
        self._push = self._pushes()
        return tree_weight

    def _pushes(self) -> Floats:
        push = np.zeros(len(self.y))
        for group in self._flat:
            push[group.rows] += group.excess(self._total[0], self.cover)
        return push * self._strength / self._n_groups

"""What one tree leaves for the next to learn: AdaBoost, bagging and gradient boosting, with TMVA's formulas.

A booster says what the next tree shall tell (``target``) and how much each event counts (``weight``), gives the grown tree
its answers, and learns from them. (TMVA Users Guide, arXiv:physics/0703039, sections 7.1 and 8.12; Freund and Schapire,
J. Comp. Syst. Sci. 55 (1997) 119; Friedman, Ann. Stat. 29 (2001) 1189, algorithm 5.)
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BOOSTERS", "AdaBoost", "Bagging", "Booster", "Gradient", "Learning", "balanced"]

_BEST_AGREEMENT = 1 - 1e-9


def balanced(y: NDArray[np.int8], weight: Floats, ratio: float = 1.0) -> Floats:
    """Return weights with ``ratio`` times as much signal as background, and as much in all as there are events.

    Examples
    --------
    >>> balanced(np.array([1, 0, 0], np.int8), np.array([1.0, 3.0, 1.0])).tolist()
    [1.5, 1.125, 0.375]
    """
    sums = np.bincount(y, weight, minlength=2)
    share = np.array([1.0, ratio]) / (1.0 + ratio) * len(y)
    scaled: Floats = weight * (share / sums)[y]
    return scaled


@dataclass(frozen=True)
class Learning:
    """How boosters learn; each looks at what concerns it.

    Parameters
    ----------
    criterion
        What a cut is judged by, where leaves are classes.
    yes_no
        Leaves answer +1 or -1, not with their purity.
    purity_limit
        Leaves purer than this are signal.
    beta
        Exponent of AdaBoost, smaller learns slower.
    inverse
        AdaBoost divides negative weights where it multiplies positive ones.
    shrinkage
        Learning rate of gradient boosting.
    """

    criterion: str = "GiniIndex"
    yes_no: bool = True
    purity_limit: float = 0.5
    beta: float = 0.5
    inverse: bool = True
    shrinkage: float = 1.0


class Booster(ABC):
    """What trees learn from one another.

    Parameters
    ----------
    y
        Classes, 1 signal, 0 background, shape ``(n_events,)``.
    weight
        Balanced weights, shape ``(n_events,)``.
    learning
        How to learn.
    """

    quantity: ClassVar[str]
    """What :meth:`loss` measures."""

    takes_negative: ClassVar[bool] = True
    """Whether events of negative weight can be learnt from."""

    always_bags: ClassVar[bool] = False
    """Whether each tree must have a random sample of its own."""

    def __init__(self, y: NDArray[np.int8], weight: Floats, learning: Learning) -> None:
        self.y = y
        self.weight = weight
        self.target = y.astype(np.float64)
        self.learning = learning
        self.criterion = learning.criterion

    @property
    def merges(self) -> bool:
        """Whether cuts between leaves that answer alike are undone."""
        return False

    @abstractmethod
    def answers(self, leaves: NDArray[np.int32], copies: NDArray[np.int32], n_nodes: int) -> Floats:
        """Return the value of each node, ``(n_nodes,)``, from the events, in ``copies``, that end in ``leaves``."""

    @abstractmethod
    def learn(self, answer: Floats) -> float:
        """Change weights or targets after a tree answered each event so; return what the tree counts in the forest."""

    @staticmethod
    @abstractmethod
    def scale(tree_weights: float) -> float:
        """Return what the weighted sum of answers is multiplied with, from the sum of the trees' weights."""

    @staticmethod
    @abstractmethod
    def response(margin: Floats) -> Floats:
        """Return the forest's response from the scaled sum of its answers."""

    @abstractmethod
    def loss(self, y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
        """Return how badly events of classes ``y`` are told apart by ``response``."""


class Bagging(Booster):
    """Trees that vote for a class, or give its share of their leaf; they differ by their random samples only."""

    quantity = "misclassified share"
    always_bags = True

    @property
    def merges(self) -> bool:
        """Leaves that vote alike need no cut between them."""
        return self.learning.yes_no

    def answers(self, leaves: NDArray[np.int32], copies: NDArray[np.int32], n_nodes: int) -> Floats:
        """Return class or purity of each leaf."""
        weight, limit = self.weight * copies, self.learning.purity_limit
        total = np.bincount(leaves, weight, n_nodes)
        signal = np.bincount(leaves, weight * self.y, n_nodes)
        purity = np.divide(signal, total, out=np.full(n_nodes, limit), where=total > 0).clip(0.0, 1.0)
        return np.where(purity > limit, 1.0, -1.0) if self.learning.yes_no else purity

    def learn(self, answer: Floats) -> float:
        """Let all trees count the same."""
        del answer
        return 1.0

    @staticmethod
    def scale(tree_weights: float) -> float:
        """Make a mean of the sum."""
        return 1.0 / tree_weights if tree_weights > 0 else 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the mean answer of the trees, which rounding may have taken out of bounds."""
        return margin.clip(-1.0, 1.0)

    def loss(self, y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
        """Return the share of the weight on the wrong side."""
        limit = 0.0 if self.learning.yes_no else self.learning.purity_limit
        return float(weight[(response > limit) != (y == 1)].sum() / weight.sum())


class AdaBoost(Bagging):
    """Each tree gives more weight to the events that the one before got wrong.

    With ``h`` the answer on a scale from -1 to 1 and ``s`` = +-1 the class, a tree that agrees with the truth by
    ``c = sum w s h / sum w`` counts ``alpha = beta ln((1 + c) / (1 - c))``, for leaves of +-1 the known
    ``beta ln((1 - err) / err)``. Weights of wrong events are multiplied by ``exp(alpha)``, with purity leaves all by
    ``exp(-alpha s h)``; then all are scaled to sum to the number of events. A tree no better than chance counts nothing.
    """

    always_bags = False

    def __init__(self, y: NDArray[np.int8], weight: Floats, learning: Learning) -> None:
        super().__init__(y, weight, learning)
        self._sense = np.where(weight < 0, -1.0, 1.0) if learning.inverse else np.ones(len(y))
        self._truth = 2.0 * y - 1.0

    def learn(self, answer: Floats) -> float:
        """Raise the weights of what was answered wrong."""
        agreement = self._truth * (answer if self.learning.yes_no else 2.0 * answer - 1.0)
        mean = float(np.sum(self.weight * agreement) / self.weight.sum())
        mean = min(max(mean, 0.0), _BEST_AGREEMENT)
        alpha = float(self.learning.beta * np.log((1.0 + mean) / (1.0 - mean)))
        exponent = agreement < 0 if self.learning.yes_no else -agreement
        weight = self.weight * np.exp(alpha * self._sense * exponent)
        if weight.sum() > 0:
            self.weight = weight * (len(weight) / weight.sum())
        return alpha


class Gradient(Booster):
    """Each tree follows the gradient of the log loss that the sum ``F`` of those before leaves.

    ``p = 1 / (1 + exp(-2 F))``; the target is ``r = y - p``, a leaf's value
    ``shrinkage / 2 * sum(w r) / sum(w^2 |r| (1 - |r|))``, the response ``2 p - 1 = tanh F``. (The square of the weight is
    TMVA's: events of unlike weight are learnt more carefully.)
    """

    quantity = "log loss"
    takes_negative = False

    def __init__(self, y: NDArray[np.int8], weight: Floats, learning: Learning) -> None:
        super().__init__(y, weight, learning)
        self.criterion = "RegressionVariance"
        self.target -= 0.5
        self._total = np.zeros(len(y))

    def answers(self, leaves: NDArray[np.int32], copies: NDArray[np.int32], n_nodes: int) -> Floats:
        """Return one Newton step of each leaf."""
        residual = np.abs(self.target)
        slope = np.bincount(leaves, copies * self.weight * self.target, n_nodes)
        curvature = np.bincount(leaves, copies * self.weight**2 * residual * (1.0 - residual), n_nodes)
        step = np.divide(slope, curvature, out=np.zeros(n_nodes), where=curvature > np.finfo(np.float32).tiny)
        value: Floats = 0.5 * self.learning.shrinkage * step
        return value

    def learn(self, answer: Floats) -> float:
        """Take the residuals of the new sum."""
        self._total += answer
        self.target = self.y - 0.5 * (1.0 + np.tanh(self._total))
        return 1.0

    @staticmethod
    def scale(tree_weights: float) -> float:
        """Leave the sum alone."""
        del tree_weights
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return ``tanh`` of the sum of the trees."""
        response: Floats = np.tanh(margin)
        return response

    def loss(self, y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
        """Return the mean of ``-ln p`` of the true class."""
        truth = 0.5 * (1.0 + (2.0 * y - 1.0) * response)
        return float(-np.average(np.log(np.maximum(truth, np.finfo(np.float64).tiny)), weights=weight))


BOOSTERS: dict[str, type[Booster]] = {
    "AdaBoost": AdaBoost,
    "RealAdaBoost": AdaBoost,
    "Bagging": Bagging,
    "Grad": Gradient,
}
"""The boosters by TMVA's names; RealAdaBoost is AdaBoost with purity leaves."""

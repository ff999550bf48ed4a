"""Trees that vote: bagging, AdaBoost and AdaBoost.R2, with TMVA's formulas.

(TMVA Users Guide, arXiv:physics/0703039, sections 7.1 and 8.12; Freund and Schapire, J. Comp. Syst. Sci. 55 (1997) 119;
Drucker, Proc. ICML 1997, 107.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.chunks import chunks
from umva.methods.trees.boosters import Booster, Learning
from umva.methods.trees.forest import as_inputs
from umva.methods.trees.losses import unexplained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.forest import Forest

    Floats = NDArray[np.float64]

__all__ = ["AdaBoost", "AdaBoostR2", "Bagging"]

_BEST_AGREEMENT = 1 - 1e-9
_LEAST_ERROR = 1e-9
_BLOCK = 4096


def _mean_scale(tree_weights: Floats) -> Floats:
    """Make a mean of a sum, and nothing of nothing."""
    return np.divide(1.0, tree_weights, out=np.ones_like(tree_weights), where=tree_weights > 0)


class Bagging(Booster):
    """Trees that vote for a class, or give its share of their leaf; they differ by their random samples only."""

    quantity = "misclassified share"
    always_bags = True
    scale = staticmethod(_mean_scale)

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self.weight = weight
        self._signal = y.astype(np.float64)

    @property
    def merges(self) -> bool:
        """Leaves that vote alike need no cut between them."""
        return self.learning.yes_no

    def lesson(self, output: int, copies: NDArray[np.int32]) -> tuple[Floats, Floats]:
        """Return the weights as they are now, and the classes."""
        del output, copies
        return self.weight, self._signal

    def answers(self, output: int, leaves: NDArray[np.int32], copies: NDArray[np.int32], n_nodes: int) -> Floats:
        """Return class or purity of each leaf."""
        del output
        limit = self.learning.purity_limit
        purity = _leaf_means(self._signal, self.weight * copies, leaves, np.full(n_nodes, limit)).clip(0.0, 1.0)
        return np.where(purity > limit, 1.0, -1.0) if self.learning.yes_no else purity

    def learn(self, output: int, answer: Floats) -> float:
        """Let all trees count the same."""
        del output, answer
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the mean answer of the trees, which rounding may have taken out of bounds."""
        return margin[:, 0].clip(-1.0, 1.0)

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

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self._sense = _senses(weight, learning)
        self._truth = 2.0 * y - 1.0

    def learn(self, output: int, answer: Floats) -> float:
        """Raise the weights of what was answered wrong."""
        del output
        agreement = self._truth * (answer if self.learning.yes_no else 2.0 * answer - 1.0)
        mean = float(np.sum(self.weight * agreement) / self.weight.sum())
        mean = min(max(mean, 0.0), _BEST_AGREEMENT)
        alpha = float(self.learning.beta * np.log((1.0 + mean) / (1.0 - mean)))
        exponent = agreement < 0 if self.learning.yes_no else -agreement
        weight = self.weight * np.exp(alpha * self._sense * exponent)
        if weight.sum() > 0:
            self.weight = weight * (len(weight) / weight.sum())
        return alpha


class AdaBoostR2(Booster):
    """Each tree gives more weight to the events whose target the one before missed by most (regression).

    With ``d`` the deviation of a tree's answer (the mean of its leaf) as a share of the largest, and ``L`` its linear,
    quadratic or exponential loss ``d``, ``d^2``, ``1 - exp(-d)``, the tree's error is ``e = sum w L / sum w`` and
    ``b = e / (1 - e)``. The tree counts ``ln(1 / b)``; weights are multiplied by ``b^(1 - d)`` whatever the loss, and scaled to
    keep their sum. A tree of error 1/2 or more counts next to nothing. The response is the mean of the answers from one
    sixth of the trees below the weighted median to one sixth above. Each target has weights of its own.
    """

    quantity = "unexplained variance of the mean answer"
    adds = False
    scale = staticmethod(_mean_scale)

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self.criterion = "RegressionVariance"
        self._weights = [weight] * n_outputs
        self._targets = np.ascontiguousarray(y.T, np.float64)
        self._sense = _senses(weight, learning)

    def lesson(self, output: int, copies: NDArray[np.int32]) -> tuple[Floats, Floats]:
        """Return the weights as they are now, and the target itself."""
        del copies
        return self._weights[output], self._targets[output]

    def answers(self, output: int, leaves: NDArray[np.int32], copies: NDArray[np.int32], n_nodes: int) -> Floats:
        """Return the mean target of each leaf."""
        weight, target = self._weights[output], self._targets[output]
        means = _leaf_means(target, weight * copies, leaves, np.full(n_nodes, np.average(target, weights=self.cover)))
        means = means.clip(target.min(), target.max())  # which negative weights may leave
        step = np.ptp(target) * 2.0**-30
        # Leaves of the same events answer the same to the last bit: the median asks which comes first.
        return np.rint(means / step) * step if step > 0 else means

    def learn(self, output: int, answer: Floats) -> float:
        """Raise the weights of what was missed by most."""
        weight, target = self._weights[output], self._targets[output]
        deviation = np.abs(answer - target)
        deviation /= max(deviation.max(), np.finfo(np.float64).tiny)
        losses = {"Linear": deviation, "Quadratic": deviation**2, "Exponential": 1.0 - np.exp(-deviation)}
        error = float(np.sum(weight * losses[self.learning.r2_loss]) / weight.sum())
        error = min(max(error, _LEAST_ERROR), 0.5 - _LEAST_ERROR)
        alpha = float(np.log((1.0 - error) / error))
        raised = weight * np.exp(-alpha * self._sense * (1.0 - deviation))
        if raised.sum() > 0:
            self._weights[output] = raised * (weight.sum() / raised.sum())
        return alpha

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the mean answers themselves."""
        return margin

    @classmethod
    def respond(cls, forest: Forest, X: NDArray[np.float32], offset: Floats) -> Floats:
        """Return the mean of the answers around their weighted median."""
        response = np.empty((len(X), len(offset)))
        for output in range(len(offset)):
            trees = [each for each, told in zip(forest.trees(), forest.output, strict=True) if told == output]
            weight = forest.tree_weight[forest.output == output]
            for part in chunks(len(X), _BLOCK):
                answers = np.stack([each.answer(as_inputs(X[part])) for each in trees], axis=1)
                response[part, output] = central_mean(answers, weight)
        return response

    def loss(self, y: NDArray[np.float64], weight: Floats, response: Floats) -> float:
        """Return the share of the targets' variance that is left."""
        return unexplained(y, weight, response, self.y, self.cover)


def central_mean(answers: Floats, tree_weight: Floats) -> Floats:
    """Return TMVA's robust mean of the trees' answers, shape ``(n_events, n_trees)``, event by event.

    Examples
    --------
    >>> central_mean(np.array([[3.0, 1.0, 90.0]]), np.ones(3)).tolist()
    [3.0]
    """
    n_trees = len(tree_weight)
    order = np.argsort(answers, axis=1, kind="stable")
    passed = np.cumsum(tree_weight[order], axis=1)
    place = 1 + np.argmax(passed > tree_weight.sum() / 2.0, axis=1)
    first = np.maximum(place - n_trees // 6 - 0.5, 0.0).astype(int)[:, np.newaxis]
    stop = np.minimum(place + n_trees // 6 + 0.5, n_trees).astype(int)[:, np.newaxis]
    among = (first <= np.arange(n_trees)) & (np.arange(n_trees) < stop)
    total = np.sum(np.take_along_axis(answers, order, axis=1), axis=1, where=among)
    mean: Floats = total / (stop - first)[:, 0]
    return mean


def _senses(weight: Floats, learning: Learning) -> Floats:
    """Return -1 for events whose weight is divided where others' are multiplied, 1 for the others."""
    return np.where(weight < 0, -1.0, 1.0) if learning.inverse else np.ones(len(weight))


def _leaf_means(target: Floats, weight: Floats, leaves: NDArray[np.int32], otherwise: Floats) -> Floats:
    """Return the weighted mean of the target in each node, ``otherwise`` where it has no weight."""
    n_nodes = len(otherwise)
    total = np.bincount(leaves, weight, n_nodes)
    return np.divide(np.bincount(leaves, weight * target, n_nodes), total, out=otherwise, where=total > 0)

"""Trees that vote: bagging, AdaBoost and AdaBoost.R2, with TMVA's formulas.

(TMVA Users Guide, arXiv:physics/0703039, sections 7.1 and 8.12; Freund and Schapire, J. Comp. Syst. Sci. 55 (1997) 119;
Drucker, Proc. ICML 1997, 107.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.chunks import chunks
from umva.methods.trees import boosting_loops
from umva.methods.trees.boosters import Learning, PrunableBooster
from umva.methods.trees.forest import as_inputs, find_leaves
from umva.methods.trees.losses import unexplained, variances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.forest import Forest

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

__all__ = ["AdaBoost", "AdaBoostR2", "AdaCost", "Bagging", "Means"]

_BEST_AGREEMENT = 1 - 1e-9
_LEAST_ERROR = 1e-9
_LEAST_BOOST = 1e-4
_BLOCK = 4096


def _mean_scale(tree_weights: Floats) -> Floats:
    """Make a mean of a sum, and nothing of nothing."""
    return np.divide(1.0, tree_weights, out=np.ones_like(tree_weights), where=tree_weights > 0)


class Bagging(PrunableBooster):
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

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights as they are now, and the classes."""
        del output, copies
        return self.weight, self._signal

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return class or purity of each leaf."""
        del output
        limit = self.learning.purity_limit
        sums = self.sums_of_leaves(leaves, self.weight, self._signal, n_nodes, copies)
        return self.answer_of(_means(sums, np.full(n_nodes, limit)))

    def answer_of(self, mean: Floats) -> Floats:
        """Return class or purity."""
        purity = mean.clip(0.0, 1.0)
        return np.where(purity > self.learning.purity_limit, 1.0, -1.0) if self.learning.yes_no else purity

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Let all trees count the same."""
        del output, value, leaves
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the mean answer of the trees, which rounding may have taken out of bounds."""
        return margin[:, 0].clip(-1.0, 1.0)

    def loss(self, y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
        """Return the weight on the wrong side."""
        limit = 0.0 if self.learning.yes_no else self.learning.purity_limit
        return float(weight[(response > limit) != (y == 1)].sum())


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
        self.weight = weight.copy()
        self._kind = y.astype(np.uint8) + 2 * ((weight < 0) & learning.inverse).astype(np.uint8)

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Raise the weights of what was answered wrong."""
        del output
        agreement = self._agreement(value if self.learning.yes_no else 2.0 * value - 1.0)
        total, signal = self.sums_of_leaves(leaves, self.weight, self._signal, len(value)).T
        mean = float((agreement[:, 0] @ (total - signal) + agreement[:, 1] @ signal) / total.sum())
        mean = min(max(mean, 0.0), _BEST_AGREEMENT)
        alpha = float(self.learning.beta * np.log((1.0 + mean) / (1.0 - mean)))
        exponent = alpha * self._wrong(agreement)
        factor = np.exp(np.concatenate([exponent, -exponent], axis=1))
        self._reweigh(leaves, factor)
        return alpha

    def _agreement(self, answer: Floats) -> Floats:
        """Return how much each leaf, which answers from -1 to 1, is right of background and of signal."""
        return np.stack([-answer, answer], axis=1)

    def _wrong(self, agreement: Floats) -> Floats:
        """Return what a leaf's boost is multiplied with for events of background and of signal."""
        return (agreement < 0).astype(np.float64) if self.learning.yes_no else -agreement

    def _reweigh(self, leaves: Ints, factor: Floats) -> None:
        """Multiply the weights by the factor for leaf and kind, and scale them to sum to the number of events."""
        weight = self.weight.copy()

        def reweigh(piece: slice) -> float:
            return boosting_loops.reweigh(weight, leaves, self._kind, factor, piece.start, piece.stop)

        total = float(np.sum(self.in_pieces(reweigh)))
        if total > 0:
            weight *= len(weight) / total
            self.weight = weight


class AdaCost(AdaBoost):
    """AdaBoost with purity leaves, in which each of the four ways to be right or wrong has a cost.

    With ``k`` the cost of an event of its class in a leaf that says signal (``h > 0``) or background, ``k s h`` takes the place
    of ``s h``: in the tree's agreement with the truth and in the exponent of the weights.
    """

    def _agreement(self, answer: Floats) -> Floats:
        signal_as = np.where(answer > 0, self.learning.costs[0], self.learning.costs[1])
        background_as = np.where(answer > 0, self.learning.costs[2], self.learning.costs[3])
        return np.stack([-answer * background_as, answer * signal_as], axis=1)


class Means(PrunableBooster):
    """Trees that answer the mean target of their leaf; they differ by their random samples only (regression)."""

    quantity = "unexplained variance"
    always_bags = True
    scale = staticmethod(_mean_scale)

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self.criterion = "RegressionVariance"
        self._weights = [weight] * n_outputs
        self._targets = np.ascontiguousarray(y.T, np.float64)
        self._variances = variances(y, weight)

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights as they are now, and the target itself."""
        del copies
        return self._weights[output], self._targets[output]

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return the mean target of each leaf."""
        weight, target = self._weights[output], self._targets[output]
        sums = self.sums_of_leaves(leaves, weight, target, n_nodes, copies)
        means = _means(sums, np.full(n_nodes, np.average(target, weights=self.cover)))
        means = means.clip(target.min(), target.max())  # which negative weights may leave
        step = np.ptp(target) * 2.0**-30
        # Leaves of the same events answer the same to the last bit: the median asks which comes first.
        return np.rint(means / step) * step if step > 0 else means

    def answer_of(self, mean: Floats) -> Floats:
        """Return the mean itself."""
        return mean

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Let all trees count the same."""
        del output, value, leaves
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the mean answers themselves."""
        return margin

    def loss(self, y: NDArray[np.float64], weight: Floats, response: Floats) -> float:
        """Return the squared deviations as a share of the targets' variance."""
        return unexplained(y, weight, response, self._variances)


class AdaBoostR2(Means):
    """Each tree gives more weight to the events whose target the one before missed by most (regression).

    With ``d`` the deviation of a tree's answer (the mean of its leaf) as a share of the largest, and ``L`` its linear,
    quadratic or exponential loss ``d``, ``d^2``, ``1 - exp(-d)``, the tree's error is ``e = sum w L / sum w`` and
    ``b = e / (1 - e)``. The tree counts ``ln(1 / b)``; weights are multiplied by ``b^(1 - d)`` whatever the loss, but fall to no
    less than 1e-4 of what they were before any boosting, and are scaled to keep their sum. A tree of error 1/2 or more counts next to nothing. The response is the mean of the answers from one
    sixth of the trees below the weighted median to one sixth above. Each target has weights of its own.
    """

    quantity = "unexplained variance of the mean answer"
    always_bags = False
    adds = False

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self._sense = np.where((weight < 0) & learning.inverse, -1.0, 1.0)

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Raise the weights of what was missed by most."""
        weight = self._weights[output]
        deviation = np.abs(value[leaves] - self._targets[output])
        deviation /= max(deviation.max(), np.finfo(np.float64).tiny)
        losses = {"Linear": deviation, "Quadratic": deviation**2, "Exponential": 1.0 - np.exp(-deviation)}
        error = float(np.sum(weight * losses[self.learning.r2_loss]) / weight.sum())
        error = min(max(error, _LEAST_ERROR), 0.5 - _LEAST_ERROR)
        alpha = float(np.log((1.0 - error) / error))
        raised = weight * np.exp(-alpha * self._sense * (1.0 - deviation))
        raised = np.copysign(np.maximum(np.abs(raised), _LEAST_BOOST * np.abs(self.cover)), weight)
        if raised.sum() > 0:
            self._weights[output] = raised * (weight.sum() / raised.sum())
        return alpha

    @classmethod
    def respond(cls, forest: Forest, X: NDArray[np.float32], offset: Floats) -> Floats:
        """Return the mean of the answers around their weighted median."""
        response = np.empty((len(X), len(offset)))
        for output in range(len(offset)):
            trees = [each for each, told in zip(forest.trees(), forest.output, strict=True) if told == output]
            weight = forest.tree_weight[forest.output == output]
            for part in chunks(len(X), _BLOCK):
                inputs = as_inputs(X[part])
                answers = np.stack([each.value[find_leaves(each, inputs)] for each in trees], axis=1)
                response[part, output] = central_mean(answers, weight)
        return response


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


def _means(sums: Floats, otherwise: Floats) -> Floats:
    """Return the mean in each node from its sum of weights and weighted sum, ``otherwise`` where it has no weight."""
    return np.divide(sums[:, 1], sums[:, 0], out=otherwise, where=sums[:, 0] > 0)

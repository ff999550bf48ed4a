"""Gradient boosting: each tree follows the gradient of the loss that the sum of those before leaves, with TMVA's formulas.

(TMVA Users Guide, arXiv:physics/0703039, sections 7.2 and 8.12; Friedman, Ann. Stat. 29 (2001) 1189, algorithms 4, 5, 6.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.links import probability
from umva.methods.trees import boosting_loops
from umva.methods.trees.boosters import Booster, Learning
from umva.methods.trees.losses import log_loss, unexplained, variances
from umva.methods.trees.quantiles import quantiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

__all__ = ["AbsoluteDeviation", "Gradient", "Huber", "LeastSquares", "Softmax"]


class _Descent(Booster):
    """What gradient boosting of all tasks shares: residuals, and the sums of the trees so far, one row an output."""

    takes_negative = False

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self.criterion = "RegressionVariance"
        self._total = np.zeros((n_outputs, len(y)))

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights, which stay, and the residuals."""
        del copies
        return self.cover, self._residual[output]

    _residual: Floats

    def _newton(self, residual: Floats, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return one Newton step of the log loss in each leaf."""
        squared = not self.learning.exact

        def add_up(piece: slice) -> Floats:
            sums = np.zeros((n_nodes, 2))
            boosting_loops.newton_sums(leaves, copies, self.cover, residual, squared, piece.start, piece.stop, sums)
            return sums

        slope, curvature = np.sum(self.in_pieces(add_up), axis=0).T
        step: Floats = np.divide(slope, curvature, out=np.zeros(n_nodes), where=curvature > np.finfo(np.float32).tiny)
        return step


class Gradient(_Descent):
    """Two classes: the log loss of the sum ``F`` of the trees.

    ``p = 1 / (1 + exp(-2 F))``; the target is ``r = y - p``, a leaf's value
    ``shrinkage / 2 * sum(w r) / sum(w^2 |r| (1 - |r|))``, the response ``2 p - 1 = tanh F``. (The square of the weight is
    TMVA's: events of unlike weight are learnt more carefully; ``exact`` takes the weight itself.)
    """

    quantity = "log loss"

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self._residual = (y - 0.5)[np.newaxis]

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return a part of one Newton step of each leaf."""
        return 0.5 * self.learning.shrinkage * self._newton(self._residual[output], leaves, copies, n_nodes)

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Take the residuals of the new sum."""

        def follow(piece: slice) -> None:
            total = self._total[output, piece]
            total += value[leaves[piece]]
            self._residual[output, piece] = self.y[piece] - 0.5 * (1.0 + np.tanh(total))

        self.in_pieces(follow)
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return ``tanh`` of the sum of the trees."""
        response: Floats = np.tanh(margin[:, 0])
        return response

    def loss(self, y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
        """Return the sum of ``-w ln p`` of the true class."""
        return log_loss(0.5 * (1.0 + (2.0 * y - 1.0) * response), weight)


class Softmax(_Descent):
    """Several classes: the log loss of ``p = exp(F_k) / sum exp(F_j)``, where each class ``k`` has trees of its own.

    The target is ``r = (y is k) - p_k``, a leaf's value ``shrinkage / n_classes * sum(w r) / sum(w^2 |r| (1 - |r|))`` as for
    two classes. The probabilities change when all classes have got their next tree.
    """

    quantity = "log loss"

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self._truth = (y == np.arange(n_outputs)[:, np.newaxis]).astype(np.float64)
        self._residual = self._truth - 1.0 / n_outputs

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return a part of one Newton step of each leaf."""
        step = self._newton(self._residual[output], leaves, copies, n_nodes)
        return self.learning.shrinkage / self.n_outputs * step

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Take the residuals of the new sums when all classes have them."""

        def follow(piece: slice) -> None:
            self._total[output, piece] += value[leaves[piece]]
            if output == self.n_outputs - 1:
                self._residual[:, piece] = self._truth[:, piece] - self.response(self._total[:, piece].T).T

        self.in_pieces(follow)
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the probabilities, ``(n_events, n_classes)``."""
        return probability(margin)

    def loss(self, y: NDArray[np.int8], weight: Floats, response: Floats) -> float:
        """Return the sum of ``-w ln p`` of the true class."""
        return log_loss(response[np.arange(len(y)), y], weight)


class _Regression(_Descent):
    """What gradient boosting of targets shares: what is left of them, and a start from one number each."""

    quantity = "unexplained variance"

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self._left = np.array(y.T, np.float64, order="C")
        self.offset = np.array([self._middle(each) for each in self._left])
        self._left -= self.offset[:, np.newaxis]
        self._variances = variances(y, weight)

    def _middle(self, target: Floats) -> float:
        """Return what the forest starts from."""
        return float(quantiles(target, self.cover, 0.5, exact=self.learning.exact)[0])

    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Take the residuals of the new sum."""

        def follow(piece: slice) -> None:
            self._left[output, piece] -= value[leaves[piece]]

        self.in_pieces(follow)
        return 1.0

    @staticmethod
    def response(margin: Floats) -> Floats:
        """Return the sums of the trees themselves, ``(n_events, n_targets)``."""
        return margin

    def loss(self, y: NDArray[np.float64], weight: Floats, response: Floats) -> float:
        """Return the squared deviations as a share of the targets' variance."""
        return unexplained(y, weight, response, self._variances)


class Huber(_Regression):
    """Regression: Huber's loss, which counts small residuals squared and large ones in proportion.

    The forest starts from the median of the target. Trees are grown on the residuals, clipped at the quantile ``q`` of their
    magnitudes; a leaf's value is ``shrinkage * (m + mean(r - m, clipped at q))`` with ``m`` the median of its residuals. TMVA
    does not weight this mean, and takes for a quantile the event after it; ``exact`` does what one would expect.
    """

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        super().__init__(y, weight, learning, n_outputs)
        self._limit = 0.0

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights and the residuals, those beyond the quantile in this sample clipped."""
        rows = np.repeat(np.arange(len(copies)), copies)
        magnitude, weight = np.abs(self._left[output, rows]), self.cover[rows]
        self._limit = float(quantiles(magnitude, weight, self.learning.quantile, exact=self.learning.exact)[0])
        return self.cover, self._left[output].clip(-self._limit, self._limit)

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return a part of the robust mean of the residuals in each leaf."""
        rows = np.repeat(np.arange(len(leaves)), copies)
        left, weight, group = self._left[output, rows], self.cover[rows], leaves[rows]
        median = quantiles(left, weight, 0.5, group, n_nodes, exact=self.learning.exact)
        weight = weight if self.learning.exact else np.ones(len(rows))
        shift = np.bincount(group, weight * (left - median[group]).clip(-self._limit, self._limit), n_nodes)
        total = np.bincount(group, weight, n_nodes)
        mean = np.divide(shift, total, out=np.zeros(n_nodes), where=total > 0)
        value: Floats = self.learning.shrinkage * (median + mean)
        return value


class LeastSquares(_Regression):
    """Regression: the square of the residual. Starts from the mean target; a leaf's value is ``shrinkage * mean(r)``."""

    def _middle(self, target: Floats) -> float:
        return float(np.average(target, weights=self.cover))

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights and the residuals."""
        del copies
        return self.cover, self._left[output]

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return a part of the mean residual of each leaf."""
        weight, sums = self.sums_of_leaves(leaves, self.cover, self._left[output], n_nodes, copies).T
        mean = np.divide(sums, weight, out=np.zeros(n_nodes), where=weight > 0)
        value: Floats = self.learning.shrinkage * mean
        return value


class AbsoluteDeviation(_Regression):
    """Regression: the magnitude of the residual. Trees are grown on its sign; a leaf's value is ``shrinkage * median(r)``."""

    def lesson(self, output: int, copies: Ints) -> tuple[Floats, Floats]:
        """Return the weights and the signs of the residuals."""
        del copies
        return self.cover, np.sign(self._left[output])

    def answers(self, output: int, leaves: Ints, copies: Ints, n_nodes: int) -> Floats:
        """Return a part of the median residual of each leaf."""
        rows = np.repeat(np.arange(len(leaves)), copies)
        left, weight = self._left[output, rows], self.cover[rows]
        value: Floats = self.learning.shrinkage * quantiles(
            left, weight, 0.5, leaves[rows], n_nodes, exact=self.learning.exact
        )
        return value

"""From any response to two classes to probabilities: log odds that grow with it in a straight line.

(Platt, Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers, MIT Press 1999, 61.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["Odds"]


@dataclass(frozen=True)
class Odds:
    """A line from the response to two classes to the log odds of signal.

    Parameters
    ----------
    slope, offset
        Log odds are ``offset + slope * response``.

    Examples
    --------
    >>> from umva.methods import Events
    >>> X = np.arange(8, dtype=np.float32)[:, None]
    >>> train = Events(X, np.array([0, 0, 0, 1, 0, 1, 1, 1], np.int8), np.ones(8))
    >>> odds = Odds.fitted(np.linspace(-7.0, 7.0, 8), train)
    >>> (odds(np.array([-7.0, 0.0, 7.0])).round(1) + 0.0).tolist()
    [-3.6, 0.0, 3.6]
    """

    slope: float
    offset: float

    @classmethod
    def fitted(cls, score: NDArray[np.float64], train: Events) -> Self | None:
        """Return the line of largest likelihood, or None if the response is a probability as it is: between 0 and 1.

        Parameters
        ----------
        score
            Response to the training events, shape ``(n_events,)``.
        train
            The events; negative weights count as none.
        """
        from sklearn.linear_model import LogisticRegression

        if score.min() >= 0 and score.max() <= 1:
            return None
        weight = np.clip(train.weight, 0, None)
        weight /= weight.sum()  # the penalty, which keeps the slope finite, is the same however many events there are
        mean = weight @ score
        spread = np.sqrt(weight @ np.square(score - mean)) or 1.0
        line = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-10)
        line.fit((score[:, None] - mean) / spread, train.y, weight)
        slope = max(line.coef_[0, 0] / spread, np.finfo(np.float64).tiny)  # never turns the order of the events round
        return cls(float(slope), float(line.intercept_[0] - slope * mean))

    def __call__(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log odds of responses."""
        log_odds: NDArray[np.float64] = self.slope * score + self.offset
        return log_odds

"""Linear terms: the inputs, clipped in their tails, decorrelated, and scaled to vary as much as a typical rule.

A gradient moves slowly along combinations that hardly vary, such as the difference of two correlated inputs, and rules that
say the same in steps are faster. So the terms are decorrelated by the symmetric root of the inverse covariance, which leaves
each as near to its own input as it can be (Kessy, Lewin and Strimmer, Am. Stat. 72 (2018) 309, "ZCA-cor").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from umva.methods.trees.quantiles import quantiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Lines"]

_TYPICAL_RULE = 0.4
"""Standard deviation of a rule, averaged over the shares of events that may fulfil it (Friedman and Popescu, section 5)."""

_LEAST_VARIANCE = 1e-3
"""Combinations of inputs that vary less, as a share of the one that varies most, are scaled as if they varied so much."""


class Lines(NamedTuple):
    """The linear terms ``mixing @ clip(x, low, high)``.

    An element a variable: ``mean`` and ``width`` are mean and standard deviation of the clipped input, ``spread`` is the standard
    deviation of the input itself, 1 if it is constant. ``mixing`` has shape ``(n_terms, n_variables)``.
    """

    low: Floats
    high: Floats
    mean: Floats
    width: Floats
    spread: Floats
    mixing: Floats

    @classmethod
    def of(cls, X: NDArray[np.float32], weight: Floats, share: float, *, wanted: bool = True) -> Self:
        """Clip at the quantiles ``share`` and ``1 - share``; no terms, if they are not wanted.

        Examples
        --------
        >>> lines = Lines.of(np.arange(5, dtype=np.float32)[:, None], np.ones(5), 0.25)
        >>> lines.low.tolist(), lines.high.tolist()
        ([1.0], [3.0])
        """
        x = X.astype(np.float64)
        low, high = (np.array([quantiles(column, weight, each)[0] for column in x.T]) for each in (share, 1.0 - share))
        clipped = x.clip(low, high)
        mean, width = _moments(clipped, weight)
        spread = _moments(x, weight)[1]
        mixing = _decorrelating(clipped - mean, weight, width) if wanted else np.zeros((0, len(low)))
        return cls(low, high, mean, width, np.where(spread > 0, spread, 1.0), mixing)

    def terms(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the terms of some events, ``(n_terms, n_events)``."""
        return np.asarray(self.mixing @ X.T.clip(self.low[:, None], self.high[:, None]), np.float32)


def _moments(x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the weighted mean and standard deviation of each column."""
    mean = np.average(x, axis=0, weights=weight)
    return mean, np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight))


def _decorrelating(away: Floats, weight: Floats, width: Floats) -> Floats:
    """Return the matrix that makes of the inputs terms without correlation, 0 for constant ones."""
    unit = np.divide(1.0, width, out=np.zeros_like(width), where=width > 0)
    scaled = away * unit
    correlation = (scaled * (weight / weight.sum())[:, None]).T @ scaled
    variance, axes = np.linalg.eigh(correlation)
    floor = max(_LEAST_VARIANCE * variance.max(), np.finfo(float).tiny)
    mixing: Floats = (axes * (_TYPICAL_RULE / np.sqrt(np.maximum(variance, floor)))) @ axes.T * unit
    return mixing

"""The responses of one part, sorted once: what ROC curve, AUC and tests are read from.

Sorting is the only step that is not linear in the number of events, so it is done once for each method and part and
shared. Equal responses are merged, which makes every number below it right for discrete responses, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Ranked", "effective_number", "rank"]


def effective_number(sum_weights: float, sum_squares: float) -> float:
    """Return (sum w)^2 / sum w^2, the number of unweighted events of the same relative precision.

    Negative weights make it smaller, as they should; an empty class has 0.

    Examples
    --------
    >>> effective_number(sum_weights=8.0, sum_squares=16.0)
    4.0
    """
    return sum_weights**2 / sum_squares if sum_squares > 0 else 0.0


@dataclass(frozen=True)
class Ranked:
    """Distinct responses in rising order and the weight that each class has there.

    Parameters
    ----------
    score
        Distinct responses, rising, shape ``(n_distinct,)``.
    signal, background
        Sum of the weights of each class at each distinct response, shape ``(n_distinct,)``.
    signal_squares, background_squares
        The same of squared weights.
    place
        Index into ``score`` for each event, in the order the events came, shape ``(n_events,)``.
    is_signal, weight
        Whether each event is signal, and its weight, in the same order.
    """

    score: NDArray[np.float64]
    signal: NDArray[np.float64]
    background: NDArray[np.float64]
    signal_squares: NDArray[np.float64]
    background_squares: NDArray[np.float64]
    place: NDArray[np.intp]
    is_signal: NDArray[np.bool_]
    weight: NDArray[np.float64]

    @cached_property
    def sum_signal(self) -> float:
        """Sum of the signal weights."""
        return float(self.signal.sum())

    @cached_property
    def sum_background(self) -> float:
        """Sum of the background weights."""
        return float(self.background.sum())

    @cached_property
    def n_eff_signal(self) -> float:
        """Effective number of signal events."""
        return effective_number(self.sum_signal, float(self.signal_squares.sum()))

    @cached_property
    def n_eff_background(self) -> float:
        """Effective number of background events."""
        return effective_number(self.sum_background, float(self.background_squares.sum()))

    @property
    def measurable(self) -> bool:
        """Whether both classes have a positive sum of weights; without it no efficiency is defined."""
        return self.sum_signal > 0 and self.sum_background > 0

    def reweighted(self, weight: NDArray[np.float64]) -> Ranked:
        """Return the same responses with other weights, in the order the events came; nothing is sorted again."""
        return _summed(self.score, self.place, self.is_signal, weight)


def rank(scores: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Ranked:
    """Sort responses and sum the weights of equal ones.

    Parameters
    ----------
    scores
        Response of each event, larger for signal, shape ``(n_events,)``.
    y
        Class of each event: 1 signal, 0 background.
    sample_weight
        Weight of each event, negative ones included; one each if None.

    Raises
    ------
    ReportError
        If the arrays differ in length or a response is not finite.

    Examples
    --------
    >>> ranked = rank([0.2, 0.9, 0.2], [0, 1, 1])
    >>> ranked.score.tolist(), ranked.signal.tolist(), ranked.background.tolist()
    ([0.2, 0.9], [1.0, 1.0], [1.0, 0.0])
    """
    values = np.asarray(scores, dtype=np.float64)
    is_signal = np.asarray(y) == 1
    weight = np.ones(len(values)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
    if not (values.ndim == 1 and values.shape == is_signal.shape == weight.shape):
        shapes = f"{values.shape}, {is_signal.shape} and {weight.shape}"
        msg = f"responses, classes and weights must be of one length; theirs are {shapes}"
        raise ReportError(msg)
    if not np.isfinite(values).all():
        msg = f"{np.count_nonzero(~np.isfinite(values))} of {len(values)} responses are not finite"
        raise ReportError(msg)

    order = np.argsort(values)
    ordered = values[order]
    first = np.ones(len(values), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    place = np.empty(len(values), dtype=np.intp)
    place[order] = np.cumsum(first) - 1

    return _summed(ordered[first], place, is_signal, weight)


def _summed(
    distinct: NDArray[np.float64],
    place: NDArray[np.intp],
    is_signal: NDArray[np.bool_],
    weight: NDArray[np.float64],
) -> Ranked:
    """Sum the weights at each distinct response, in the order of the events.

    So the last digit does not hang on how the sort left equal responses.
    """
    signal_weight = np.where(is_signal, weight, 0.0)
    background_weight = np.where(is_signal, 0.0, weight)

    def total(each: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(place, weights=each, minlength=len(distinct)).astype(np.float64)

    return Ranked(
        score=distinct,
        signal=total(signal_weight),
        background=total(background_weight),
        signal_squares=total(signal_weight**2),
        background_squares=total(background_weight**2),
        place=place,
        is_signal=is_signal,
        weight=weight,
    )

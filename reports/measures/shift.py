"""What changes when the events do: differences and ratios of numbers measured on samples that share some of their events.

A systematic variation gives events that are the declared ones with other values or weights, or other events, or both, class
by class. What an event contributes to a number before and after it was varied is strongly correlated, and the errors of
differences are much smaller than those of the numbers. All events of both samples are put on one axis here, shared ones
once, and errors are sums over it of squared influences (:mod:`umva.reports.measures.influence`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.influence import Measured, combined, difference
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from umva.reports.measures.ranked import Ranked

__all__ = ["CommonEvents", "cut_for", "in_quadrature", "relative_change"]


ROUNDING = 1e-12
"""Changes smaller than this are made by rounding."""


@dataclass(frozen=True)
class CommonEvents:
    """Which events of a varied sample are events of another one.

    Parameters
    ----------
    n_events
        Number of events of the other sample.
    row
        Place of each varied event in it, ``(n_varied,)``; -1 for events that are not in it.
    """

    n_events: int
    row: NDArray[np.int64]

    def declared(self, found: Measured) -> Measured:
        """Return a number of the other sample, on the axis of all events."""
        return self._placed(found, np.arange(self.n_events))

    def varied(self, found: Measured) -> Measured:
        """Return a number of the varied sample, on the axis of all events."""
        fresh = self.row < 0
        return self._placed(found, np.where(fresh, self.n_events - 1 + np.cumsum(fresh), self.row))

    def change(self, varied: Measured, declared: Measured) -> Number:
        """Return varied minus declared, with the error that shared events leave.

        Examples
        --------
        >>> from umva.reports.measures.influence import mean_of
        >>> x, ones = np.array([1.0, 2.0, 6.0]), np.ones(3)
        >>> one, other = mean_of(x, ones), mean_of(x + 0.5, ones)
        >>> CommonEvents(3, np.arange(3)).change(other, one).error
        0.0
        >>> round(CommonEvents(3, np.array([-1, -1, -1])).change(other, one).error, 3), round(one.number.error * 2**0.5, 3)
        (2.16, 2.16)
        """
        return _exact(difference(self.varied(varied), self.declared(declared)))

    def _placed(self, found: Measured, places: NDArray[np.int64]) -> Measured:
        influence = np.zeros(self.n_events + int(np.count_nonzero(self.row < 0)))
        influence[places] = found.influence
        return Measured(found.number, influence)


def relative_change(
    shared: CommonEvents,
    passing: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    weight: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> Number:
    """Return the sum of weights that pass after a variation over that before, less 1.

    Parameters
    ----------
    shared
        Which events are the same.
    passing
        Which varied and which declared events pass, in this order.
    weight
        Their weights; negative ones enter as they are.

    Returns
    -------
    Number
        The error counts each event as a Poisson process; without a positive sum before there is none, and a note.

    Examples
    --------
    >>> ones, some = np.ones(4), np.array([True, True, False, False])
    >>> more = np.array([True, True, True, False])
    >>> relative_change(CommonEvents(4, np.arange(4)), (more, some), (ones, ones)).value
    0.5
    """
    after, before = (_sum(np.where(each, w, 0.0)) for each, w in zip(passing, weight, strict=True))
    if before.value <= 0:
        return Number(0.0, note="not measurable: no positive sum of weights passes the cut")
    ratio = after.value / before.value
    terms = [(1.0 / before.value, shared.varied(after)), (-ratio / before.value, shared.declared(before))]
    return _exact(combined(ratio - 1.0, terms).number)


def cut_for(ranked: Ranked, background: float) -> float:
    """Return the cut that lets a share of the background pass as near to ``background`` as the responses allow.

    Parameters
    ----------
    ranked
        Sorted responses; with negative weights the share need not rise with looser cuts, and the tightest cut is taken.
    background
        The share, 0 to 1.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> cut_for(rank([0.1, 0.2, 0.3, 0.4, 0.9], [0, 0, 0, 0, 1]), 0.5)
    0.3
    """
    if not ranked.measurable:
        return float(ranked.score[-1])
    passing = np.cumsum(ranked.background[::-1]) / ranked.sum_background
    return float(ranked.score[::-1][np.argmin(np.abs(passing - background))])


def in_quadrature(changes: Iterable[Number]) -> Number:
    """Return the root of the sum of squared changes, with the error that theirs make, taken as independent.

    Statistical errors make it too large rather than too small. What could not be measured is left out, and the note says so.

    Examples
    --------
    >>> in_quadrature([Number(3.0, 0.1), Number(-4.0, 0.1)])
    Number(value=5.0, error=0.1, low=None, high=None, note=None)
    """
    each = list(changes)
    known = [(number.value, number.error) for number in each if number.error is not None]
    note = None if len(known) == len(each) else f"{len(each) - len(known)} of {len(each)} changes cannot be measured"
    total = math.hypot(*(value for value, _ in known))
    if total == 0:
        return Number(0.0, math.hypot(*(error for _, error in known)), note=note)
    return Number(total, math.hypot(*(value * error for value, error in known)) / total, note=note)


def _exact(number: Number) -> Number:
    """Return a change of nothing as 0, not as what rounding makes of it."""
    if number.error is not None and max(abs(number.value), number.error) < ROUNDING:
        return Number(0.0, 0.0, note=number.note)
    return number


def _sum(values: NDArray[np.float64]) -> Measured:
    """Return a sum of weights, each event a Poisson process."""
    return Measured(Number(float(values.sum()), math.sqrt(float(values @ values))), values)

"""Coefficients of many terms, by a gradient-directed path.

All coefficients begin at 0. In each step those are moved along the gradient of the risk whose component is at least ``tau``
times the largest: with 0 all move, as if squares of coefficients were penalised, with 1 only the best, as if absolute values
were. The risk is the mean squared difference between truth (-1 or 1) and response, the latter clipped to this range: events
far on the right side do not pull. The path ends where the risk of other events is least; the best ``tau`` is searched.

(Friedman and Popescu, "Gradient directed regularization", Stanford technical report, 2004; "Predictive learning via rule
ensembles", Ann. Appl. Stat. 2 (2008) 916, section 2.)

Only events on the ramp have a gradient, and as long as they are the same it is linear in the coefficients: it is then followed
by matrices of terms, not of events. Which events they are is looked up from time to time, see :func:`looks`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["BETWEEN", "Path", "Plan", "Terms", "find_path", "looks"]

BETWEEN = 10
"""Least number of steps between two looks at the events."""

_TWENTIETH = 20

_COARSE = 10  # first values of tau
_ROWS = 4096


@dataclass(frozen=True)
class Plan:
    """How a path is followed: see the options of RuleFit. ``tau`` below 0 is searched in steps of ``tau_step``."""

    tau: float
    tau_step: float
    step: float
    n_steps: int
    error_scale: float


class Terms(NamedTuple):
    """Events of which the terms are known.

    ``x`` float32 ``(n_terms, n_events)``, the terms; ``truth`` float64, -1 or 1; ``weight`` float64, positive, summing to 1.
    """

    x: NDArray[np.float32]
    truth: Floats
    weight: Floats

    def select(self, rows: NDArray[np.bool_]) -> Self:
        """Return the terms of some events, whose weights then sum to 1."""
        weight = self.weight[rows]
        return type(self)(np.ascontiguousarray(self.x[:, rows]), self.truth[rows], weight / weight.sum())

    def moved(self, by: Floats) -> Self:
        """Return the terms less ``by``, one number a term."""
        return self._replace(x=self.x - by.astype(np.float32)[:, None])

    def means(self) -> Floats:
        """Return the weighted mean of each term."""
        return np.array([np.sum(row * self.weight) for row in self.x])

    def moments(self) -> tuple[Floats, Floats]:
        """Return the sums of ``w x x`` and of ``w x y``, where the first ``x`` is 1 and the others are the terms."""
        size = len(self.x) + 1
        matrix, target = np.zeros((size, size)), np.zeros(size)
        for part in chunks(len(self.truth), _ROWS):
            values = np.concatenate([np.ones((1, len(self.truth[part]))), self.x[:, part]])
            weighted = values * self.weight[part]
            matrix += weighted @ values.T
            target += weighted @ self.truth[part]
        return matrix, target


@dataclass(frozen=True)
class Path:
    """The end of a path.

    Parameters
    ----------
    coefficients, constant
        Shape ``(n_terms,)``, and what is added to the terms' sum.
    tau
        Share of the largest component of the gradient from which terms moved.
    steps
        After how many steps the risks were noted, int64, shape ``(n_noted,)``.
    risks
        Risk of the events followed and of those watched, shape ``(n_noted, 2)``.
    """

    coefficients: Floats
    constant: float
    tau: float
    steps: NDArray[np.int64]
    risks: Floats

    @property
    def best(self) -> int:
        """The row of :attr:`risks` that the coefficients are those of."""
        return int(np.argmin(self.risks[:, 1]))

    @property
    def risk(self) -> float:
        """The least risk of the events watched."""
        return float(self.risks[self.best, 1])


def find_path(followed: Terms, watched: Terms, plan: Plan) -> Path:
    """Return the path of least risk.

    Parameters
    ----------
    followed
        Events whose gradient is followed.
    watched
        Events whose risk tells where to stop and which ``tau`` is best.
    plan
        How it is followed. The search for ``tau`` first takes eleven values, then halves its steps around the best.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 50)
    >>> terms = Terms(x.astype(np.float32)[None], np.sign(x), np.full(50, 0.02))
    >>> path = find_path(terms, terms, Plan(0.0, 0.01, 0.1, 1000, 1.1))
    >>> bool(path.coefficients[0] > 1.5), abs(path.constant) < 1e-6
    (True, True)
    """
    means = followed.means()
    parts = followed.moved(means), watched.moved(means)
    moments = parts[0].moments()

    def best_of(taus: Sequence[float], *others: Path) -> Path:
        return min([*others, *(_follow(*parts, moments, plan, tau) for tau in taus)], key=lambda path: path.risk)

    if plan.tau >= 0:
        best = best_of([plan.tau])
    else:
        grid = np.arange(0.0, 1.0 + 0.5 * plan.tau_step, plan.tau_step).clip(max=1.0).tolist()
        apart = max(1, len(grid) // _COARSE)
        best = best_of(grid[::apart])
        while apart > 1:
            apart //= 2
            place = grid.index(best.tau)
            best = best_of([grid[each] for each in (place - apart, place + apart) if 0 <= each < len(grid)], best)
    return replace(best, constant=best.constant - float(np.sum(best.coefficients * means)))


def looks(n_steps: int) -> NDArray[np.int64]:
    """Return after how many steps the events are looked at: every tenth, later each time the path is a twentieth longer.

    Examples
    --------
    >>> looks(500)[[0, 1, 2, -3, -2, -1]].tolist()
    [10, 20, 30, 460, 480, 500]
    """
    steps = [0]
    while steps[-1] < n_steps:
        steps.append(min(n_steps, steps[-1] + max(1, steps[-1] // (_TWENTIETH * BETWEEN)) * BETWEEN))
    return np.array(steps[1:])


def _follow(followed: Terms, watched: Terms, moments: tuple[Floats, Floats], plan: Plan, tau: float) -> Path:
    """Follow the path of one ``tau``; the terms are centred."""
    from umva.methods.rules import descent

    matrix, target = (each.copy() for each in moments)
    best = np.zeros(len(target))
    steps = looks(plan.n_steps)
    risks = np.zeros((len(steps), 2))
    noted = descent.descend(*followed, *watched, matrix, target, tau, plan.step, steps, plan.error_scale, best, risks)
    return Path(best[1:], float(best[0]), tau, steps[:noted], risks[:noted])

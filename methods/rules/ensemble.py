"""Rules and linear terms with their coefficients: what they answer, how much they matter, how they read."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from umva.methods.chunks import chunks
from umva.methods.rules.boxes import Boxes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.methods.rules.lines import Lines
    from umva.methods.rules.path import Path

    Floats = NDArray[np.float64]
    Singles = NDArray[np.float32]

__all__ = ["Ensemble", "Rule"]

_AT_ONCE = 8192  # events


class Rule(NamedTuple):
    """A rule as it reads.

    ``text`` is what it asks, ``support`` the share of the training weight that fulfils it, ``coefficient`` what it then adds to
    the response; ``importance`` is relative to that of the most important rule or linear term.
    """

    text: str
    support: float
    coefficient: float
    importance: float


class Ensemble(NamedTuple):
    """A weighted sum of rules, most important first, and of clipped inputs.

    ``lower``, ``upper`` (float32, ``(n_rules, n_variables)``): the rules, see :class:`~umva.methods.rules.boxes.Boxes`.
    ``coefficients``, ``support``, ``importance`` (``(n_rules,)``): see :class:`Rule`. ``slopes``, ``linear_importance``, ``low``,
    ``high`` (``(n_variables,)``): the linear terms ``slope * clip(x, low, high)``. ``offset``: the constant.
    """

    lower: Singles
    upper: Singles
    coefficients: Floats
    support: Floats
    importance: Floats
    slopes: Floats
    linear_importance: Floats
    low: Floats
    high: Floats
    offset: float

    @classmethod
    def of(cls, path: Path, boxes: Boxes, lines: Lines, support: Floats, least: float) -> Self:
        """Keep what matters at least ``least`` times as much as the most important term; the constant takes the mean of the rest.

        The importance of a term is its coefficient times its standard deviation (Friedman and Popescu, section 6).
        """
        coefficients = path.coefficients[: boxes.n_rules]
        slopes = lines.mixing.T @ path.coefficients[boxes.n_rules :]
        importance = np.abs(coefficients) * np.sqrt(support * (1.0 - support))
        linear = np.abs(slopes) * lines.width
        largest = max(importance.max(initial=0.0), linear.max()) or 1.0
        importance, linear = importance / largest, linear / largest
        lost, unbent = (each < max(least, np.finfo(float).tiny) for each in (importance, linear))
        dropped = np.sum(coefficients[lost] * support[lost]) + np.sum(slopes[unbent] * lines.mean[unbent])
        order = np.argsort(-importance, kind="stable")[: int(np.sum(~lost))]
        return cls(
            *boxes.select(order),
            coefficients[order],
            support[order],
            importance[order],
            np.where(unbent, 0.0, slopes),
            np.where(unbent, 0.0, linear),
            lines.low,
            lines.high,
            path.constant + float(dropped),
        )

    @property
    def boxes(self) -> Boxes:
        """The rules alone."""
        return Boxes(self.lower, self.upper)

    def require_sound(self) -> None:
        """Refuse arrays, read from a file, that do not fit each other.

        Raises
        ------
        ValueError
            If their shapes are not as above, or what the response is made of is not finite.
        """
        n_rules, n_variables = np.shape(self.lower)
        wanted = [(n_rules, n_variables)] * 2 + [(n_rules,)] * 3 + [(n_variables,)] * 4 + [()]
        if [np.shape(each) for each in self] != wanted:
            msg = "its rules and linear terms do not fit each other"
            raise ValueError(msg)
        if not all(np.isfinite(each).all() for each in self[2:]):
            msg = "its rules and linear terms hold what is no number"
            raise ValueError(msg)

    def response(self, X: Singles) -> Floats:
        """Return the sum of all terms, ``(n_events,)``."""
        response = np.full(len(X), self.offset)
        for part in chunks(len(X), _AT_ONCE):
            for coefficient, inside in zip(self.coefficients, self.boxes.passed(X[part]), strict=True):
                response[part] += coefficient * inside
            for variable in np.flatnonzero(self.slopes):
                x = X[part, variable].astype(np.float64)
                response[part] += self.slopes[variable] * x.clip(self.low[variable], self.high[variable])
        return response

    def rules(self, names: Sequence[str]) -> list[Rule]:
        """Return the rules, most important first."""
        numbers = (each.tolist() for each in (self.support, self.coefficients, self.importance))
        return [Rule(*each) for each in zip(self.boxes.texts(names), *numbers, strict=True)]

    def variable_importance(self) -> Floats:
        """Return how much each variable matters, the largest being 1; its rules are shared with their other variables."""
        used = self.boxes.used
        shared = self.importance / used.sum(axis=1) if len(used) else self.importance
        importance = self.linear_importance + np.array([np.sum(shared[column]) for column in used.T])
        relative: Floats = importance / (importance.max() or 1.0)
        return relative

    def shap(self, X: Singles, background: Singles) -> Floats:
        """Return exact Shapley values of the response, ``(n_events, n_variables)``, other inputs drawn from ``background``.

        With an event of the background, a rule needs ``p`` inputs of the event and ``q`` of the background: each of the former
        gains ``(p - 1)! q! / (p + q)!``, each of the latter loses ``p! (q - 1)! / (p + q)!``; if an input of both fails, nothing is
        gained or lost (Laberge and Pequignot, arXiv:2209.15123, section 3).
        """
        ends = X.clip(self.low, self.high), background.clip(self.low, self.high)
        values: Floats = self.slopes * (ends[0] - ends[1].mean(axis=0))
        gains, losses = _shares(int(self.boxes.used.sum(axis=1).max(initial=0)))
        for part in chunks(len(X), 1024):
            for row, coefficient in enumerate(self.coefficients):
                cut = np.flatnonzero(self.boxes.used[row])
                lower, upper = self.lower[row, cut], self.upper[row, cut]
                mine, theirs = (
                    ((x[:, cut] >= lower) & (x[:, cut] < upper)).astype(float) for x in (X[part], background)
                )
                p, q = (mine @ (1 - theirs).T).astype(int), ((1 - mine) @ theirs.T).astype(int)
                possible = (1 - mine) @ (1 - theirs).T == 0
                gained = mine * ((possible * gains[p, q]) @ (1 - theirs))
                lost = (1 - mine) * ((possible * losses[p, q]) @ theirs)
                values[part, cut] += coefficient * (gained - lost) / len(background)
        return values


def _shares(most: int) -> tuple[Floats, Floats]:
    """Return what each of ``p`` inputs gains and each of ``q`` loses, ``(most + 1, most + 1)``."""
    gains, losses = np.zeros((2, most + 1, most + 1))
    for p in range(most + 1):
        for q in range(most + 1 - p):
            gains[p, q] = factorial(p - 1) * factorial(q) / factorial(p + q) if p else 0.0
            losses[p, q] = factorial(p) * factorial(q - 1) / factorial(p + q) if q else 0.0
    return gains, losses

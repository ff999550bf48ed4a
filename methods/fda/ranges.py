"""Ranges of parameters: as TMVA writes them, as pairs, or as the events suggest for a linear formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.methods.linear.moments import joint_moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["Ranges", "usual_ranges"]

_SPREADS = 10.0

_PAIR = re.compile(r"\(\s*([^\s,()]+)\s*,\s*([^\s,()]+)\s*\)")


class Ranges(tuple[tuple[float, float], ...]):
    """Least and largest value of each parameter.

    Raises
    ------
    ValueError
        If what is given are not pairs of finite numbers.

    Examples
    --------
    >>> Ranges("(-1,1);(-10, 10)")
    ((-1.0, 1.0), (-10.0, 10.0))
    >>> Ranges([(-1, 1)]) == Ranges("(-1,1)")
    True
    >>> Ranges("()")
    ()
    """

    __slots__ = ()

    def __new__(cls, given: str | Iterable[Sequence[float]] = ()) -> Self:
        """Read ``"(min,max);(min,max)"``, or take pairs."""
        pairs = [(float(low), float(high)) for low, high in (_written(given) if isinstance(given, str) else given)]
        if not np.isfinite(pairs).all():
            raise ValueError
        return super().__new__(cls, pairs)


def _written(text: str) -> list[tuple[str, str]]:
    """Return the pairs of numbers in TMVA's notation."""
    items = [each.strip() for each in text.split(";")]
    found = [_PAIR.fullmatch(each) for each in items if each not in {"", "()"}]
    if not all(found):
        raise ValueError
    return [(each[1], each[2]) for each in found if each]


def usual_ranges(train: Events, target: int, *, method: str) -> NDArray[np.float64]:
    """Return ranges for the constant and the slopes of a linear formula, shape ``(n_variables + 1, 2)``.

    A slope may change the response by ten times the target's spread where its input changes by its own; a target is of spread
    1 unless in a regression. The slope of a constant input is 0.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> train = Events(np.array([[0.0], [4.0]], np.float32), np.array([0, 1], np.int8), np.ones(2))
    >>> usual_ranges(train, 0, method="FDA").tolist()
    [[-20.0, 20.0], [-5.0, 5.0]]
    """
    regression = train.problem.task == "regression"
    beside = train.y[:, [target]] if regression else np.zeros((train.n_events, 1))
    found = joint_moments((train.X, beside), train.weight, method=method)
    *spread, target_spread = np.sqrt(found.covariance.diagonal())
    *mean, centre = found.mean
    most = _SPREADS * (target_spread if regression else 1.0)
    slopes = np.divide(most, spread, out=np.zeros(len(spread)), where=np.array(spread) > 0)
    constant = most + float(np.abs(mean) @ slopes)
    return np.vstack([[centre - constant, centre + constant], np.stack([-slopes, slopes], axis=1)])

"""Is one method better than another? Paired differences on the same events, corrected for their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import SIGMA, equals_p, measured
from umva.reports.measures.influence import difference, p_value
from umva.reports.results import Comparison

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from umva.reports.measures.influence import Measured
    from umva.reports.results import Number

__all__ = ["LEVEL", "against_best", "holm"]

LEVEL = 0.05
"""Corrected probability below which a difference is called one."""


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected so that the chance of any false claim among them stays below the level used.

    The k-th smallest of m is multiplied by m + 1 - k, and none is left below a smaller one (Holm, Scand. J. Statist. 6
    (1979) 65). It holds whatever the correlation of the tests.

    Examples
    --------
    >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(raised, 1.0)
    return [float(each) for each in corrected]


def against_best(scores: Mapping[str, Measured], *, less_is_better: bool = False) -> dict[str, Comparison]:
    """Compare every method with the best one, on the same events.

    Parameters
    ----------
    scores
        What the methods are ranked by, measured on the test part: ROC areas, mean areas of several classes, or
        deviations of estimates.
    less_is_better
        The best is the smallest.

    Returns
    -------
    dict
        A comparison for each method but the best; differences are positive where the best is better. That the best was
        chosen on these very events makes small differences look a little larger than they are.

    Examples
    --------
    >>> from umva.reports.measures import area, rank
    >>> y = np.array([0, 0, 1, 1], dtype=np.int8)
    >>> scores = {"a": area(rank([1, 2, 3, 4], y)), "b": area(rank([1, 3, 2, 4], y))}
    >>> against_best(scores)["b"].difference.value
    0.25
    """
    if not scores:
        return {}
    sign = -1.0 if less_is_better else 1.0
    best = max(scores, key=lambda name: (scores[name].number.error is not None, sign * scores[name].value))
    others = [name for name in scores if name != best]
    ahead = [(name, best) if less_is_better else (best, name) for name in others]
    differences = [difference(scores[one], scores[other]) for one, other in ahead]
    chances = [p_value(each) for each in differences]
    same, unit = ("estimates", f" {SIGMA}") if less_is_better else ("orders the events", "")
    return {
        name: Comparison(
            best, number, chance, corrected, _sentence(best, name, number, corrected, same=same, unit=unit)
        )
        for name, number, chance, corrected in zip(others, differences, chances, holm(chances), strict=True)
    }


def _sentence(best: str, name: str, found: Number, p: float, *, same: str, unit: str) -> str:
    """Say in one sentence how the best compares with another."""
    if found.error is None:
        return f"{best} and {name} cannot be compared."
    if found.value == 0 and found.error == 0:
        return f"{name} {same} exactly like {best}."
    shown = f"{measured(found)}{unit} ({equals_p(p)})"
    if p < LEVEL:
        return f"{best} is better than {name} by {shown}."
    return f"{best} is not distinguishable from {name}: they differ by {shown}."

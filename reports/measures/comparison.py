"""Is one method better than another? Paired differences on the same events, corrected for their number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import SIGMA, equals_p, measured
from umva.reports.measures.influence import difference, p_value
from umva.reports.results import Comparison, Number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from umva.reports.measures.influence import Measured

__all__ = ["HARDLY", "LEVEL", "against_best", "each_against_each", "hardly_matters", "holm"]

LEVEL = 0.05
"""Corrected probability below which a difference is called one."""

HARDLY = 0.01
"""Share of what the better method lacks to perfection, or is ahead of knowing nothing, below which a difference hardly matters."""


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
    order = _order(scores, less_is_better=less_is_better)
    found = _compared(scores, [(order[0], name) for name in scores if name != order[0]], less_is_better=less_is_better)
    return {name: comparison for _, name, comparison in found}


def each_against_each(
    scores: Mapping[str, Measured], *, less_is_better: bool = False
) -> dict[str, dict[str, Comparison]]:
    """Compare every method with every better one, on the same events.

    Parameters
    ----------
    scores, less_is_better
        As for :func:`against_best`. Probabilities are corrected for the number of all pairs, so they are larger than
        those against the best method alone.

    Returns
    -------
    dict
        By method, then by a better one; the best method has none. Differences are positive where the latter is better.

    Examples
    --------
    >>> from umva.reports.measures import area, rank
    >>> y = np.array([0, 0, 1, 1], dtype=np.int8)
    >>> scores = {"a": area(rank([1, 2, 3, 4], y)), "b": area(rank([1, 3, 2, 4], y)), "c": area(rank([4, 3, 2, 1], y))}
    >>> {name: list(each) for name, each in each_against_each(scores).items()}
    {'b': ['a'], 'c': ['a', 'b']}
    """
    order = _order(scores, less_is_better=less_is_better)
    pairs = [(better, name) for place, name in enumerate(order) for better in order[:place]]
    found: dict[str, dict[str, Comparison]] = {name: {} for name in order[1:]}
    for better, name, comparison in _compared(scores, pairs, less_is_better=less_is_better):
        found[name][better] = comparison
    return found


def _order(scores: Mapping[str, Measured], *, less_is_better: bool) -> list[str]:
    """Return the methods, the best first, those without an error last."""
    sign = 1.0 if less_is_better else -1.0
    return sorted(scores, key=lambda name: (scores[name].number.error is None, sign * scores[name].value))


def _compared(
    scores: Mapping[str, Measured], pairs: Sequence[tuple[str, str]], *, less_is_better: bool
) -> list[tuple[str, str, Comparison]]:
    """Return the comparison of each pair of a better and another method, corrected for the number of pairs."""
    ahead = [(other, better) if less_is_better else (better, other) for better, other in pairs]
    differences = [difference(scores[one], scores[two]) for one, two in ahead]
    chances = [p_value(each) for each in differences]
    same, unit = ("estimates", f" {SIGMA}") if less_is_better else ("orders the events", "")
    found = []
    for (better, name), number, chance, corrected in zip(pairs, differences, chances, holm(chances), strict=True):
        negligible = hardly_matters(number, scores[better].value, less_is_better=less_is_better)
        plain = Comparison(better, number, chance, corrected, "", negligible)
        found.append((better, name, replace(plain, sentence=_sentence(name, plain, same=same, unit=unit))))
    return found


def hardly_matters(found: Number, better: float, *, less_is_better: bool = False) -> bool:
    """Tell whether a difference is so small that it hardly matters, however certain it is.

    So it is if its whole 95 % interval is below 1 % of what the better method lacks to perfection, or is ahead of
    knowing nothing, whichever is less. What a ROC area lacks to 1 is the mean background efficiency over all signal
    efficiencies: 1 % of it is what no cut would notice. (A large sample makes any difference significant.)

    Parameters
    ----------
    found
        The difference, with its interval.
    better
        What the better method has: an area (perfect 1, knowing nothing 0.5), or with ``less_is_better`` a deviation in
        units of the standard deviation (perfect 0, knowing nothing 1).
    less_is_better
        It is a deviation.

    Examples
    --------
    >>> hardly_matters(Number(0.000025, 0.00001, 0.000005, 0.000045), 0.8)
    True
    >>> hardly_matters(Number(0.000025, 0.00001, 0.000005, 0.000045), 0.9999)
    False
    """
    ends = (0.0, 1.0) if less_is_better else (1.0, 0.5)
    limit = HARDLY * min(abs(better - end) for end in ends)
    return found.low is not None and found.high is not None and max(abs(found.low), abs(found.high)) < limit


def _sentence(name: str, found: Comparison, *, same: str, unit: str) -> str:
    """Say in one sentence how a better method compares with another."""
    better, number = found.reference, found.difference
    if number.error is None:
        return f"{better} and {name} cannot be compared."
    if number.value == 0 and number.error == 0:
        return f"{name} {same} exactly like {better}."
    shown = f"{measured(number)}{unit} ({equals_p(found.p_corrected)})"
    if found.p_corrected < LEVEL:
        if found.negligible:
            return f"{better} is better than {name} by only {shown}, which hardly matters."
        return f"{better} is better than {name} by {shown}."
    little = ", which would hardly matter" if found.negligible else ""
    return f"{better} is not distinguishable from {name}: they differ by {shown}{little}."

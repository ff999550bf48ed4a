"""Cuts in a combination of variables, Fisher's discriminant in a node, as TMVA's ``UseFisherCuts`` makes them.

(TMVA Users Guide, arXiv:physics/0703039, sections 8.7 and 8.12.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.trees import cut_search
from umva.methods.trees.sums import CRITERIA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.grow import Rules, Sample

    Floats = NDArray[np.float64]

__all__ = ["combine", "fisher_cut"]

_EQUAL = 1e-12


def combine(X: NDArray[np.float32], coefficients: Floats) -> NDArray[np.float32]:
    """Return the combinations of variables, float32.

    Parameters
    ----------
    X
        Shape ``(n_events, n_variables)``.
    coefficients
        Shape ``(n_variables + 1,)`` or, for several, ``(n_combinations, n_variables + 1)``; the last is a constant.

    Examples
    --------
    >>> combine(np.array([[1.0, 2.0]], np.float32), np.array([10.0, 1.0, -5.0])).tolist()
    [7.0]
    """
    # One variable after the other: a matrix product would round an event differently in other company.
    total = np.zeros((len(X), *coefficients.shape[:-1]))
    with np.errstate(over="ignore", invalid="ignore"):  # whatever is infinite, or none, lies on one side of the cut too
        for place in range(X.shape[1]):
            factor = coefficients[..., place]
            if np.any(factor):
                total += np.multiply.outer(X[:, place].astype(np.float64), factor)
        return np.asarray((total + coefficients[..., -1]).astype(np.float32))


def fisher_cut(
    sample: Sample, rows: NDArray[np.int32], rules: Rules, min_size: float, tried: NDArray[np.bool_]
) -> tuple[Floats, float] | None:
    """Return the best cut in Fisher's discriminant of the correlated variables in a node, and its gain; None if there is none.

    Of the variables ``tried``, combined ones are struck off if the rules say so. The combination, constant included, is
    shifted so that events right of the cut are those above 0.
    """
    if rules.fisher is None:
        return None
    X = sample.X[rows].astype(np.float64)
    weight = sample.weight[rows] * sample.copies[rows]
    signal = sample.target[rows] > 0.5
    classes = [_moments(X[part], weight[part]) for part in (signal, ~signal)]
    if not all(sum_of_weights > 0 for sum_of_weights, _, _ in classes):
        return None
    linked = np.zeros(X.shape[1], bool)
    for _, _, covariance in classes:
        linked |= np.any(_correlation(covariance) > rules.fisher.least_correlation, axis=0)
    used = np.flatnonzero(linked & tried)
    if not len(used):
        return None
    if rules.fisher.exclusive:
        tried[used] = False
    coefficients = _fisher(classes, used, X.shape[1])
    values = X @ coefficients[:-1] + coefficients[-1]
    place, gain = _best_cut(values, weight, signal, sample.copies[rows], rules, min_size)
    coefficients[-1] -= place
    return (coefficients, gain) if gain > 0 else None


def _moments(X: Floats, weight: Floats) -> tuple[float, Floats, Floats]:
    """Return sum of weights, mean and covariance of one class."""
    total = float(weight.sum())
    if not total > 0:
        return total, np.zeros(X.shape[1]), np.zeros((X.shape[1], X.shape[1]))
    mean = weight @ X / total
    centred = X - mean
    return total, mean, (weight[:, np.newaxis] * centred).T @ centred / total


def _correlation(covariance: Floats) -> Floats:
    """Return the magnitudes of the correlations, 0 on the diagonal and where a variable does not vary."""
    spread = np.sqrt(np.maximum(covariance.diagonal(), 0.0))
    product = np.multiply.outer(spread, spread)
    found: Floats = np.abs(np.divide(covariance, product, out=np.zeros_like(covariance), where=product > 0))
    np.fill_diagonal(found, 0.0)
    return found


def _fisher(classes: list[tuple[float, Floats, Floats]], used: NDArray[np.int64], n_inputs: int) -> Floats:
    """Return Fisher's coefficients of the variables ``used``, 0 for others, and the constant."""
    (w_signal, signal, one), (w_background, background, other) = classes
    within = (one + other)[np.ix_(used, used)]
    factor = np.sqrt(w_signal * w_background) / (w_signal + w_background)
    coefficients = np.zeros(n_inputs + 1)
    coefficients[used] = factor * np.linalg.pinv(within, hermitian=True) @ (signal - background)[used]
    coefficients[-1] = -0.5 * coefficients[:-1] @ (signal + background)
    return coefficients


def _best_cut(
    values: Floats, weight: Floats, signal: NDArray[np.bool_], copies: NDArray[np.int32], rules: Rules, min_size: float
) -> tuple[float, float]:
    """Return the best of equally spaced cuts, and its gain, 0 if none may be made."""
    low, high = float(values.min()), float(values.max())
    cuts = low + (high - low) / (rules.n_cuts + 1) * np.arange(1, rules.n_cuts + 1)
    places = np.searchsorted(cuts, values, side="right")
    n, w, t = (np.cumsum(np.bincount(places, each, len(cuts) + 1)) for each in (copies, weight, weight * signal))
    criterion = CRITERIA.index(rules.criterion)
    parent = cut_search.impurity(criterion, w[-1], t[-1])
    best, gain = 0.0, 0.0
    for k, cut in enumerate(cuts):
        least = max(min_size, 1.0)
        if min(n[k], n[-1] - n[k]) < least or min(w[k], w[-1] - w[k]) < min_size:
            continue
        left = w[k] * cut_search.impurity(criterion, w[k], t[k])
        right = (w[-1] - w[k]) * cut_search.impurity(criterion, w[-1] - w[k], t[-1] - t[k])
        better = parent - (left + right) / w[-1]
        if better > gain + _EQUAL:
            best, gain = float(cut), float(better)
    return best, gain

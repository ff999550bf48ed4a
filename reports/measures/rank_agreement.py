"""Do methods find the same variables important? Kendall's rank correlation in which the important ones weigh more.

Most samples have a few variables that matter and many that do not, whose order is noise. In the coefficient of Vigna (WWW
2015, 1166; ``scipy.stats.weightedtau``) a pair of variables counts with ``1 / r_i + 1 / r_j``, r the place of each in the
order, 1 for the first; the mean is taken of that with the places of the one and of the other order. It is 1 if the orders
are the same, -1 if one is the other turned round, 0 on average if they have nothing to do with each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["rank_agreement", "weighted_tau"]

N_TOYS = 200
"""Draws of the importances that errors are found from."""

SEED = 20_150_518
"""Of these draws: the same numbers give the same errors."""


def weighted_tau(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted rank correlation of two sets of importances.

    Parameters
    ----------
    x, y
        Importances, the variables along the last axis; shapes ``(..., n_variables)``.

    Returns
    -------
    ndarray
        One coefficient for each set, 0 where all variables of one are equally important.

    Examples
    --------
    >>> weighted_tau(np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.1, 0.3])).round(3).tolist()
    0.545
    """
    pairs = np.triu_indices(x.shape[-1], 1)
    sign_x, sign_y = (np.sign(each[..., pairs[0]] - each[..., pairs[1]]) for each in (x, y))
    found = []
    for first, second in ((x, y), (y, x)):
        order = np.lexsort((second, first), axis=-1)[..., ::-1]
        share = 1.0 / (1.0 + np.argsort(order, axis=-1))
        weight = share[..., pairs[0]] + share[..., pairs[1]]
        product, of_x, of_y = (
            (weight * each).sum(axis=-1) for each in (sign_x * sign_y, np.abs(sign_x), np.abs(sign_y))
        )
        scale = np.sqrt(of_x * of_y)
        found.append(np.divide(product, scale, out=np.zeros_like(product), where=scale > 0))
    mean: NDArray[np.float64] = 0.5 * (found[0] + found[1])
    return mean


def rank_agreement(one: Mapping[str, Number], other: Mapping[str, Number]) -> Number:
    """Return how far two methods agree on the order of the variables, with what the errors of the importances leave open.

    The error is the spread of the coefficient when the importances are drawn anew, 200 times, within their errors, which
    are taken as independent.

    Parameters
    ----------
    one, other
        Importances by variable; the variables that both have are compared.

    Examples
    --------
    >>> shares = {"m_bb": Number(0.5, 0.01), "m_jj": Number(0.3, 0.01), "pt": Number(0.2, 0.01)}
    >>> rank_agreement(shares, shares)
    Number(value=1.0, error=0.0, low=None, high=None, note=None)
    """
    names = [each for each in one if each in other]
    if len(names) < 2:
        return Number(0.0, note="not measurable: fewer than two variables")
    values = [np.array([each[name].value for name in names]) for each in (one, other)]
    errors = [np.array([each[name].error or 0.0 for name in names]) for each in (one, other)]
    rng = np.random.default_rng(SEED)
    drawn = [mean + error * rng.normal(size=(N_TOYS, len(names))) for mean, error in zip(values, errors, strict=True)]
    return Number(float(weighted_tau(*values)), float(weighted_tau(*drawn).std()))

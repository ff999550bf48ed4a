"""How good a method is in slices of the sample, each with its error, and where it is worse than elsewhere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.comparison import holm
from umva.reports.measures.influence import p_value
from umva.reports.results import Number, Sliced, WeakSlice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.measures.quantile_bins import QuantileBins
    from umva.reports.measures.ranked import Ranked

__all__ = ["N_LEVELS", "levels_of", "sliced_area", "sliced_rmse", "weakest"]

N_LEVELS = 256
"""Responses are put into so many levels, those of one level taken as equal."""

FEWEST = 25.0
"""Effective events, of each class, below which a slice is not judged."""

SHOWN = 5
"""Weakest slices that are listed."""

LEVEL = 0.05
"""Corrected probability below which a slice is called weak."""


def levels_of(ranked: Ranked) -> NDArray[np.intp]:
    """Return in which of 256 levels of the response each event is, 0 the lowest, 256 more for signal.

    The levels share out the absolute weights of both classes alike. Responses with fewer different values have a level
    each.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> levels_of(rank([0.3, 0.1, 0.1], [1, 0, 1])).tolist()
    [257, 0, 256]
    """
    side = N_LEVELS * ranked.is_signal.astype(np.intp)
    if len(ranked.score) <= N_LEVELS:
        return ranked.place + side
    shares = [np.abs(each) / max(float(np.abs(each).sum()), 1e-300) for each in (ranked.signal, ranked.background)]
    size = shares[0] + shares[1]
    middle = (np.cumsum(size) - size / 2) / size.sum()
    level: NDArray[np.intp] = np.minimum((N_LEVELS * middle).astype(np.intp), N_LEVELS - 1)
    return level[ranked.place] + side


def sliced_area(bins: QuantileBins, levels: Sequence[NDArray[np.intp]], weight: NDArray[np.float64]) -> Sliced:
    """Return the ROC area in each slice, or the mean area of several classes against the rest.

    Area and error are those of :func:`umva.reports.measures.auc` on the events of the slice, equal levels counting half;
    the error of a mean area has all correlations of the classes. Negative weights enter as they are.

    Parameters
    ----------
    bins
        The slices.
    levels
        For each class against the rest, or once for signal against background, the levels of the response from
        :func:`levels_of`, shape ``(n_events,)``.
    weight
        Weights of the events.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> from umva.reports.measures.quantile_bins import quantile_bins
    >>> x, y = np.tile([1.0, 2.0, 3.0, 4.0], 50), np.tile([False, False, True, True], 50)
    >>> found = sliced_area(quantile_bins(np.arange(200.0), 2), [levels_of(rank(x, y))], np.ones(200))
    >>> found.values, found.n_events
    ((1.0, 1.0), (100, 100))
    """
    n, width = len(bins), 2 * N_LEVELS
    first, squared = bins.place.astype(np.intp) * width, weight**2
    influence, value, known = np.zeros(len(weight)), np.zeros(n), np.ones(n, dtype=np.bool_)
    for level in levels:
        cell = first + level
        sums, squares = (
            np.bincount(cell, weights=each, minlength=n * width).astype(np.float64) for each in (weight, squared)
        )
        area, share, enough = _areas(sums.reshape(n, 2, N_LEVELS), squares.reshape(n, 2, N_LEVELS).sum(axis=2))
        value += area / len(levels)
        influence += share.ravel()[cell] / len(levels)
        known &= enough
    error = np.sqrt(np.bincount(bins.place, weights=squared * influence**2, minlength=n))
    return _sliced(bins, value, error, known)


def _areas(
    sums: NDArray[np.float64], squares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the area of each slice, the influence of unit weight in each cell, and whether there are enough events.

    ``sums`` is of shape ``(n_slices, 2, n_levels)``, the rest first, then signal; ``squares`` of ``(n_slices, 2)``.
    """
    total = sums.sum(axis=2)
    n_eff = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
    enough = ((total > 0) & (n_eff >= FEWEST)).all(axis=1)
    safe = np.where(total > 0, total, 1.0)
    middle = (np.cumsum(sums, axis=2) - sums / 2) / safe[:, :, None]
    below, above = middle[:, 0], 1.0 - middle[:, 1]
    area = (sums[:, 1] * below).sum(axis=1) / safe[:, 1]
    scale = np.sqrt(np.where(n_eff > 1, n_eff / np.where(n_eff > 1, n_eff - 1.0, 1.0), 1.0)) / safe
    share = np.stack([above, below], axis=1) - area[:, None, None]
    return area, share * scale[:, :, None], enough


def sliced_rmse(bins: QuantileBins, deviation: NDArray[np.float64], weight: NDArray[np.float64]) -> Sliced:
    """Return the root mean squared deviation in each slice.

    Parameters
    ----------
    bins
        The slices.
    deviation, weight
        Estimate minus truth, and weights, shape ``(n_events,)``. Negative weights enter as they are; where they take the
        mean square to 0 or below, the slice is not judged.

    Examples
    --------
    >>> from umva.reports.measures.quantile_bins import quantile_bins
    >>> sliced_rmse(quantile_bins(np.arange(60.0), 2), np.repeat([1.0, 2.0], 30), np.ones(60)).values
    (1.0, 2.0)
    """
    n = len(bins)

    def sums(each: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(bins.place, weights=each, minlength=n).astype(np.float64)

    total, squares = sums(weight), sums(weight**2)
    n_eff = np.divide(total**2, squares, out=np.zeros_like(total), where=squares > 0)
    known = (total > 0) & (n_eff >= FEWEST)
    safe = np.where(known, total, 1.0)
    mean = sums(weight * deviation**2) / safe
    known &= mean > 0
    spread = sums((weight * (deviation**2 - mean[bins.place])) ** 2)
    value = np.sqrt(np.where(known, mean, 1.0))
    error = np.sqrt(spread * np.where(known, n_eff, 2.0) / np.where(known, n_eff - 1.0, 1.0)) / safe / (2.0 * value)
    return _sliced(bins, value, error, known)


def weakest(slices: Mapping[str, Sliced], *, less_is_better: bool = False) -> tuple[WeakSlice, ...]:
    """Return the slices where a method is significantly worse than in the other slices of the same variable.

    Each is compared with the mean of the others, weighted by their numbers of events; all p-values, of slices of all
    variables, are corrected together (Holm), and at most five slices come back, those with the largest difference first.
    A mean over slices, not the figure for all events together, is the yardstick: what a variable tells by itself is lost
    in each of its slices alike.

    Parameters
    ----------
    slices
        By variable.
    less_is_better
        Larger values are worse.

    Examples
    --------
    >>> found = Sliced(("0", "1", "2"), (0, 1, 2, 3), (0.8, 0.7, 0.8), (0.01, 0.01, 0.01), (900, 900, 900))
    >>> [(each.label, round(each.rest.value, 2)) for each in weakest({"x": found})]
    [('1', 0.8)]
    """
    compared = [each for variable, found in slices.items() for each in _against_others(variable, found)]
    corrected = holm([each.p_value for each in compared])
    sign = 1.0 if less_is_better else -1.0
    found = [
        WeakSlice(each.variable, each.label, each.value, each.rest, each.n_events, each.p_value, p)
        for each, p in zip(compared, corrected, strict=True)
        if p < LEVEL and sign * (each.value.value - each.rest.value) > 0
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.value.value - each.rest.value))[:SHOWN])


def _against_others(variable: str, found: Sliced) -> list[WeakSlice]:
    """Compare each slice with the mean of the others; not yet corrected."""
    known = [k for k, value in enumerate(found.values) if value is not None]
    values, errors, sizes = (
        np.array([each[k] for k in known], dtype=np.float64) for each in (found.values, found.errors, found.n_events)
    )
    compared = []
    for place, k in enumerate(known):
        others = np.arange(len(known)) != place
        if not others.any():
            break
        share = sizes[others] / sizes[others].sum()
        rest = Number(float(share @ values[others]), math.sqrt(float(share**2 @ errors[others] ** 2)))
        value = Number(float(values[place]), float(errors[place]))
        gap = Number(value.value - rest.value, math.hypot(value.error or 0.0, rest.error or 0.0))
        chance = p_value(gap)
        compared.append(WeakSlice(variable, found.labels[k], value, rest, found.n_events[k], chance, chance))
    return compared


def _sliced(
    bins: QuantileBins, values: NDArray[np.float64], errors: NDArray[np.float64], known: NDArray[np.bool_]
) -> Sliced:
    """Return what is known of each slice."""
    return Sliced(
        labels=bins.labels,
        edges=tuple(bins.edges.tolist()),
        values=tuple(float(each) if seen else None for each, seen in zip(values, known, strict=True)),
        errors=tuple(float(each) if seen else None for each, seen in zip(errors, known, strict=True)),
        n_events=bins.n_events,
    )

"""What each variable adds to the separation of a likelihood ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.methods.densities.bins import bin_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["delta_separation", "separation"]

_BINS = 80
_LARGEST = 700.0  # exp of more overflows


def delta_separation(
    parts: Iterable[tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.float64]]],
) -> NDArray[np.float64]:
    """Return the separation of the likelihood ratio, less that without each variable, shape ``(n_variables,)``.

    Parameters
    ----------
    parts
        Events in pieces: the logarithm of the ratio of densities for each variable, shape ``(n_events, n_variables)``;
        the class; the weight, which may be negative.

    Examples
    --------
    >>> logs = np.array([[9.0, 0.1], [9.0, -0.1], [-9.0, 0.1], [-9.0, -0.1]])  # the first variable tells all
    >>> delta_separation([(logs, np.array([1, 1, 0, 0], np.int8), np.ones(4))]).tolist()
    [1.0, 0.0]
    """
    found: NDArray[np.float64] | None = None
    for logs, y, weight in parts:
        total = logs.sum(axis=1)
        without = np.column_stack([total, total[:, None] - logs])
        ratios = 1.0 / (1.0 + np.exp(np.clip(-without, -_LARGEST, _LARGEST)))
        filled = np.array([_filled(ratio, y, weight) for ratio in ratios.T])
        found = filled if found is None else found + filled
    if found is None:
        return np.zeros(0)
    separations = np.array([separation(*each) for each in found])
    gained: NDArray[np.float64] = separations[0] - separations[1:]
    return gained


def _filled(ratio: NDArray[np.float64], y: NDArray[np.int8], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the histograms of background and signal, shape ``(2, n_bins)``."""
    places = bin_of(ratio, 0.0, 1.0, _BINS)
    return np.array([np.bincount(places[y == k], weights=weight[y == k], minlength=_BINS) for k in (0, 1)])


def separation(background: NDArray[np.float64], signal: NDArray[np.float64]) -> float:
    """Return ``1/2 sum (s - b)^2 / (s + b)`` of two histograms, each normalised: 0 if they are alike, 1 if they are apart.

    (TMVA Users Guide, arXiv:physics/0703039, equation 1.) Bins with a negative sum count as empty ones.
    """
    s, b = (np.maximum(each, 0.0) for each in (signal, background))
    s, b = (each / each.sum() if each.sum() > 0 else each for each in (s, b))
    total = s + b
    return float(0.5 * np.sum(np.divide((s - b) ** 2, total, out=np.zeros(len(total)), where=total > 0)))

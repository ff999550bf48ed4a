"""Figures of merit: what s signal over b background events, both expected numbers, are worth.

``S/sqrt(B)``
    The significance of a discovery while s is small against b, which is well known and large.
``S/sqrt(S+B)``
    The relative precision of a measured cross-section is its inverse. TMVA's "significance" of a cut.
``Asimov``
    The median significance of a discovery, for any s and b and a background that is uncertain (:func:`asimov`).
``AMS``
    The approximate median significance of the HiggsML challenge, which adds 10 to the background (:func:`ams`).

The first and the third are infinite without background: no sample can show that there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "MERITS",
    "REGULARISATION",
    "Merit",
    "ams",
    "asimov",
    "efficiency_times_purity",
    "merits",
    "s_over_root_b",
    "s_over_root_s_plus_b",
]

Merit: TypeAlias = Callable[..., "NDArray[np.float64]"]
"""A function of s and b, not negative and of one shape."""

REGULARISATION = 10.0
"""The background term b_r of HiggsML."""

MERITS = ("S/sqrt(B)", "S/sqrt(S+B)", "Asimov", "AMS")
"""The figures of merit by the names that users and results have for them."""

SMALL = 1e-6
"""Below this s/b the leading term of a series is more precise than the difference of logarithms."""


def merits(background_uncertainty: float = 0.0) -> dict[str, Merit]:
    """Return all figures of merit by name, :data:`MERITS`.

    Parameters
    ----------
    background_uncertainty
        Of the background, one standard deviation as a share of it; only ``Asimov`` knows of it.
    """
    every = (s_over_root_b, s_over_root_s_plus_b, partial(asimov, background_uncertainty=background_uncertainty), ams)
    return dict(zip(MERITS, every, strict=True))


def s_over_root_b(s: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Return ``s / sqrt(b)``; without background infinite, or 0 if there is no signal either.

    Examples
    --------
    >>> s_over_root_b([30.0, 0.0], [100.0, 0.0]).tolist()
    [3.0, 0.0]
    """
    signal, background = np.asarray(s, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return _ratio(signal, np.sqrt(background))


def s_over_root_s_plus_b(s: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Return ``s / sqrt(s + b)``, 0 where there is nothing.

    Examples
    --------
    >>> s_over_root_s_plus_b([36.0, 0.0], [64.0, 0.0]).tolist()
    [3.6, 0.0]
    """
    signal, background = np.asarray(s, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return _ratio(signal, np.sqrt(signal + background))


def asimov(s: ArrayLike, b: ArrayLike, background_uncertainty: float = 0.0) -> NDArray[np.float64]:
    """Return the median significance of a discovery in a counting experiment whose background is uncertain.

    G. Cowan, *Discovery sensitivity for a counting experiment with background uncertainty* (2012), eq. 20, which is
    Cowan, Cranmer, Gross and Vitells, Eur. Phys. J. C 71 (2011) 1554, eq. 97, if the background is known exactly. With
    n = s + b and u the relative uncertainty, so that sigma_b = u b, it reads::

        Z = sqrt(2 (n ln(1 + s / (b (1 + u^2 n))) - ln(1 + u^2 s / (1 + u^2 b)) / u^2))

    and for small s it is s / sqrt(b + sigma_b^2). Without background it is infinite, or 0 if there is no signal either.

    Parameters
    ----------
    s, b
        Expected numbers of events, not negative, of one shape.
    background_uncertainty
        Of b, one standard deviation as a share of it, not negative.

    Examples
    --------
    >>> asimov([10.0, 10.0], [100.0, 100.0]).round(3).tolist()
    [0.984, 0.984]
    >>> round(float(asimov(10.0, 100.0, background_uncertainty=0.1)), 3)
    0.69
    """
    signal, background = np.broadcast_arrays(np.asarray(s, dtype=np.float64), np.asarray(b, dtype=np.float64))
    none, square = background <= 0, background_uncertainty**2
    safe = np.where(none, 1.0, background)
    whole = signal + safe
    known = np.log1p(square * signal / (1.0 + square * safe)) / square if square > 0 else signal
    bracket = whole * np.log1p(signal / (safe * (1.0 + square * whole))) - known
    leading = signal**2 / (safe * (1.0 + square * safe))
    found = np.sqrt(np.where(signal < SMALL * safe, leading, 2.0 * np.maximum(bracket, 0.0)))
    return np.where(none, np.where(signal > 0, np.inf, 0.0), found)


def ams(s: ArrayLike, b: ArrayLike, b_reg: float = REGULARISATION) -> NDArray[np.float64]:
    """Return the approximate median significance of s signal over b background events.

    Adam-Bourdarios et al., JMLR W&CP 42 (2015) 19, eq. 7: :func:`asimov` of a background known exactly to which b_r = 10
    is added, so that cuts which nearly no event passes do not win by chance::

        AMS = sqrt(2 ((s + b + b_r) ln(1 + s / (b + b_r)) - s))

    Parameters
    ----------
    s, b
        Expected numbers of events, not negative, of one shape.
    b_reg
        Added to the background.

    Examples
    --------
    >>> round(float(ams(100.0, 990.0)), 3)
    3.112
    """
    signal, background = np.asarray(s, dtype=np.float64), np.asarray(b, dtype=np.float64) + b_reg
    none = background <= 0
    safe = np.where(none, 1.0, background)
    ratio = signal / safe
    # The challenge's own expression, rounding included, equals the published digits; for small ratios it cancels.
    bracket = np.where(
        ratio < 1e-3,
        safe * ratio**2 * (0.5 - ratio / 6.0 + ratio**2 / 12.0 - ratio**3 / 20.0),
        (signal + safe) * np.log(1.0 + ratio) - signal,
    )
    found: NDArray[np.float64] = np.where(none, np.where(signal > 0, np.inf, 0.0), np.sqrt(2.0 * bracket))
    return found


def efficiency_times_purity(s: ArrayLike, b: ArrayLike, total: float) -> NDArray[np.float64]:
    """Return ``s / S * s / (s + b)``, S being all the signal: what TMVA lists for several classes.

    Examples
    --------
    >>> efficiency_times_purity(30.0, 10.0, total=60.0).tolist()
    0.375
    """
    signal, background = np.asarray(s, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return _ratio(signal**2 / total, signal + background)


def _ratio(over: NDArray[np.float64], under: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a ratio; of 0 over 0 it is 0."""
    found = np.divide(over, under, out=np.full(np.broadcast(over, under).shape, np.inf), where=under > 0)
    return np.where((under <= 0) & (over <= 0), 0.0, found)

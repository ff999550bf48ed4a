"""The root finder of TMVA's efficiencies: Brent's, as in CERNLIB's RZERO (C205) and ``TMVA::RootFinder``.

Where the signal efficiency is the same over a range of cuts, as it is between two signal events, every cut in the range is a
root, and which one is found decides the background efficiency. So that TMVA's is found, its steps are made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["find_root"]

MOST_STEPS = 1000
ROUNDING = 0.5 * 2.2204460492503131e-16


def find_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function passes 0 between two places at which it has different signs.

    Parameters
    ----------
    function
        Of one number.
    low, high
        The places. Where the signs do not differ 1 is returned, as by TMVA.

    Notes
    -----
    R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.

    Examples
    --------
    >>> round(find_root(lambda x: x * x - 2.0, 0.0, 2.0), 12)
    1.414213562373
    """
    a, b = low, high
    fa, fb = function(a), function(b)
    if fa * fb > 0:
        return 1.0
    c, fc, d, e = a, fb, 0.0, 0.0
    linear = False  # as in TMVA it stays so once it is
    for _ in range(MOST_STEPS):
        if fb * fc > 0:
            linear, c, fc, d, e = True, a, fa, b - a, b - a
        if abs(fc) < abs(fb):
            linear, a, b, c, fa, fb, fc = True, b, c, b, fb, fc, fb
        tolerance, m = ROUNDING * abs(b), 0.5 * (c - b)
        if fb == 0 or abs(m) <= tolerance:
            return b
        d, e = _step(a, b, fa, fb, fc, d, e, m, tolerance, linear=linear)
        a, fa = b, fb
        b += d if abs(d) > tolerance else (tolerance if m > 0 else -tolerance)
        fb = function(b)
    return b


def _step(
    a: float,
    b: float,
    fa: float,
    fb: float,
    fc: float,
    d: float,
    e: float,
    m: float,
    tolerance: float,
    *,
    linear: bool,
) -> tuple[float, float]:
    """Return the next step and the one before it: interpolated where that is safe, else half the interval."""
    if abs(e) < tolerance or abs(fa) <= abs(fb):
        return m, m
    s = fb / fa
    if linear:
        p, q = 2.0 * m * s, 1.0 - s
    else:
        q, r = fa / fc, fb / fc
        p = s * (2.0 * m * q * (q - r) - (b - a) * (r - 1.0))
        q = (q - 1.0) * (r - 1.0) * (s - 1.0)
    p, q = (p, -q) if p > 0 else (-p, q)
    if 2.0 * p < min(3.0 * m * q - abs(tolerance * q), abs(e * q)):
        return p / q, d
    return m, m

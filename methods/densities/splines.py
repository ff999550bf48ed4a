"""Curves through the centres of bins: straight lines, parabolas, and splines of third and fifth degree.

Each function takes centres and values, shape ``(n_points,)``, and returns the curve as a function of ``x``, which goes on
beyond the outermost points. Where there are too few points for a degree, a lower one is taken.

``parabolas`` is TMVA's Spline2: between two centres the mean of the two parabolas through three neighbours, no spline in
the strict sense, as its slope may jump. TMVA computes them with 32 bits, and the tails of its densities show it. The same
is done here as long as it is harmless: where the values of ``x`` are large against the distance of the centres (many bins,
or a variable that is far from 0), TMVA's result is noise, and 64 bits are used. Units are powers of 2, which change no
digit: whatever the variable and the weights are measured in, nothing overflows.

``cubic`` ends "not-a-knot" (de Boor, A Practical Guide to Splines, 1978, chapter IV), ``quintic`` is natural: its third
and fourth derivative vanish at the ends (Herriot and Reinsch, ACM Trans. Math. Software 2 (1976) 281, algorithm 507);
these are the ends that ROOT's TSpline3 and TSpline5 have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Curve: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["CURVES", "cubic", "lines", "parabolas", "quintic"]

_HARMLESS = 100.0  # x over distance of centres up to which 32 bits are enough: 100^2 times their rounding is 1e-3


def lines(centres: NDArray[np.float64], values: NDArray[np.float64]) -> Curve:
    """Return straight lines from point to point (Spline1).

    Examples
    --------
    >>> lines(np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 0.0]))(np.array([-1.0, 0.5, 2.0])).tolist()
    [-2.0, 1.0, 1.0]
    """
    if len(centres) < 2:
        return _constant(values)
    slopes = np.diff(values) / np.diff(centres)

    def curve(x: NDArray[np.float64]) -> NDArray[np.float64]:
        i = np.clip(np.searchsorted(centres, x, side="right") - 1, 0, len(centres) - 2)
        found: NDArray[np.float64] = values[i] + (x - centres[i]) * slopes[i]
        return found

    return curve


def parabolas(centres: NDArray[np.float64], values: NDArray[np.float64]) -> Curve:
    """Return the means of parabolas through three neighbours (Spline2).

    Examples
    --------
    >>> x = np.arange(5.0)
    >>> parabolas(x, x**2)(np.array([0.5, 2.5, 4.5])).tolist()
    [0.25, 6.25, 20.25]
    """
    if len(centres) < 3:
        return lines(centres, values)
    distance = np.diff(centres).min()
    precision = np.float32 if np.abs(centres).max() <= _HARMLESS * distance else np.float64
    unit, height = _power_of_two(distance), _power_of_two(np.abs(values).max())
    a, b, c, scale = _through_three((centres / unit).astype(precision), (values / height).astype(precision))

    def curve(x: NDArray[np.float64]) -> NDArray[np.float64]:
        left = np.searchsorted(centres, x, side="right") - 1  # the centre below x
        places = (x / unit).astype(precision)
        total = np.zeros(len(x))
        for first in (np.clip(left - 1, 0, len(a) - 1), np.clip(left, 0, len(a) - 1)):
            total += (-a[first] * places * places + b[first] * places - c[first]) / scale[first]
        return 0.5 * height * total

    return curve


def _power_of_two(number: float) -> float:
    """Return that of the size of a number."""
    return float(np.ldexp(1.0, int(np.frexp(number)[1])))


def _through_three(x: NDArray[Any], y: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return ``a, b, c, s`` of the parabolas ``(-a x^2 + b x - c) / s`` through each point and the two after it.

    The order of the operations is TMVA's: in 32 bits it matters.
    """
    x1, x2, x3 = x[:-2], x[1:-1], x[2:]
    y1, y2, y3 = y[:-2], y[1:-1], y[2:]
    a = y1 * (x2 - x3) + y2 * (x3 - x1) + y3 * (x1 - x2)
    b = y1 * (x2 * x2 - x3 * x3) + y2 * (x3 * x3 - x1 * x1) + y3 * (x1 * x1 - x2 * x2)
    c = y1 * (x2 - x3) * x2 * x3 + y2 * (x3 - x1) * x3 * x1 + y3 * (x1 - x2) * x1 * x2
    return a, b, c, (x2 - x3) * (x3 - x1) * (x1 - x2)


def cubic(centres: NDArray[np.float64], values: NDArray[np.float64]) -> Curve:
    """Return a spline of third degree (Spline3).

    Examples
    --------
    >>> x = np.arange(6.0)
    >>> cubic(x, x**3)(np.array([0.5, 5.5])).round(6).tolist()
    [0.125, 166.375]
    """
    from scipy.interpolate import CubicSpline

    return CubicSpline(centres, values, bc_type="not-a-knot") if len(centres) > 3 else parabolas(centres, values)


def quintic(centres: NDArray[np.float64], values: NDArray[np.float64]) -> Curve:
    """Return a natural spline of fifth degree (Spline5).

    Examples
    --------
    >>> x = np.arange(8.0)
    >>> quintic(x, x**2)(np.array([0.5, 6.5])).round(6).tolist()
    [0.25, 42.25]
    """
    from scipy.interpolate import make_interp_spline

    if len(centres) < 6:
        return cubic(centres, values)
    natural = [(3, 0.0), (4, 0.0)]
    found: Curve = make_interp_spline(centres, values, k=5, bc_type=(natural, natural))
    return found


def _constant(values: NDArray[np.float64]) -> Curve:
    return lambda x: np.full(len(x), values[0])


CURVES = {"Spline1": lines, "Spline2": parabolas, "Spline3": cubic, "Spline5": quintic}
"""The curves by TMVA's names."""

"""Numbers in sentences: a value with its error, a probability."""

from __future__ import annotations

import math

__all__ = ["probability", "with_error"]


def with_error(value: float, error: float | None) -> str:
    """Return ``"value ± error"``, two significant digits of the error and as many decimals of the value.

    A value without an error, or with error 0, has four decimals.

    Examples
    --------
    >>> with_error(0.75803, 0.00612), with_error(-12.34, 3.5), with_error(0.5, None)
    ('0.7580 ± 0.0061', '-12.3 ± 3.5', '0.5000')
    """
    if error is None:
        return f"{value:.4f}"
    if error <= 0:
        return f"{value:.4f} ± 0"
    digits = max(0, 1 - math.floor(math.log10(float(f"{error:.1e}"))))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def probability(p: float) -> str:
    """Return ``"p = 0.47"`` with two significant digits, or ``"p < 0.001"``.

    Examples
    --------
    >>> probability(0.4711), probability(0.00312), probability(1e-9), probability(1.0)
    ('p = 0.47', 'p = 0.0031', 'p < 0.001', 'p = 1')
    """
    if p < 0.001:
        return "p < 0.001"
    return f"p = {float(f'{p:.2g}'):g}"

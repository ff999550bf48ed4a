"""How numbers are written: as many digits as their error supports, the same in pictures and tables."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from umva.reports.results import Number

__all__ = [
    "count",
    "duration",
    "equals_p",
    "handy_power",
    "in_percent",
    "measured",
    "minus",
    "percent",
    "power_of_ten",
    "probability",
    "roughly",
    "rounded",
    "scaled",
    "size",
    "unit_bracket",
]

MISSING = "n/a"
MOST_DECIMALS = 7
MINUS = "\N{MINUS SIGN}"
SIGMA = "\N{GREEK SMALL LETTER SIGMA}"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def rounded(value: float, error: float | None = None, *, digits: int = 2) -> tuple[str, str | None]:
    """Return a value and its error, ``digits`` significant digits of the error and the same decimals of the value.

    A value without an error has four significant digits; an error that rounding alone makes is given as 0.

    Examples
    --------
    >>> rounded(0.758123, 0.00612)
    ('0.7581', '0.0061')
    >>> rounded(1234.5678, 34.2)
    ('1235', '34')
    >>> rounded(0.874)
    ('0.874', None)
    >>> rounded(0.99995787, 8.8e-7)
    ('0.9999579', '8.8 \N{MULTIPLICATION SIGN} 10⁻⁷')
    >>> rounded(-0.0004, 0.12)
    ('0.00', '0.12')
    """
    if not math.isfinite(value):
        return MISSING, None
    if error is None or not math.isfinite(error):
        return minus(_four_digits(value)), None
    if error <= 1e-9 * abs(value):
        return minus(_four_digits(value)), "0"
    decimals = digits - 1 - math.floor(math.log10(float(f"{error:.{digits - 1}e}")))
    if decimals > MOST_DECIMALS:
        tiny = abs(value) < 1e-3
        return power_of_ten(value, 3) if tiny else minus(_fixed(value, MOST_DECIMALS)), power_of_ten(error, digits)
    decimals = max(decimals, 0)
    return minus(_fixed(value, decimals)), f"{error:.{decimals}f}"


def measured(number: Number) -> str:
    """Return a number with its error, if it has one.

    Examples
    --------
    >>> from umva.reports.results import Number
    >>> measured(Number(0.758123, 0.00612))
    '0.7581 ± 0.0061'
    """
    value, error = rounded(number.value, number.error)
    return value if error is None else f"{value} ± {error}"


def in_percent(number: Number) -> str:
    """Return a number with its error, both in percent.

    Examples
    --------
    >>> from umva.reports.results import Number
    >>> in_percent(Number(0.31234, 0.0041))
    '31.23 ± 0.41'
    """
    return measured(scaled(number, -2))


def scaled(number: Number, exponent: int) -> Number:
    """Return a number in units of a power of ten.

    Examples
    --------
    >>> from umva.reports.results import Number
    >>> measured(scaled(Number(0.002353, 0.000049), -3))
    '2.353 ± 0.049'
    """
    factor = 10.0**-exponent
    low, high = (None if each is None else factor * each for each in (number.low, number.high))
    error = None if number.error is None else factor * number.error
    return replace(number, value=factor * number.value, error=error, low=low, high=high)


def handy_power(value: float) -> int:
    """Return the power of ten, a multiple of three, that makes numbers of this size handy: 0 from 0.01 to 100000.

    Examples
    --------
    >>> handy_power(0.0024), handy_power(0.24), handy_power(3.1e6), handy_power(0.0)
    (-3, 0, 6, 0)
    """
    if not math.isfinite(value) or value == 0 or 1e-2 <= abs(value) < 1e5:
        return 0
    return 3 * math.floor(math.log10(abs(value)) / 3)


def unit_bracket(unit: str, exponent: int = 0) -> str:
    """Return a unit with a power of ten as it follows a title.

    Examples
    --------
    >>> unit_bracket("GeV", -3), unit_bracket("")
    (' [10⁻³ GeV]', '')
    """
    power = f"10{str(exponent).translate(SUPERSCRIPT)}" if exponent else ""
    inside = " ".join(each for each in (power, unit) if each)
    return f" [{inside}]" if inside else ""


def percent(share: Number) -> str:
    """Return a share in percent with one digit of its error, at least 0.01: more is in the way of comparing shares.

    Examples
    --------
    >>> from umva.reports.results import Number
    >>> percent(Number(0.2411, 0.0042))
    '24.1 ± 0.4'
    >>> percent(Number(0.0000634, 0.0000031))
    '0.01 ± 0.01'
    """
    return roughly(scaled(share, -2), least=0.01)


def roughly(number: Number, *, least: float) -> str:
    """Return a number with one digit of its error, which is shown as no smaller than ``least``.

    Examples
    --------
    >>> from umva.reports.results import Number
    >>> roughly(Number(0.99995787, 8.8e-7), least=1e-5)
    '0.99996 ± 0.00001'
    """
    shown = max(number.error, least) if number.error else number.error
    value, error = rounded(number.value, shown, digits=1)
    return value if error is None else f"{value} ± {error}"


def probability(p_value: float) -> str:
    """Return a p-value with two significant digits.

    Examples
    --------
    >>> probability(0.4123), probability(0.00123), probability(1.0)
    ('0.41', '0.0012', '1')
    """
    if not math.isfinite(p_value):
        return MISSING
    if p_value <= 0:
        return "< 10⁻³⁰⁰"
    if p_value < 1e-4:
        return power_of_ten(p_value, 2)
    return f"{float(f'{p_value:.2g}'):g}"


def equals_p(p_value: float) -> str:
    """Return a p-value as sentences have it.

    Examples
    --------
    >>> equals_p(0.4123), equals_p(0.0)
    ('p = 0.41', 'p < 10⁻³⁰⁰')
    """
    text = probability(p_value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def power_of_ten(value: float, digits: int) -> str:
    """Return a number as mantissa and power of ten.

    Examples
    --------
    >>> power_of_ten(3.21e-8, 2).replace("\N{MULTIPLICATION SIGN}", "x")
    '3.2 x 10⁻⁸'
    """
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{minus(mantissa)} \N{MULTIPLICATION SIGN} 10{str(int(exponent)).translate(SUPERSCRIPT)}"


def count(number: float) -> str:
    """Return a number of events, thousands apart by thin spaces; of few weighted ones four digits.

    Examples
    --------
    >>> count(1234567), count(1499.5), count(999.96), count(6.72513)
    ('1\u202f234\u202f567', '1\u202f499.5', '1\u202f000', '6.725')
    """
    if not math.isfinite(number):
        return MISSING
    if abs(number) < 10:
        return minus(_four_digits(number))
    text = f"{number:,.1f}".removesuffix(".0")
    return minus(text.replace(",", "\u202f"))


def duration(seconds: float) -> str:
    """Return a time with two or three significant digits.

    Examples
    --------
    >>> duration(0.0312), duration(3.217), duration(75.2), duration(3800)
    ('0.031 s', '3.2 s', '75 s', '63 min')
    """
    if not math.isfinite(seconds):
        return MISSING
    if seconds >= 600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.2g} s"


def size(n_bytes: int) -> str:
    """Return the size of a file in decimal units.

    Examples
    --------
    >>> size(812), size(1_234_567)
    ('812 B', '1.2 MB')
    """
    value = float(n_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def _four_digits(value: float) -> str:
    """Return four significant digits, as a power of ten only where plain digits would be long."""
    if abs(value) >= 1e4:
        return f"{value:.0f}"
    return power_of_ten(value, 4) if 0 < abs(value) < 1e-3 else f"{value:.4g}"


def _fixed(value: float, decimals: int) -> str:
    """Return so many decimals; what rounds to zero has no sign."""
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text


def minus(text: str) -> str:
    """Return a text with true minus signs.

    Examples
    --------
    >>> minus("-1") == "\N{MINUS SIGN}1"
    True
    """
    return text.replace("-", MINUS)

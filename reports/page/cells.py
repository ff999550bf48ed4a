"""Numbers of the results as cells of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from umva.reports.digits import count, duration, equals_p, measured, roughly, rounded, scaled
from umva.reports.page.view import Cell

if TYPE_CHECKING:
    from umva.reports.page.view import Footnotes
    from umva.reports.results import Discrimination, HypothesisTest, MethodResult, Number, Optimum, Timing, TrainTest

__all__ = [
    "MERIT_TITLES",
    "area",
    "behind",
    "best_cut",
    "both_parts",
    "coarse_pair",
    "gap",
    "hypothesis",
    "mean_square",
    "optimum",
    "percent_pair",
    "shade",
    "stacked",
    "timing",
    "with_interval",
]

MERIT_TITLES = {"S/sqrt(B)": "S/√B", "S/sqrt(S+B)": "S/√(S + B)", "Asimov": "Asimov Z", "AMS": "AMS"}
"""Figures of merit in a text."""


def both_parts(pair: TrainTest | None, notes: Footnotes, exponent: int = 0, *, prefix: str = "train ") -> Cell:
    """Return a number on test, that on train with a prefix in small print, both in units of a power of ten."""
    if pair is None:
        return Cell()
    test, train = (measured(scaled(each, exponent)) for each in (pair.test, pair.train))
    return replace(notes.cell(pair.test, f"{prefix}{train}"), text=test)


def coarse_pair(pair: TrainTest, notes: Footnotes) -> Cell:
    """Return a number near 1 on test, that on train in small print, no finer than five decimals."""
    test, train = (roughly(each, least=1e-5) for each in (pair.test, pair.train))
    return replace(notes.cell(pair.test, train), text=test)


def percent_pair(pair: TrainTest | None, notes: Footnotes) -> Cell:
    """Return a share on test in percent, that on train in small print."""
    return both_parts(pair, notes, exponent=-2)


def area(pair: TrainTest | None, notes: Footnotes) -> Cell:
    """Return the area on test, that on train and the interval in small print."""
    if pair is None:
        return Cell()
    return notes.cell(pair.test, *_interval(pair.test), f"train {measured(pair.train)}")


def with_interval(number: Number | None, notes: Footnotes) -> Cell:
    """Return a number with its interval in small print."""
    return Cell() if number is None else notes.cell(number, *_interval(number))


def gap(number: Number, notes: Footnotes, exponent: int = 0) -> Cell:
    """Return the difference of train and test with its interval, in units of a power of ten."""
    shown = scaled(number, exponent)
    return replace(notes.cell(number, *_interval(shown)), text=measured(shown))


def hypothesis(test: HypothesisTest) -> Cell:
    """Return the p-value, with statistic and effective numbers of events in small print."""
    text = equals_p(test.p_value)
    if test.n_dof == 0:
        return Cell(small=("too few events",))
    if test.n_dof is not None:
        return Cell(text, test.p_value, (f"χ²/n = {test.statistic:.1f}/{test.n_dof}",))
    events = f"n = {count(round(test.n_eff_train))} | {count(round(test.n_eff_test))}"
    return Cell(text, test.p_value, (f"D = {test.statistic:.3f}", events))


def mean_square(test: HypothesisTest | None) -> Cell:
    """Return the p-value of an Anderson-Darling test, with its statistic in small print."""
    if test is None:
        return Cell()
    return Cell(equals_p(test.p_value), test.p_value, (f"A² = {test.statistic:.2f}",))


def optimum(found: Optimum | None, notes: Footnotes) -> Cell:
    """Return the largest value of a figure of merit, with the cut and what passes it in small print."""
    if found is None:
        return Cell()
    passing = f"S {measured(found.signal)}, B {measured(found.background)}"
    return notes.cell(found.value, f"x ≥ {rounded(found.cut)[0]}", passing)


def best_cut(merit: str, found: Discrimination, notes: Footnotes) -> Cell:
    """Return the largest value of a figure of merit, and where it is."""
    best = found.best_cut(merit)
    if best is None:
        return Cell()
    where = f"x ≥ {rounded(best.cut, best.cut_error or None)[0]}"
    return Cell(measured(best.value), best.value.value, (where,), notes.mark(best.warning) if best.warning else "")


def behind(method: MethodResult, notes: Footnotes) -> Cell:
    """Return how far the method is behind the best."""
    if method.comparison is None:
        return Cell("best") if method.score else Cell()
    little = ("hardly matters",) if method.comparison.negligible else ()
    return notes.cell(method.comparison.difference, equals_p(method.comparison.p_corrected), *little)


def timing(time: Timing | None) -> Cell:
    """Return the time of the training, that of an event's response in small print."""
    if time is None:
        return Cell()
    return Cell(duration(time.train_s), time.train_s, small=(f"{float(f'{time.apply_us_per_event:.2g}'):g} µs/event",))


def shade(share: float, sign: str = "n") -> str:
    """Return the class of a cell's colour: ``"n"`` blue or ``"p"`` red, and tenths; none for less than a twentieth.

    Examples
    --------
    >>> shade(0.74), shade(0.31, "p"), shade(0.02), shade(float("nan"))
    ('n7', 'p3', '', '')
    """
    tenths = round(10 * share) if share > 0 else 0
    return f"{sign}{min(tenths, 10)}" if tenths else ""


def stacked(text: str, value: float, color: str = "") -> Cell:
    """Return a cell of a matrix: a number as it is written, its error in small print.

    Examples
    --------
    >>> stacked("0.84 ± 0.01", 0.8412, "n8")
    Cell(text='0.84', value=0.8412, small=('± 0.01',), mark='', shade='n8', verdict='')
    """
    number, *error = text.split(" ± ")
    return Cell(number, value, tuple(f"± {each}" for each in error), shade=color)


def _interval(number: Number) -> tuple[str, ...]:
    """Return the 95 % interval in words, if there is one."""
    if number.low is None or number.high is None:
        return ()
    low, high = (rounded(limit, number.error)[0] for limit in (number.low, number.high))
    return (f"95 %: {low} to {high}",)

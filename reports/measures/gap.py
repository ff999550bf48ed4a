"""The gap between training and test part: how large, whether it is chance, what to say about it."""

from __future__ import annotations

import math

from umva.reports.digits import measured
from umva.reports.measures.influence import Z95
from umva.reports.results import Number

__all__ = ["MILD_SHARE", "SIGMA", "STRONG_SHARE", "describe", "gap_between", "judge"]

SIGMA, MILD_SHARE, STRONG_SHARE = 3.0, 0.05, 0.30


def gap_between(larger: Number, smaller: Number) -> Number:
    """Return the difference of numbers of two parts, which share no events, so that their errors add in squares.

    Examples
    --------
    >>> gap = gap_between(Number(0.9, error=0.003), Number(0.8, error=0.004))
    >>> round(gap.value, 3), round(gap.error, 3)
    (0.1, 0.005)
    """
    value = larger.value - smaller.value
    if larger.error is None or smaller.error is None:
        return Number(value, note=larger.note or smaller.note)
    error = math.hypot(larger.error, smaller.error)
    return Number(value, error, value - Z95 * error, value + Z95 * error)


def judge(gap: Number, missing: float) -> str:
    """Return ``"none"``, ``"mild"`` or ``"strong"``.

    Parameters
    ----------
    gap
        From :func:`gap_between`, positive if the training part looks better.
    missing
        What the test part lacks to a perfect result; the thresholds are 5 % and 30 % of it, and 3 standard deviations.

    Examples
    --------
    >>> judge(Number(0.24, error=0.004), missing=0.24), judge(Number(0.004, error=0.003), missing=0.24)
    ('strong', 'none')
    """
    if gap.error is None or gap.value <= 0 or gap.value < max(SIGMA * gap.error, MILD_SHARE * missing):
        return "none"
    return "strong" if gap.value >= STRONG_SHARE * missing else "mild"


def describe(verdict: str, gap: Number, *, quantity: str, missing: str, train: str, test: str) -> str:
    """Say what a verdict means for the reader.

    Parameters
    ----------
    verdict, gap
        From :func:`judge` and :func:`gap_between`.
    quantity, missing
        What was measured, and what the 5 % are of.
    train, test
        The numbers on both parts, as they are to be written.

    Examples
    --------
    >>> words = {"quantity": "AUC", "missing": "what is missing", "train": "0.99", "test": "0.75"}
    >>> describe("strong", Number(0.24, error=0.004), **words)
    'Strong overtraining: AUC 0.99 on its own training events, 0.75 on new ones (gap 0.2400 ± 0.0040). Only the test ...'
    """
    if gap.error is None:
        return f"Overtraining cannot be judged: there is no {quantity} with an error on both parts."
    shown = measured(gap)
    if verdict == "none":
        if gap.value < -SIGMA * gap.error:
            return f"Better on new events than in training (gap {shown}): are the two parts alike?"
        if gap.value < 2.0 * gap.error or gap.value == 0:
            return f"No overtraining seen: {quantity} on train and test agree (gap {shown})."
        if gap.value < SIGMA * gap.error:
            return f"No overtraining established: the gap {shown} may be chance."
        return f"No overtraining to speak of: the gap {shown} is below 5 % of {missing}."
    advice = "Only the test numbers may be quoted." if verdict == "strong" else "Quote the test numbers."
    found = f"{quantity} {train} on its own training events, {test} on new ones"
    return f"{verdict.capitalize()} overtraining: {found} (gap {shown}). {advice}"

"""Overtraining: whether a method knows its training events better than new ones, and whether that matters.

What counts is the *gap*: ROC area on the training part minus area on the test part. The latter always tells how new
events will be classified, the former only if the method has not learnt its training events by heart. The verdict weighs
the gap twice, against its error and against what is missing to a perfect test result, 1 - AUC:

========  ==========================================================================
none      gap below 3 standard deviations, or below 5 % of 1 - AUC(test)
mild      gap of at least 3 standard deviations and 5 % to 30 % of 1 - AUC(test)
strong    gap of at least 3 standard deviations and at least 30 % of 1 - AUC(test)
========  ==========================================================================

The tests of the response shapes (Kolmogorov-Smirnov, chi2) are given, but do not decide: with enough events they find
differences that harm nobody, and a forest of fully grown trees, which knows its training events by heart, always fails
them and may still be the best on new events. A gap makes the training numbers worthless, not the test numbers; whether
new events are classified worse than they could be shows only in comparison with other methods, so the sentence makes
one.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from umva.reports.digits import measured
from umva.reports.measures.auc import Z95
from umva.reports.measures.comparison import LEVEL
from umva.reports.measures.homogeneity import chi2_test, ks_test
from umva.reports.results import Number, Overtraining

if TYPE_CHECKING:
    from umva.reports.measures.histogram import Contents
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import Comparison, TrainTest

__all__ = ["auc_gap", "consequence", "overtraining", "verdict"]

SIGMA, MILD_SHARE, STRONG_SHARE = 3.0, 0.05, 0.30


def auc_gap(auc: TrainTest) -> Number:
    """Return AUC on train minus AUC on test; the parts share no events, so their errors add in squares.

    Examples
    --------
    >>> from umva.reports.results import TrainTest
    >>> gap = auc_gap(TrainTest(train=Number(0.9, error=0.003), test=Number(0.8, error=0.004)))
    >>> round(gap.value, 3), round(gap.error, 3)
    (0.1, 0.005)
    """
    value = auc.train.value - auc.test.value
    if auc.train.error is None or auc.test.error is None:
        return Number(value, note=auc.train.note or auc.test.note)
    error = math.hypot(auc.train.error, auc.test.error)
    return Number(value, error, value - Z95 * error, value + Z95 * error)


def verdict(gap: Number, auc_test: float) -> str:
    """Return ``"none"``, ``"mild"`` or ``"strong"`` by the thresholds of this module.

    Examples
    --------
    >>> verdict(Number(0.24, error=0.004), auc_test=0.76)
    'strong'
    >>> verdict(Number(0.004, error=0.003), auc_test=0.76)
    'none'
    """
    if gap.error is None:
        return "none"
    missing = 1.0 - auc_test
    if gap.value <= 0 or gap.value < max(SIGMA * gap.error, MILD_SHARE * missing):
        return "none"
    return "strong" if gap.value >= STRONG_SHARE * missing else "mild"


def overtraining(
    auc: TrainTest,
    ranked: tuple[Ranked, Ranked],
    signal: tuple[Contents, Contents],
    background: tuple[Contents, Contents],
) -> Overtraining:
    """Return all tests of one method's train against test responses, with the verdict.

    Parameters
    ----------
    auc
        Areas on both parts.
    ranked
        Sorted responses, train first.
    signal, background
        Histograms of the responses of each class, train first, with the same bins.
    """
    gap = auc_gap(auc)
    found = verdict(gap, auc.test.value)
    return Overtraining(
        verdict=found,
        sentence=_sentence(found, gap, auc),
        ks_signal=ks_test(*ranked, signal=True),
        ks_background=ks_test(*ranked, signal=False),
        chi2_signal=chi2_test(*signal),
        chi2_background=chi2_test(*background),
        auc_gap=gap,
    )


def consequence(found: Overtraining, comparison: Comparison | None, *, alone: bool = False) -> Overtraining:
    """Return it with a sentence added that says whether new events suffer, as far as other methods tell.

    Parameters
    ----------
    found
        From :func:`overtraining`.
    comparison
        With the best method on the test part; None for the best itself.
    alone
        No other method was measured.
    """
    if found.verdict == "none":
        return found
    if alone:
        harm = "Whether it costs performance on new events cannot be told without another method."
    elif comparison is None:
        harm = "No other method is better on new events, so nothing shows that it costs performance."
    elif comparison.p_corrected >= LEVEL:
        harm = f"On new events it is level with {comparison.reference}, so nothing shows that it costs performance."
    else:
        harm = f"On new events {comparison.reference} is better: a simpler or more regularised training may gain."
    return replace(found, sentence=f"{found.sentence} {harm}")


def _sentence(found: str, gap: Number, auc: TrainTest) -> str:
    """Say what a verdict means for the reader."""
    if gap.error is None:
        return "Overtraining cannot be judged: there is no AUC with an error on both parts."
    shown = measured(gap)
    if found == "none":
        if gap.value < -SIGMA * gap.error:
            return f"Better on new events than in training (gap {shown}): are the two parts alike?"
        if gap.value < 2.0 * gap.error or gap.value == 0:
            return f"No overtraining seen: AUC on train and test agree (gap {shown})."
        if gap.value < SIGMA * gap.error:
            return f"No overtraining established: the gap {shown} may be chance."
        return f"No overtraining to speak of: the gap {shown} is below 5 % of what is missing to a perfect test AUC."
    advice = "Only the test numbers may be quoted." if found == "strong" else "Quote the test numbers."
    known, new = f"{auc.train.value:.3f} on its own training events", f"{auc.test.value:.3f} on new ones"
    return f"{found.capitalize()} overtraining: AUC {known}, {new} (gap {shown}). {advice}"

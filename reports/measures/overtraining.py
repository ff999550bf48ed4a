"""Overtraining: whether a method knows its training events better than new ones, and whether that matters.

What counts is the *gap*: ROC area on the training part minus area on the test part. The latter always tells how new
events will be classified, the former only if the method has not learnt its training events by heart. The verdict weighs
the gap twice, against its error and against what is missing to a perfect test result, 1 - AUC:

========  ==========================================================================
none      gap below 3 standard deviations, or below 5 % of 1 - AUC(test)
mild      gap of at least 3 standard deviations and 5 % to 30 % of 1 - AUC(test)
strong    gap of at least 3 standard deviations and at least 30 % of 1 - AUC(test)
========  ==========================================================================

The tests of the response shapes (Kolmogorov-Smirnov, Anderson-Darling, chi2) are given, but do not decide: with enough events they find
differences that harm nobody, and a forest of fully grown trees, which knows its training events by heart, always fails
them and may still be the best on new events. A gap makes the training numbers worthless, not the test numbers; whether
new events are classified worse than they could be shows only in comparison with other methods, so the sentence makes
one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from umva.reports.measures.comparison import LEVEL
from umva.reports.measures.gap import describe, gap_between, judge
from umva.reports.measures.homogeneity import ad_test, chi2_test, ks_test
from umva.reports.measures.tmva_kolmogorov import tmva_kolmogorov
from umva.reports.results import Overfitting, Overtraining

if TYPE_CHECKING:
    from umva.reports.measures.histogram import Contents
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import Comparison, TrainTest

__all__ = ["consequence", "overtraining"]

Judged = TypeVar("Judged", Overtraining, Overfitting)


def overtraining(
    auc: TrainTest,
    ranked: tuple[Ranked, Ranked],
    signal: tuple[Contents, Contents],
    background: tuple[Contents, Contents],
    *,
    tmva: tuple[tuple[Contents, Contents], tuple[Contents, Contents]],
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
    tmva
        The same of signal and of background with the bins of TMVA's overtraining plot.
    """
    gap = gap_between(auc.train, auc.test)
    found = judge(gap, 1.0 - auc.test.value)
    return Overtraining(
        verdict=found,
        sentence=describe(
            found,
            gap,
            quantity="AUC",
            missing="what is missing to a perfect test AUC",
            train=f"{auc.train.value:.3f}",
            test=f"{auc.test.value:.3f}",
        ),
        ks_signal=ks_test(*ranked, signal=True),
        ks_background=ks_test(*ranked, signal=False),
        chi2_signal=chi2_test(*signal),
        chi2_background=chi2_test(*background),
        auc_gap=gap,
        ad_signal=ad_test(*ranked, signal=True),
        ad_background=ad_test(*ranked, signal=False),
        tmva_signal=tmva_kolmogorov(test=tmva[0][1], train=tmva[0][0]),
        tmva_background=tmva_kolmogorov(test=tmva[1][1], train=tmva[1][0]),
    )


def consequence(found: Judged, comparison: Comparison | None, *, alone: bool = False) -> Judged:
    """Return it with a sentence added that says whether new events suffer, as far as other methods tell.

    Parameters
    ----------
    found
        From :func:`overtraining`, or :func:`umva.reports.measures.overfitting.overfitting`.
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
    elif comparison.p_corrected >= LEVEL or comparison.negligible:
        harm = f"On new events it is level with {comparison.reference}, so nothing shows that it costs performance."
    else:
        harm = f"On new events {comparison.reference} is better: a simpler or more regularised training may gain."
    return replace(found, sentence=f"{found.sentence} {harm}")

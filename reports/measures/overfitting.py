"""Overtraining of a regression: whether a method knows the targets of its training events better than those of new ones.

What counts is the *gap*: root mean squared deviation on the test part minus that on the training part, weighed against
its error and against the deviation on new events:

========  ===============================================================
none      gap below 3 standard deviations, or below 5 % of the test RMSE
mild      gap of at least 3 standard deviations and 5 % to 30 % of it
strong    gap of at least 3 standard deviations and at least 30 % of it
========  ===============================================================

As in a classification (:mod:`umva.reports.measures.overtraining`) a gap makes the training numbers worthless, not the
test numbers, and the tests of the deviations, Kolmogorov-Smirnov and Anderson-Darling, are given but do not decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.digits import rounded
from umva.reports.measures.gap import describe, gap_between, judge
from umva.reports.measures.homogeneity import ad_test, ks_test
from umva.reports.results import Overfitting

if TYPE_CHECKING:
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import TrainTest

__all__ = ["overfitting"]


def overfitting(rmse: TrainTest, deviations: tuple[Ranked, Ranked]) -> Overfitting:
    """Return how train compares with test, with the verdict.

    Parameters
    ----------
    rmse
        Root mean squared deviation on both parts.
    deviations
        Sorted deviations, train first, all events being signal.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> from umva.reports.results import Number, TrainTest
    >>> same = rank([0.1, -0.2, 0.3], [1, 1, 1])
    >>> found = overfitting(TrainTest(train=Number(0.1, error=0.01), test=Number(0.2, error=0.01)), (same, same))
    >>> found.verdict, found.rmse_gap.value
    ('strong', 0.1)
    """
    gap = gap_between(rmse.test, rmse.train)
    found = judge(gap, rmse.test.value)
    train, test = (rounded(each.value, each.error)[0] for each in (rmse.train, rmse.test))
    sentence = describe(found, gap, quantity="RMSE", missing="the RMSE on new events", train=train, test=test)
    ks, ad = (test(*deviations, signal=True) for test in (ks_test, ad_test))
    return Overfitting(found, sentence, gap, ks, ad)

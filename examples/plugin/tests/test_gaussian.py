"""The method keeps its promises, and its numbers are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from umva_gaussian import Gaussian

import umva
import umva.testing

if TYPE_CHECKING:
    from collections.abc import Callable


@umva.testing.parametrize(["Gaussian"])
def test_promises(check: Callable[[], None]) -> None:
    """It keeps the promises of umva's interface."""
    check()


def test_it_is_a_scikit_learn_classifier() -> None:
    """Scikit-learn finds nothing to complain about."""
    from sklearn.utils.estimator_checks import check_estimator

    expected = umva.testing.expected_failures("Gaussian")
    check_estimator(umva.estimator("Gaussian"), expected_failed_checks=expected, on_skip=None)


def test_second_implementation() -> None:
    """Without shrinkage it is scikit-learn's discriminant."""
    from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

    train, test = umva.testing.toys(), umva.testing.toys(seed=2)
    ours = Gaussian(shrinkage=0.0).fit(umva.Events(train.X, train.y, np.ones(train.n_events))).score(test.X)
    theirs = QuadraticDiscriminantAnalysis().fit(train.X, train.y).decision_function(test.X)
    assert np.corrcoef(ours, theirs)[0, 1] > 0.9999

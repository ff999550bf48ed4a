"""What scikit-learn's own ``check_estimator`` is expected to find in our estimators, with the reasons: one list for tests and docs.

>>> expected_failures("Fisher"), list(expected_failures("BDTG"))
({}, ['check_sample_weight_equivalence_on_dense_data'])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.methods import Repetition, get

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OTHER_FAILURES", "expected_failures"]

_WEIGHTS = "check_sample_weight_equivalence_on_dense_data"

OTHER_FAILURES: Mapping[str, Mapping[str, str]] = {
    "KNN": {
        "check_regressors_train": "20 neighbours among 200 events of 10 inputs explain less than half of the variance"
    },
}
"""Failures that do not follow from what a method states about weights: by method, check to reason."""


def expected_failures(name: str) -> dict[str, str]:
    """Return the checks of scikit-learn that the estimator of a method may fail, with the reasons.

    Scikit-learn demands that integer weights equal repetitions to nine digits, whatever the options: a method whose
    :class:`umva.methods.Repetition` names a tolerance or options, or that takes no weights, cannot hold that.
    """
    cls = get(name)
    failures = dict(OTHER_FAILURES.get(name, {}))
    if not cls.capabilities.weights:
        failures[_WEIGHTS] = "event weights are not used"
    elif cls.repetition != Repetition():
        failures[_WEIGHTS] = cls.repetition.reason or f"they do with {cls.repetition.settings}"
    return failures

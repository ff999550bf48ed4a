"""Permutation importance: its values are scikit-learn's, its errors the spread from sample to sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.inspection import permutation_importance as sklearn_importance
from sklearn.linear_model import LogisticRegression

from umva.reports.digits import SIGMA
from umva.reports.measures import permutation_importance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.results import PermutationImportance

NAMES = ("a", "b", "c")
SHIFTS = np.array([1.0, 0.5, 0.0])


def two_classes(X: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(X[:, :3] @ np.array([1.0, 0.5, 0.0]), dtype=np.float64)


def several(X: NDArray[Any]) -> NDArray[np.float64]:
    raised = np.exp(np.stack([X[:, 0], 0.5 * X[:, 1], np.zeros(len(X))], axis=1))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def estimates(X: NDArray[Any]) -> NDArray[np.float64]:
    return np.stack([X[:, 0], X[:, 0] + 0.5 * X[:, 1]], axis=1).astype(np.float64)


ANSWERS = {"classification": two_classes, "multiclass": several, "regression": estimates}


def events(task: str, n: int, seed: int) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float64]]:
    """Return inputs, classes or targets, and weights of which some are negative."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4)).astype(np.float32)
    weight = rng.exponential(size=n) * np.where(rng.uniform(size=n) < 0.1, -1.0, 1.0)
    if task == "regression":
        return X, estimates(X) + 0.5 * rng.normal(size=(n, 2)), weight
    y = rng.integers(0, 2 if task == "classification" else 3, n)
    X[:, :3] += SHIFTS * (y[:, None] == [1, 1, 1] if task == "classification" else y[:, None] == [0, 1, 2])
    return X, y, weight


def found(task: str, n: int, seed: int, **more: Any) -> PermutationImportance:
    """Return the importances in a sample."""
    X, y, weight = events(task, n, seed)
    arguments: dict[str, Any] = {"names": NAMES, "task": task, "n_shuffles": 3, "rng": np.random.default_rng(seed)}
    return permutation_importance(ANSWERS[task], X, y, more.pop("weight", weight), **{**arguments, **more})


def test_values_are_those_of_scikit_learn() -> None:
    X, y, weight = events("classification", 2000, 1)
    ours = found("classification", 2000, 1, n_shuffles=30, weight=np.abs(weight)).values
    known = LogisticRegression().fit(X, y)
    known.coef_, known.intercept_ = np.array([[1.0, 0.5, 0.0, 0.0]]), np.zeros(1)  # what two_classes answers
    theirs = sklearn_importance(
        known, X, y, scoring="roc_auc", sample_weight=np.abs(weight), n_repeats=30, random_state=2
    )
    for column, name in enumerate(NAMES):
        # Of the same events; what differs is the luck of 30 shuffles on either side.
        luck = theirs.importances_std[column] * np.sqrt(2 / 30)
        assert ours[name].value == pytest.approx(theirs.importances_mean[column], abs=4 * luck + 1e-12)


@pytest.mark.parametrize("task", ANSWERS)
def test_errors_are_the_spread_from_sample_to_sample(task: str) -> None:
    runs = [found(task, 600, seed) for seed in range(150)]
    assert {each.quantity for each in runs} == {
        {"classification": "AUC", "multiclass": "mean AUC", "regression": f"RMSE / {SIGMA}"}[task]
    }
    for name in NAMES[:2]:
        values = np.array([each.values[name].value for each in runs])
        errors = np.array([each.values[name].error for each in runs])
        assert values.mean() > 5 * values.std() / np.sqrt(len(values))  # the loss is positive
        assert 0.8 < np.sqrt((errors**2).mean()) / values.std() < 1.25


def test_what_a_method_does_not_use_it_does_not_miss() -> None:
    values = found("classification", 500, 3).values
    assert list(values) == ["a", "b", "c"]
    assert values["c"].value == 0
    assert values["c"].error == 0


def test_events_are_not_changed_and_further_columns_are_left_alone() -> None:
    X, y, weight = events("classification", 300, 4)
    kept = X.copy()

    def score(mixed: NDArray[np.float32]) -> NDArray[np.float64]:
        np.testing.assert_array_equal(mixed[:, 3], kept[:, 3])
        changed = [column for column in range(3) if (mixed[:, column] != kept[:, column]).any()]
        assert len(changed) <= 1
        return two_classes(mixed)

    rng = np.random.default_rng(1)
    permutation_importance(score, X, y, weight, names=NAMES, task="classification", n_shuffles=2, rng=rng)
    np.testing.assert_array_equal(X, kept)


def test_without_one_class_nothing_can_be_measured() -> None:
    lost = found("classification", 200, 5, weight=np.zeros(200)).values["a"]
    assert lost.error is None
    assert lost.note

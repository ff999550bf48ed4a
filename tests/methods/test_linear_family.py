"""What holds for all linear methods and all their tasks: weights, Shapley values, inputs that say nothing, saving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError
from umva.methods import Events, get, load
from umva.methods.linear.discriminants import LinearResponse
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path

    from umva.methods import Method

CASES: list[tuple[str, dict[str, Any]]] = [
    ("Fisher", {}),
    ("Fisher", {"method": "Mahalanobis"}),
    ("LD", {}),
    *(("Logistic", {"penalty": penalty}) for penalty in ("none", "l2", "l1", "elasticnet")),
    ("LinearSVM", {}),
    *(("ElasticNet", {"strength": 0.01, "l1_ratio": ratio}) for ratio in (0.0, 0.5, 1.0)),
]
TRAININGS = [
    pytest.param(name, options, task, id=f"{name}-{'-'.join(map(str, options.values()))}-{task}")
    for name, options in CASES
    for task in get(name).capabilities.tasks
]
all_trainings = pytest.mark.parametrize(("name", "options", "task"), TRAININGS)


def trained(name: str, options: dict[str, Any], events: Events) -> LinearResponse:
    method: Method = get(name)(**options).fit(events)
    assert isinstance(method, LinearResponse)
    return method


@all_trainings
def test_integer_weights_are_repetitions(name: str, options: dict[str, Any], task: str) -> None:
    events, X = toys(task=task), toys(seed=3, task=task).X
    times = np.random.default_rng(1).integers(1, 4, events.n_events)
    copies = np.repeat(np.arange(events.n_events), times)
    weighted = Events(events.X, events.y, times.astype(np.float64), events.problem)
    again = Events(events.X[copies], events.y[copies], np.ones(len(copies)), events.problem)
    one, other = trained(name, options, weighted).score(X), trained(name, options, again).score(X)
    assert (np.abs(one - other).max(axis=0) <= 1e-7 * np.ptp(one, axis=0)).all()


@all_trainings
def test_the_unit_of_the_weights_does_not_matter(name: str, options: dict[str, Any], task: str) -> None:
    events = toys(task=task)
    light = Events(events.X, events.y, 1e-9 * events.weight, events.problem)
    one, other = trained(name, options, events).score(events.X), trained(name, options, light).score(events.X)
    assert (np.abs(one - other).max(axis=0) <= 1e-7 * np.ptp(one, axis=0)).all()


@all_trainings
def test_shapley_values_sum_to_the_decision(name: str, options: dict[str, Any], task: str) -> None:
    events = toys(task=task)
    method = trained(name, options, events)
    values, decision = method.shap(events.X[:50], events.X), method.decision(events.X)
    assert values.shape == (50, 4, *decision.shape[1:])
    summed = values.sum(axis=1) + decision.mean(axis=0)
    assert (np.abs(summed - decision[:50]).max(axis=0) <= 1e-6 * np.ptp(decision, axis=0)).all()


@all_trainings
def test_useless_inputs_do_no_harm(name: str, options: dict[str, Any], task: str) -> None:
    events = toys(task=task)
    constant = np.full((events.n_events, 2), [91.1876, 0.0], np.float32)
    X = np.column_stack([constant, events.X, 2 * events.X[:, 1] + 1])
    method = trained(name, options, Events(X, events.y, events.weight, events.problem))
    assert method.notes_[0] == "Not used, since without spread in the training events: inputs 1, 2."
    assert not method.coefficients_[:2].any()
    one, other = method.score(X), trained(name, options, events).score(events.X)
    # a penalty costs less if two inputs share a coefficient
    assert (np.abs(one - other).max(axis=0) <= 0.02 * np.ptp(one, axis=0)).all()


@all_trainings
def test_more_inputs_than_events_of_a_class(name: str, options: dict[str, Any], task: str) -> None:
    events = toys(130, n_variables=100, task=task)
    rare = np.zeros(130, bool) if task == "regression" else events.y == 1
    method = trained(name, options, events.select(~rare | (np.cumsum(rare) <= 10)))
    assert np.isfinite(method.score(events.X)).all()


@all_trainings
def test_saved_and_loaded(name: str, options: dict[str, Any], task: str, tmp_path: Path) -> None:
    events = toys(task=task)
    method = trained(name, options, events)
    method.save(tmp_path)
    loaded = load(tmp_path)
    assert loaded.problem_ == events.problem
    np.testing.assert_array_equal(loaded.score(events.X), method.score(events.X))
    np.testing.assert_array_equal(
        [loaded.score(events.X[i : i + 1])[0] for i in range(20)], method.score(events.X)[:20]
    )


@all_trainings
def test_weights_that_sum_to_nothing_are_an_error(name: str, options: dict[str, Any], task: str) -> None:
    events = toys(task=task)
    nothing = np.zeros(events.n_events) if task == "regression" else np.where(events.y == 1, 0.0, events.weight)
    with pytest.raises(MethodError, match=rf"{name}: the training weights .*sum to 0, expected more than 0"):
        trained(name, options, Events(events.X, events.y, nothing, events.problem))


@pytest.mark.parametrize("name", ["Logistic", "LinearSVM", "SVM"])
def test_probabilities_of_the_classes_are_those_of_the_truth(name: str) -> None:
    events, test = toys(3000, task="multiclass"), toys(3000, seed=3, task="multiclass")
    found = get(name)().fit(events).score(test.X)
    assert found.shape == (3000, 3)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=1e-12)
    for label in range(3):
        sure = found[:, label] > 0.8
        true = np.average(test.y[sure] == label, weights=test.weight[sure])
        assert true == pytest.approx(np.average(found[sure, label], weights=test.weight[sure]), abs=0.05)

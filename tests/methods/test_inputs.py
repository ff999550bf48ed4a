"""What every method owes whoever hands it events: a plain error for a wrong number of inputs, sense for an empty part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import MethodError
from umva.methods import Context, Events, Problem, available, get, require_inputs
from umva.testing import toys

if TYPE_CHECKING:
    from collections.abc import Callable

TRAINED_ALONE = [
    each for each in available() if get(each).__module__.startswith("umva.methods.") and not get(each).missing()
]
QUICK = [each for each in TRAINED_ALONE if get(each).cost <= 5 and not get(each).capabilities.spectators]


@pytest.mark.parametrize("n_inputs", [3, 5])
@pytest.mark.parametrize("name", QUICK)
def test_other_inputs_than_in_training_are_refused(name: str, n_inputs: int) -> None:
    cls = get(name)
    train = toys(100, task=cls.capabilities.tasks[0])
    method = cls(**cls.quick_options).fit(train, context=Context())
    with pytest.raises(MethodError, match=f"was trained on 4 inputs, got events with {n_inputs}"):
        method.score(np.zeros((7, n_inputs), np.float32))


def test_as_many_inputs_as_in_training_are_taken() -> None:
    require_inputs(np.zeros((0, 4), np.float32), 4, method="Fisher")


def nothing(events: Events) -> Events:
    return events.select(slice(0, 0))


def weightless(events: Events) -> Events:
    return replace(events, weight=np.zeros(events.n_events))


@pytest.mark.parametrize("spoilt", [nothing, weightless])
@pytest.mark.parametrize("name", [each for each in QUICK if get(each).capabilities.validation])
def test_a_validation_part_without_weight_is_not_watched(name: str, spoilt: Callable[[Events], Events]) -> None:
    cls = get(name)
    train = toys(100)
    watched = cls(**cls.quick_options).fit(train, spoilt(toys(50, seed=2)), context=Context())
    alone = cls(**cls.quick_options).fit(train, context=Context())
    np.testing.assert_array_equal(watched.score(train.X), alone.score(train.X))
    assert watched.curves_ is not None
    assert alone.curves_ is not None
    assert watched.curves_.values.keys() == alone.curves_.values.keys()  # TMlpANN holds out events of its own


@pytest.mark.parametrize("name", [each for each in QUICK if "regression" in get(each).capabilities.tasks])
def test_shapley_values_of_one_target_have_its_axis(name: str) -> None:
    train = toys(100)
    problem = Problem(classes=(), targets=("height",))
    train = Events(train.X, train.X[:, :1].astype(np.float64), train.weight, problem)
    cls = get(name)
    method = cls(**cls.quick_options).fit(train, context=Context())
    values = method.shap(train.X[:5], train.X)
    assert method.score(train.X[:5]).shape == (5, 1)
    assert values is None or values.shape == (5, 4, 1)

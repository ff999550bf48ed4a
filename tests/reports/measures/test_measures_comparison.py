"""Every method against every better one, and differences that hardly matter."""

from __future__ import annotations

import numpy as np
import pytest

from umva.reports.measures import (
    against_best,
    area,
    auc_difference,
    deviations,
    each_against_each,
    hardly_matters,
    holm,
    rank,
)
from umva.reports.results import Number

RNG = np.random.default_rng(12)
N = 4000
Y = RNG.integers(0, 2, N)
WEIGHT = RNG.exponential(size=N) * np.where(RNG.uniform(size=N) < 0.05, -1.0, 1.0)
NOISE = {"A": 0.0, "B": 0.3, "C": 0.32, "D": 2.0}
GOOD = RNG.normal(size=N) + Y
RESPONSES = {name: GOOD + noise * RNG.normal(size=N) for name, noise in NOISE.items()}
AREAS = {name: area(rank(each, Y, WEIGHT)) for name, each in RESPONSES.items()}


def test_every_pair_is_measured_on_the_same_events() -> None:
    found = each_against_each(AREAS)
    order = sorted(AREAS, key=lambda name: -AREAS[name].value)
    assert {name: list(each) for name, each in found.items()} == {
        name: order[:place] for place, name in enumerate(order) if place
    }
    pairs = [(name, better, each) for name, others in found.items() for better, each in others.items()]
    assert len(pairs) == 6
    for name, better, each in pairs:
        expected = auc_difference(RESPONSES[better], RESPONSES[name], Y, WEIGHT)
        assert each.difference.value == pytest.approx(expected.value, abs=1e-12)
        assert each.difference.error == pytest.approx(expected.error, abs=1e-12)
        assert each.difference.value >= 0
        assert each.reference == better
    assert [each.p_corrected for _, _, each in pairs] == holm([each.p_value for _, _, each in pairs])


def test_against_the_best_is_one_row_of_it_corrected_for_fewer_pairs() -> None:
    found, whole = against_best(AREAS), each_against_each(AREAS)
    for name, each in found.items():
        assert each.difference == whole[name]["A"].difference
        assert each.p_value <= each.p_corrected <= whole[name]["A"].p_corrected
    assert each_against_each({}) == {}


def test_of_deviations_the_smaller_is_better() -> None:
    truth = RNG.normal(size=N)
    scores = {
        name: deviations(truth + width * RNG.normal(size=N), truth, np.ones(N)).relative
        for name, width in {"worse": 0.5, "better": 0.3}.items()
    }
    found = each_against_each(scores, less_is_better=True)
    assert list(found) == ["worse"]
    assert found["worse"]["better"].difference.value == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize(
    ("difference", "better", "less_is_better", "expected"),
    [
        (Number(0.0010, 0.0001, 0.0008, 0.0012), 0.80, False, True),  # 1 % of 0.2 is 0.002
        (Number(0.0010, 0.0008, -0.0006, 0.0026), 0.80, False, False),  # it may be more
        (Number(0.0010, 0.0001, 0.0008, 0.0012), 0.95, False, False),
        (Number(0.0010, 0.0001, 0.0008, 0.0012), 0.52, False, False),  # 1 % of what it knows is 0.0002
        (Number(0.0010, 0.0001, 0.0008, 0.0012), 0.30, True, True),
        (Number(0.0010, 0.0001, 0.0008, 0.0012), 0.05, True, False),
        (Number(0.0010, 0.0001, 0.0008, 0.0012), 0.95, True, False),
        (Number(0.0, None, note="not measurable"), 0.80, False, False),
    ],
)
def test_what_hardly_matters(difference: Number, better: float, less_is_better: bool, expected: bool) -> None:
    assert hardly_matters(difference, better, less_is_better=less_is_better) is expected


def test_a_certain_difference_that_hardly_matters_is_called_so() -> None:
    rng, n = np.random.default_rng(5), 300_000
    y = rng.integers(0, 2, n)
    good = rng.normal(size=n) + 1.2 * y
    areas = {"A": area(rank(good, y)), "B": area(rank(good + 0.08 * rng.normal(size=n), y))}
    found = each_against_each(areas)["B"]["A"]
    assert found.p_corrected < 1e-6
    assert found.negligible
    assert found.sentence.startswith("A is better than B by only 0.000")
    assert found.sentence.endswith(", which hardly matters.")

"""The best cut by a figure of merit, its errors, and how much of it is luck."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import norm

from umva.reports.measures import MERITS, ams, best_cuts, merits, rank
from umva.reports.measures.merit import efficiency_times_purity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.merit import Merit
    from umva.reports.results import Optimum

SIGNAL, BACKGROUND, UNCERTAINTY = 120.0, 1500.0, 0.1


def toy(
    n: int, seed: int, weights: str = "positive"
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return responses with ties, classes and weights that sum to what is expected."""
    rng = np.random.default_rng(seed)
    y = rng.uniform(size=n) < 0.4
    scores = (rng.normal(size=n) + 1.5 * y).round(3)
    w = rng.exponential(size=n) if weights == "positive" else np.where(rng.uniform(size=n) < 0.15, -1.0, 1.0)
    return scores, y, expected(w, y)


def expected(w: NDArray[np.float64], y: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Scale the weights of each class to the number of events that is expected."""
    scaled: NDArray[np.float64] = np.where(y, w * SIGNAL / w[y].sum(), w * BACKGROUND / w[~y].sum())
    return scaled


def passing(
    scores: NDArray[np.float64], y: NDArray[np.bool_], w: NDArray[np.float64], cut: float
) -> tuple[float, float]:
    """Return signal and background that pass."""
    selected = scores >= cut
    return float(w[y & selected].sum()), float(w[~y & selected].sum())


@pytest.mark.parametrize("name", [*MERITS, "product"])
@pytest.mark.parametrize("seed", range(3))
def test_no_other_cut_is_better(seed: int, name: str) -> None:
    scores, y, w = toy(400, seed)
    every: dict[str, Merit] = {**merits(UNCERTAINTY), "product": partial(efficiency_times_purity, total=SIGNAL)}
    ours = best_cuts(rank(scores, y, w), {name: every[name]})[name]
    found = {}
    for cut in np.unique(scores):
        s, b = passing(scores, y, w, cut)
        squares = float((w[~y & (scores >= cut)] ** 2).sum())
        if b**2 >= 10 * squares > 0:
            found[cut] = float(every[name](s, b))
    best = max(found, key=lambda cut: found[cut])
    s, b = passing(scores, y, w, best)
    assert ours.cut == best
    assert ours.value.value == pytest.approx(found[best])
    assert (ours.signal.value, ours.background.value) == pytest.approx((s, b))
    assert ours.signal_efficiency
    assert ours.background_efficiency
    assert ours.purity
    shares = (ours.signal_efficiency.value, ours.background_efficiency.value, ours.purity.value)
    assert shares == pytest.approx((s / SIGNAL, b / BACKGROUND, s / (s + b)))
    assert (ours.n_signal, ours.n_background) == ((y & (scores >= best)).sum(), (~y & (scores >= best)).sum())
    assert "biased upwards" in str(ours.value.note)


@pytest.mark.parametrize("weights", ["positive", "negative"])
def test_errors_agree_with_bootstrap_at_the_cut(weights: str) -> None:
    """Of samples in which each class has the expected number of events again."""
    rng = np.random.default_rng(8)
    scores, y, w = toy(5000, 1, weights)
    functions = merits(UNCERTAINTY)
    found = best_cuts(rank(scores, y, w), functions)
    draws: list[list[float]] = []
    for _ in range(400):
        again = expected(w * rng.poisson(1.0, len(w)), y)
        draws.append([])
        for name, each in found.items():
            s, b = passing(scores, y, again, each.cut)
            draws[-1] += [float(functions[name](s, b)), s, b, s / (s + b)]
    spread = np.std(draws, axis=0)
    errors = [
        number.error
        for each in found.values()
        for number in (each.value, each.signal, each.background, each.purity)
        if number is not None
    ]
    assert errors == pytest.approx(spread.tolist(), rel=0.2)


@pytest.mark.parametrize("weights", ["positive", "negative"])
def test_error_of_the_cut_and_luck_are_those_of_other_samples(weights: str) -> None:
    """Repeated samples: how far their best cuts are apart, and by how much these look better than they are."""
    functions = merits(UNCERTAINTY)
    found = [best_cuts(rank(*toy(3000, seed, weights)), functions) for seed in range(60)]
    for name in ("S/sqrt(S+B)", "AMS", "Asimov"):
        each = [one[name] for one in found]
        low, high = np.quantile([one.cut for one in each], (0.16, 0.84))
        assert np.mean([_number(one.cut_error) for one in each]) == pytest.approx((high - low) / 2, rel=0.35)
        luck = np.mean([one.value.value - _truth(functions[name], one) for one in each])
        told = np.mean([_number(one.optimism) for one in each])
        assert 0.4 * luck < told < 1.6 * luck
        pulls = [(one.value.value - _number(one.optimism) - _truth(functions[name], one)) for one in each]
        assert np.mean(np.abs(pulls) < [_number(one.value.error) for one in each]) == pytest.approx(0.7, abs=0.17)


def _truth(merit: Merit, found: Optimum) -> float:
    """Return what a cut is worth in an endless sample."""
    return float(merit(SIGNAL * norm.sf(found.cut - 1.5), BACKGROUND * norm.sf(found.cut)))


def _number(value: float | None) -> float:
    assert value is not None
    return value


def test_repeated_calls_give_equal_numbers() -> None:
    ranked = rank(*toy(2000, 3))
    assert best_cuts(ranked, merits()) == best_cuts(ranked, merits())


def test_integer_weights_are_repetitions() -> None:
    scores, y, _ = toy(300, 5)
    times = np.random.default_rng(5).integers(1, 4, len(y))
    weighted = best_cuts(rank(scores, y, times), merits(), fewest=0)
    repeated = best_cuts(rank(np.repeat(scores, times), np.repeat(y, times)), merits(), fewest=0)
    for name in ("S/sqrt(S+B)", "AMS"):
        assert weighted[name].cut == repeated[name].cut
        assert weighted[name].value.value == pytest.approx(repeated[name].value.value)
        assert weighted[name].background.value == pytest.approx(repeated[name].background.value)


def test_negative_weights_and_missing_classes() -> None:
    assert best_cuts(rank([0.1, 0.2, 0.3, 0.4], np.zeros(4)), merits()) == {}
    assert best_cuts(rank([0.1, 0.2, 0.3, 0.4], np.ones(4)), merits()) == {}
    found = best_cuts(rank([0.1, 0.2, 0.3, 0.9], [0, 1, 1, 0], [5.0, 1.0, 1.0, -2.0]), {"": ams}, fewest=0)[""]
    assert found.background.value == 0.0
    assert np.isfinite([found.value.value, _number(found.value.error), _number(found.cut_error)]).all()


def test_few_background_events_are_warned_of() -> None:
    """Perfect separation: no cut that lets enough background pass to know it is as good as one that lets none."""
    scores, y = np.r_[np.linspace(0, 1, 100), np.linspace(2, 3, 100)], np.repeat([0, 1], 100)
    found = best_cuts(rank(scores, y), merits())
    assert found["S/sqrt(B)"].n_background == 10
    assert all("too few events of the other kind" in each.warning for each in found.values())
    unlimited = best_cuts(rank(scores, y), {"AMS": ams}, fewest=0)["AMS"]
    assert (unlimited.cut, unlimited.warning) == (2.0, "only 0 test events of the other kind pass")


def test_a_sample_too_small_for_any_cut_is_taken_as_it_is() -> None:
    found = best_cuts(rank([0.1, 0.2, 0.4, 0.9], [0, 0, 1, 1]), merits())
    assert {each.cut for each in found.values()} == {0.1}
    assert all(each.warning for each in found.values())

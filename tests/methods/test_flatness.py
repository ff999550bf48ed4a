"""UniformBDT: how little a cut shapes the spectator, at what cost, and what must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from umva.errors import MethodError, OptionError
from umva.methods import Events, Method, Problem, load
from umva.methods.trees.bdt import BDTG
from umva.methods.trees.flat import Group, groups
from umva.methods.trees.uniform_bdt import UniformBDT

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MASS = Problem(spectators=("mass",))


def toy(n: int = 8000, *, seed: int = 1) -> Events:
    """Return a flat background under a peak; two inputs follow the mass, two tell signal by themselves."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % 2).astype(np.int8)
    mass = np.where(y == 1, rng.normal(100.0, 8.0, n), rng.uniform(50.0, 150.0, n))
    smeared = mass + rng.normal(0.0, 12.0, n), np.abs(mass - 100.0) / 10.0 + rng.normal(0.0, 2.0, n)
    X = np.c_[(*smeared, rng.normal(0.8 * y), rng.normal(0.8 * y))]
    return Events(X.astype(np.float32), y, np.ones(n), MASS, mass[:, np.newaxis])


def divergence(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the Jensen-Shannon divergence in bits of two samples, in 20 bins."""
    p, q = (np.histogram(each, 20, (50.0, 150.0))[0] / len(each) for each in (one, other))
    mean = 0.5 * (p + q)
    terms = [np.sum(each[each > 0] * np.log2(each[each > 0] / mean[each > 0])) for each in (p, q)]
    return float(0.5 * sum(terms))


def sculpting(method: Method, test: Events) -> float:
    """Return how much a cut that keeps a tenth of the background changes its mass distribution."""
    assert test.spectators is not None
    score, mass = method.score(test.X)[test.y == 0], test.spectators[test.y == 0, 0]
    return divergence(mass, mass[score > np.quantile(score, 0.9)])


def test_sculpts_less_than_its_plain_twin() -> None:
    train, test = toy(), toy(40_000, seed=2)
    size: dict[str, Any] = {"n_trees": 120, "max_depth": 4, "learning_rate": 0.1}
    plain, flat = BDTG(**size).fit(train), UniformBDT(**size).fit(train)
    assert sculpting(flat, test) < sculpting(plain, test) / 5.0
    aucs = [roc_auc_score(test.y, each.score(test.X)) for each in (plain, flat)]
    assert aucs[1] > 0.76  # what the two inputs tell that do not follow the mass
    assert aucs[0] - aucs[1] < 0.1


def test_without_strength_it_is_a_bdtg() -> None:
    train = toy(1000)
    options: dict[str, Any] = {"n_trees": 15, "max_depth": 4, "learning_rate": 0.1}
    twin = BDTG(**options, leaf_weights="exact").fit(train)
    np.testing.assert_allclose(UniformBDT(**options, strength=0.0).fit(train).score(train.X), twin.score(train.X))


def test_gradient_is_that_of_the_penalty() -> None:
    """Moving one event's score changes the integral of (F_b - F)^2 over the score as the push says."""
    rng = np.random.default_rng(3)
    score, weight, bins = rng.normal(size=40), rng.uniform(0.5, 2.0, 40), np.arange(40, dtype=np.int32) % 3

    def penalty(score: NDArray[np.float64]) -> float:
        edges = np.sort(score)
        middles, widths = 0.5 * (edges[1:] + edges[:-1]), np.diff(edges)
        below = score[:, np.newaxis] < middles
        overall = weight @ below / weight.sum()
        parts = [
            weight[bins == b].sum() * (weight[bins == b] @ below[bins == b] / weight[bins == b].sum() - overall) ** 2
            for b in range(3)
        ]
        return float(0.5 * np.sum(parts, axis=0) @ widths)

    push = weight * Group(np.arange(40), bins).excess(score, weight)
    for event in range(40):
        step = 1e-7 * (np.arange(40) == event)
        slope = (penalty(score + step) - penalty(score - step)) / 2e-7
        assert -slope == pytest.approx(push[event], abs=1e-5)


def test_equal_scores_share_their_place() -> None:
    train, weight = toy(300), np.random.default_rng(4).integers(1, 4, 300)
    repeated = Events(
        train.X.repeat(weight, axis=0),
        train.y.repeat(weight),
        np.ones(weight.sum()),
        MASS,
        np.repeat(train.spectators if train.spectators is not None else train.X, weight, axis=0),
    )
    weighted = Events(train.X, train.y, weight.astype(float), MASS, train.spectators)
    score = np.round(train.X[:, 2].astype(float), 1)
    [one], [other] = (groups(each, [0], [0], 5) for each in (weighted, repeated))
    excess = one.excess(score, weighted.weight).repeat(weight[one.rows])
    np.testing.assert_allclose(excess, other.excess(score.repeat(weight), repeated.weight), atol=1e-12)
    options: dict[str, Any] = {"n_trees": 15, "bagging": False, "min_node_size": 0.0, "max_depth": 3}
    response, again = (UniformBDT(**options).fit(each).score(train.X) for each in (weighted, repeated))
    np.testing.assert_allclose(response, again, atol=1e-9)


def test_survives_the_disk(tmp_path: Path) -> None:
    method = UniformBDT(n_trees=10, label="both").fit(toy(1000), toy(500, seed=5))
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(toy(1000).X), method.score(toy(1000).X))
    assert method.curves_ is not None
    assert set(method.curves_.values) == {"train", "validation"}


def test_events_without_spectator_are_named() -> None:
    train = toy(1000)
    assert train.spectators is not None
    spectators = train.spectators.copy()
    spectators[:30] = np.nan
    method = UniformBDT(n_trees=5).fit(Events(train.X, train.y, train.weight, MASS, spectators))
    assert method.notes_ == ("15 events without mass are not held to a flat response",)
    assert np.isfinite(method.score(train.X)).all()
    nothing = Events(train.X, train.y, train.weight, MASS, np.full_like(spectators, np.nan))
    assert np.isfinite(UniformBDT(n_trees=5).fit(nothing).score(train.X)).all()


def test_several_spectators() -> None:
    train = toy(1000)
    assert train.spectators is not None
    problem = Problem(spectators=("mass", "n_vertices"))
    spectators = np.c_[train.spectators, np.arange(1000) % 7]
    both = Events(train.X, train.y, train.weight, problem, spectators)
    alone, copied = (
        UniformBDT(n_trees=10, against=names).fit(both).score(train.X) for names in ("mass", " mass, n_vertices")
    )
    np.testing.assert_array_equal(alone, UniformBDT(n_trees=10).fit(train).score(train.X))
    assert not np.array_equal(alone, copied)
    with pytest.raises(OptionError, match="must name some of the 2 spectators 'mass', 'n_vertices'"):
        UniformBDT().fit(both)
    with pytest.raises(OptionError, match="names 'nvertices', which is no spectator: did you mean 'n_vertices'"):
        UniformBDT(against="mass,nvertices").fit(both)


def test_no_spectator_is_an_error() -> None:
    train = toy(100)
    with pytest.raises(MethodError, match=r"UniformBDT needs a spectator .* declare it with add_spectator"):
        UniformBDT().fit(Events(train.X, train.y, train.weight))

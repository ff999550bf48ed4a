"""PDE-Foam: second implementations of how cells are divided and answer, limits, files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError, OptionError, RunError
from umva.methods import Context, Events, Problem, load, parse_string, resolve
from umva.methods.local.foam import PDEFoam
from umva.methods.local.foam_answers import answer, answer_targets
from umva.methods.local.foam_cells import Foam
from umva.methods.local.foam_training import Builder, limits
from umva.testing.quality import auc

if TYPE_CHECKING:
    from pathlib import Path


BOOSTED = (
    "DTLogic=MisClassificationError:UseYesNoCell=T:MaxDepth=4:Nmin=400:TailCut=0:nBin=20:FillFoamWithOrigWeights=F"
)


def toy(n_events: int = 1500, n_variables: int = 2, seed: int = 3) -> Events:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1.0, 1.0, (n_events, n_variables)).astype(np.float32)
    y = (X[:, 0] * X[:, 1] + rng.normal(0.0, 0.1, n_events) > 0).astype(np.int8)
    return Events(X, y, rng.uniform(0.5, 1.5, n_events))


def line(n_events: int = 2000, seed: int = 3) -> Events:
    rng = np.random.default_rng(seed)
    X = rng.uniform(0.0, 1.0, (n_events, 2)).astype(np.float32)
    y = np.column_stack([np.floor(4 * X[:, 0]) + 0.1 * rng.normal(size=n_events)])
    return Events(X, y, np.ones(n_events), Problem(classes=(), targets=("steps",)))


def booked(text: str, **more: Any) -> PDEFoam:
    return PDEFoam(**resolve(PDEFoam, "PDEFoam", {**parse_string(text), **more}, refused=PDEFoam.refused))


def grown(events: Events, *, seed: int = 1, **options: Any) -> Foam:
    return PDEFoam(**options).fit(events, context=Context(seed=seed)).foams_[0]


def test_first_division_is_that_of_a_naive_foam() -> None:
    events, n_bins, edge = toy(600), 6, 0.2
    events = replace(events, y=(events.X[:, 0] > 0.1).astype(np.int8))
    foam = grown(events, n_cells=2, n_bins=n_bins, volume_edge=edge, n_samples=4000)

    place = foam.place(events.X)
    points = np.random.default_rng(0).random((4000, 2))
    inside = (np.abs(points[:, None, :] - place) < edge / 2).all(axis=2)
    total = inside @ events.weight
    rho = np.where(total > 0, inside @ (events.weight * events.y) / np.where(total > 0, total, 1), 0.0)

    def cost(j: int, cut: float) -> float:
        sides = [points[:, j] < cut, points[:, j] >= cut]
        return float(sum(np.sqrt(np.mean(rho[side] ** 2)) * np.mean(side) for side in sides))

    best = min((cost(j, cut), j, cut) for j in range(2) for cut in np.arange(1, n_bins) / n_bins)
    assert (foam.dimension[0], foam.division[0]) == (best[1], pytest.approx(best[2]))


@pytest.mark.parametrize("separation", ["GiniIndex", "CrossEntropy", "MisClassificationError"])
def test_a_tree_like_division_is_the_best_of_all(separation: str) -> None:
    events = toy(500, 3)
    events = replace(events, y=(events.X[:, 1] + 0.5 * events.X[:, 2] > 0.2).astype(np.int8))
    foam = grown(events, n_cells=2, n_bins=20, separation=separation, tail_cut=0.0)
    place = foam.place(events.X)

    def impurity(rows: np.ndarray) -> float:
        w, p = events.weight[rows].sum(), np.average(events.y[rows], weights=events.weight[rows])
        logs = -sum(each * np.log2(each) for each in (p, 1 - p) if each > 0)
        of_one = {"GiniIndex": p * (1 - p), "CrossEntropy": logs, "MisClassificationError": min(p, 1 - p)}
        return float(w * of_one[separation])

    cuts = [(j, cut) for j in range(3) for cut in np.arange(1, 20) / 20]
    best = min(
        cuts, key=lambda each: sum(impurity(s) for s in (place[:, each[0]] < each[1], place[:, each[0]] >= each[1]))
    )
    assert (foam.dimension[0], foam.division[0]) == (best[0], pytest.approx(best[1]))


def test_cells_fill_the_foam_and_hold_the_share_of_their_events() -> None:
    events = toy()
    foam = grown(events, min_events=20)
    cells = foam.find(foam.place(events.X))
    assert foam.volume()[foam.leaves].sum() == pytest.approx(1.0)
    low, high = foam.edges
    inside = (foam.place(events.X) >= low[cells]) & (foam.place(events.X) <= high[cells])
    assert inside.all()
    for cell in np.unique(cells):
        rows = cells == cell
        share = np.average(events.y[rows], weights=events.weight[rows])
        assert foam.elements[cell, 0] == pytest.approx(share)


def test_two_foams_give_the_signal_density_by_the_sum() -> None:
    events = toy()
    method = PDEFoam(separate=True, min_events=20).fit(events)
    densities = []
    for label, foam in zip((1, 0), method.foams_, strict=True):
        cells = foam.find(foam.place(events.X))
        weight = np.bincount(cells, events.weight * (events.y == label), foam.n_cells)
        densities.append((weight / foam.volume())[cells])
    assert method.score(events.X) == pytest.approx(densities[0] / np.sum(densities, axis=0))
    assert auc(method.score(toy(seed=8).X), toy(seed=8)) > 0.9


def test_limits_of_the_foam_are_kept() -> None:
    events = toy()
    assert len(grown(events, n_cells=7, min_events=0).leaves) == 7
    assert len(grown(events, max_depth=3, min_events=0).leaves) == 4
    assert grown(events, n_cells=1).n_cells == 1
    foam = grown(events, min_events=200)
    counts = np.bincount(foam.find(foam.place(events.X)), events.weight / events.weight.mean(), foam.n_cells)
    total = counts.copy()
    for cell in reversed(range(foam.n_cells)):
        if foam.daughters[cell, 0] >= 0:
            total[cell] = total[foam.daughters[cell]].sum()
    assert (total[foam.daughters[:, 0] >= 0] > 200).all()


def test_gaussian_kernel_is_the_weighted_mean_of_all_cells() -> None:
    events = toy()
    foam = grown(events, min_events=100)
    X, width = toy(20, seed=9).X, 0.1
    low, high = (each[foam.leaves] for each in foam.edges)
    place = foam.place(X)[:, None, :]
    away = np.maximum(np.maximum(low - place, place - high), 0.0)
    near = np.exp(-0.5 * (away**2).sum(axis=2) / width**2)
    wanted = near @ foam.elements[foam.leaves, 0] / near.sum(axis=1)
    assert answer(foam, X, "Gauss", width) == pytest.approx(wanted)


def test_interpolation_passes_through_centres_and_meets_at_walls() -> None:
    cut = {"daughters": [[1, 2], [-1, -1], [-1, -1]], "dimension": [0, 0, 0], "division": [0.5, 0.0, 0.0]}
    foam = Foam.of([0.0], [1.0], **cut, elements=[[0.0], [1.0], [3.0]])
    at = np.array([[0.0], [0.25], [0.375], [0.499999], [0.5], [0.625], [0.75], [1.0]])
    assert answer(foam, at, "LinNeighbors") == pytest.approx([1.0, 1.0, 1.5, 2.0, 2.0, 2.5, 3.0, 3.0], abs=1e-5)


def test_foam_of_targets_gives_mean_and_most_probable_value() -> None:
    # variable below 0.5: target 1 in a cell of 3, 9 in one of 1 events; above: nothing
    cut = {
        "daughters": [[1, 2], [3, 4], [-1, -1], [-1, -1], [-1, -1]],
        "dimension": [0, 1, 0, 0, 0],
        "division": [0.5, 0.5, 0.0, 0.0, 0.0],
    }
    elements = [[4.0, 3.0], [4.0, 3.0], [0.0, 0.0], [3.0, 1.0], [1.0, 9.0]]
    foam = Foam.of([0.0, 0.0], [1.0, 10.0], **cut, elements=elements)
    X = np.array([[0.2], [0.9]])
    assert answer_targets(foam, X, most_probable=False).ravel() == pytest.approx([3.0, 3.0])
    assert answer_targets(foam, X, most_probable=True).ravel() == pytest.approx([1.0, 3.0])
    smooth = answer_targets(foam, X, most_probable=False, kernel="Gauss", width=0.2).ravel()
    assert smooth == pytest.approx([3.0, 3.0])


@pytest.mark.parametrize(
    "options", [{}, {"multi_target": True}, {"multi_target": True, "target_selection": "Mpv"}, {"kernel": "Gauss"}]
)
def test_regression_finds_the_steps(options: dict[str, Any]) -> None:
    train, test = line(), line(seed=4)
    method = PDEFoam(min_events=20, n_bins=4, **options)
    method.bind(("a", "b"), train.problem)
    off = method.fit(train).score(test.X) - test.y
    assert np.sqrt(np.mean(off**2)) < (0.6 if options.get("kernel") else 0.4)


def test_regression_does_not_depend_on_the_origin_of_the_target() -> None:
    train = line(500)
    one, other = (
        PDEFoam(min_events=20).fit(replace(train, y=train.y + shift)).score(train.X) for shift in (0.0, -1000.0)
    )
    assert other + 1000.0 == pytest.approx(one, abs=1e-6)


def test_empty_cells_answer_as_their_mother() -> None:
    x = np.concatenate([np.linspace(0.0, 0.3, 200), np.linspace(0.9, 1.0, 200)])
    events = Events(x[:, None].astype(np.float32), (x > 0.5).astype(np.int8), np.ones(400))
    rng = np.random.default_rng(1)
    low, high = limits(x[:, None], np.ones(400), 0.0)
    build = Builder(x[:, None], np.ones(400), low, high, 50, 5, 500, 0.05, 0, 0, None)
    foam = build.mean(events.y.astype(float), rng)
    cells = foam.find(foam.place(events.X))
    empty = np.setdiff1d(foam.leaves, cells)
    mothers = [np.flatnonzero((foam.daughters == cell).any(axis=1))[0] for cell in empty]
    assert len(empty)
    assert foam.elements[empty, 0].tolist() == foam.elements[mothers, 0].tolist()


def test_ranking_is_the_share_of_divisions() -> None:
    rng = np.random.default_rng(5)
    X = rng.uniform(size=(3000, 3)).astype(np.float32)
    events = Events(X, (np.abs(X[:, 1] - 0.5) < 0.2).astype(np.int8), np.ones(3000))
    method = PDEFoam(n_cells=6).fit(events)
    assert method.ranking_ is not None
    assert method.ranking_.quantity == "Variable Importance"
    assert method.ranking_.values.sum() == pytest.approx(1.0)
    assert method.ranking_.order()[0] == 1


def test_member_of_a_boosted_foam_answers_yes_or_no_and_follows_weights() -> None:
    events = toy(2000)
    method = booked(BOOSTED).fit(events)
    assert set(method.score(events.X)) == {-1.0, 1.0}
    heavy = replace(events, weight=np.where(events.y == 1, 1e3, 1.0))
    assert np.mean(booked(BOOSTED).fit(heavy).score(events.X)) > np.mean(method.score(events.X))
    assert len(method.foams_[0].leaves) <= 8


def test_many_variables_are_divided_by_the_events() -> None:
    rng = np.random.default_rng(6)
    X = rng.normal(size=(800, 8)).astype(np.float32)
    events = Events(X, (X[:, 3] > 0).astype(np.int8), np.ones(800))
    method = PDEFoam(min_events=50).fit(events)
    assert "Hardly any box" in method.notes_[0]
    assert auc(method.score(X), events) > 0.9
    apart = PDEFoam(separate=True, min_events=50, n_samples=500).fit(events)
    assert "change the density" in apart.notes_[0]
    assert auc(apart.score(X), events) > 0.6


def test_density_in_many_variables_is_divided_where_halves_differ_most() -> None:
    rng = np.random.default_rng(6)
    points = rng.normal(size=(1000, 8))
    points[:, 2] = rng.exponential(size=1000)
    low, high = limits(points, np.ones(1000), 0.001)
    build = Builder(points, np.ones(1000), low, high, 2, 5, 10, 0.05, 0, 0, None).seeing(rng, means=False)
    foam = build.density(rng)
    place = (points - foam.low) / (foam.high - foam.low)
    place = place[((place >= 0) & (place <= 1)).all(axis=1)]

    def square(j: int, cut: float) -> float:
        left = np.mean(place[:, j] < cut)
        return float(left**2 / cut + (1 - left) ** 2 / (1 - cut))

    best = max(((j, cut) for j in range(8) for cut in np.arange(1, 5) / 5), key=lambda each: square(*each))
    assert (foam.dimension[0], foam.division[0]) == (best[0], pytest.approx(best[1]))
    assert np.mean((points >= foam.low) & (points <= foam.high)) == pytest.approx(0.98, abs=0.003)


def test_densities_of_many_variables_take_seconds_and_tell_classes_apart() -> None:
    rng = np.random.default_rng(6)
    y = np.arange(20_000) % 2
    events = Events(
        (rng.normal(size=(20_000, 20)) + 0.5 * y[:, None]).astype(np.float32), y.astype(np.int8), np.ones(20_000)
    )
    train, test = events.select(slice(10_000)), events.select(slice(10_000, None))
    method = PDEFoam(separate=True).fit(train)
    assert np.isfinite(method.foams_[0].elements).all()
    assert auc(method.score(test.X), test) > 0.75


def test_negative_weights_cancel_and_leave_shares_in_range() -> None:
    events = toy()
    signs = np.where(np.random.default_rng(1).random(events.n_events) < 0.2, -1.0, 1.0)
    score = PDEFoam(min_events=10).fit(replace(events, weight=events.weight * signs)).score(events.X)
    assert score.min() >= 0
    assert score.max() <= 1
    assert auc(score, events) > 0.8
    target = line()
    score = PDEFoam(min_events=10).fit(replace(target, weight=target.weight * signs[0:1].repeat(2000))).score(target.X)
    assert target.y.min() <= score.min()
    assert score.max() <= target.y.max()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("FillFoamWithOrigWeights=T", "boosted"),
        ("CutNmin=F", "Nmin=0"),
        ("Kernel=Teepee", "LinNeighbors"),
        ("nBins=3", "nBin"),
    ],
)
def test_what_is_not_honoured_is_refused_by_name(text: str, word: str) -> None:
    with pytest.raises(OptionError, match=word):
        booked(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SigBgSeparate", Problem(classes=("a", "b", "c"))),
        ("UseYesNoCell", Problem(classes=(), targets=("t",))),
        ("MultiTargetRegression", Problem()),
        ("DTLogic=GiniIndex", Problem(classes=(), targets=("t",))),
        ("SigBgSeparate:DTLogic=GiniIndex", Problem()),
        ("MultiTargetRegression:Kernel=LinNeighbors", Problem(classes=(), targets=("t",))),
    ],
)
def test_options_that_do_not_fit_are_refused(text: str, problem: Problem) -> None:
    with pytest.raises(OptionError, match="PDEFoam: option"):
        booked(text).bind(("x",), problem)


def test_no_weight_at_all_is_refused() -> None:
    with pytest.raises(MethodError, match="no training event"):
        PDEFoam().fit(replace(toy(), weight=np.zeros(1500)))


@pytest.mark.parametrize(
    ("name", "change"),
    [("daughters_0", lambda a: a * 0), ("dimension_0", lambda a: a + 99), ("elements_0", lambda a: a[:-1])],
)
def test_damaged_foams_are_not_followed(tmp_path: Path, name: str, change: Any) -> None:
    PDEFoam().fit(toy()).save(tmp_path)
    with np.load(tmp_path / "state.npz") as stored:
        arrays = dict(stored)
    arrays[name] = change(arrays[name])
    np.savez(tmp_path / "state.npz", **arrays)
    with pytest.raises(RunError, match="foam"):
        load(tmp_path)

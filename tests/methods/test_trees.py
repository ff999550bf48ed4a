"""The tree engine against plain numpy: cuts, leaves, sums, samples."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.methods.trees import counting, grid, sample_grid
from umva.methods.trees.bagging import draw_sample
from umva.methods.trees.codes import Codes
from umva.methods.trees.crew import ALONE, hire
from umva.methods.trees.forest import Forest, Tree, find_leaves
from umva.methods.trees.grow import CRITERIA, Rules, Sample, Structure, grow
from umva.methods.trees.sums import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray


def sample(n: int, *, seed: int, discrete: bool = False) -> Sample:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n).astype(float)
    X = rng.normal(size=(n, 3)) + 0.7 * y[:, np.newaxis] * np.array([1.0, 0.5, 0.0])
    if discrete:
        X = np.round(3 * X)
    copies = rng.poisson(0.9, n).astype(np.int32)
    return Sample(X.astype(np.float32), copies, rng.uniform(0.2, 2.0, n), y)


def impurity(criterion: str, s: float, b: float) -> float:
    """As TMVA's users guide has them, section 8.12.3."""
    w = s + b
    if w <= 0:
        return 0.0
    p = s / w
    laplace = (s + 1) / (w + 2)
    entropy = 0.0 if s <= 0 or b <= 0 else -p * np.log2(p) - (1 - p) * np.log2(1 - p)
    known: dict[str, float] = {
        "RegressionVariance": p * (1 - p),
        "GiniIndex": p * (1 - p),
        "CrossEntropy": entropy,
        "GiniIndexWithLaplace": laplace * (1 - laplace),
        "MisClassificationError": 1 - max(p, 1 - p),
        "SDivSqrtSPlusB": s / w**0.5,
    }
    return known[criterion]


def gain(events: Sample, rules: Rules, variable: int, cut: np.float32) -> float:
    """Return the gain of a cut, by numpy."""
    right = events.X[:, variable] >= cut
    weight = events.weight * events.copies
    signal = weight * events.target
    sizes = [(events.copies[side].sum(), weight[side].sum()) for side in (right, ~right)]
    least = rules.min_share * events.copies.sum()
    if np.min(sizes) < least or min(n for n, _ in sizes) < 1:
        return 0.0
    total = weight.sum()
    parts = [
        weight[side].sum()
        / total
        * impurity(rules.criterion, signal[side].sum(), weight[side].sum() - signal[side].sum())
        for side in (right, ~right)
    ]
    return impurity(rules.criterion, float(signal.sum()), float(total - signal.sum())) - float(np.sum(parts))


@settings(max_examples=60, deadline=None)
@given(
    criterion=st.sampled_from(CRITERIA),
    seed=st.integers(0, 10_000),
    n=st.integers(8, 200),
    n_cuts=st.integers(1, 40),
    share=st.sampled_from([0.0, 0.05, 0.2]),
    discrete=st.booleans(),
)
def test_root_makes_the_best_of_all_cuts(
    criterion: str, seed: int, n: int, n_cuts: int, share: float, discrete: bool
) -> None:
    events, rules = sample(n, seed=seed, discrete=discrete), Rules(criterion, 1, share, n_cuts)
    tree = grow(events, rules, np.random.default_rng(0))
    drawn = events.X[events.copies > 0].astype(float)
    best = 0.0
    for variable in range(3):
        if len(drawn) == 0:
            continue
        low, high = drawn[:, variable].min(), drawn[:, variable].max()
        cuts = (low + (high - low) / (n_cuts + 1) * np.arange(1, n_cuts + 1)).astype(np.float32)
        best = max([best, *(gain(events, rules, variable, cut) for cut in cuts)])
    if tree.feature[0] < 0:
        assert best < 1e-7
    else:
        assert gain(events, rules, int(tree.feature[0]), tree.cut[0]) == pytest.approx(best, rel=1e-9, abs=1e-12)


def test_depth_and_leaf_size_are_kept() -> None:
    events = sample(3000, seed=1)
    rules = Rules("GiniIndex", 4, 0.03, 20)
    tree = grow(events, rules, np.random.default_rng(0))
    leaves = find_leaves(tree, events.X)
    assert (tree.feature[leaves] == -1).all()
    for content in (events.copies, events.weight * events.copies):
        sizes = np.bincount(leaves, content, len(tree.feature))[np.unique(leaves)]
        assert sizes.min() >= 0.03 * events.copies.sum() - 1e-9
    depth = np.zeros(len(tree.feature), int)
    for node in np.flatnonzero(tree.feature >= 0):
        depth[tree.child[node] : tree.child[node] + 2] = depth[node] + 1
    assert depth.max() == 4


@pytest.mark.parametrize("criterion", ["GiniIndex", "RegressionVariance"])
@pytest.mark.parametrize("where", ["node", "sample"])
def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch, criterion: str, where: str) -> None:
    monkeypatch.setattr(grid, "_SMALL", 1000)
    events, rules = sample(20_000, seed=2), Rules(criterion, 5, 0.005, 30, grid=where)
    alone = grow(events, rules, np.random.default_rng(0))
    with hire(3) as crew:
        together = grow(events, rules, np.random.default_rng(0), crew)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def by_hand(events: Sample, cuts: list[NDArray[np.float32]], rules: Rules, least: float) -> list[tuple[int, float]]:
    """Return variable and cut of all nodes, depth first, by trying all cuts with numpy."""
    found = [
        (gain(events, Rules(rules.criterion, 1, 0.0, 1), variable, cut), -variable, -number)
        for variable, each in enumerate(cuts)
        for number, cut in enumerate(each)
        if min(events.copies[side].sum() for side in (events.X[:, variable] >= cut, events.X[:, variable] < cut))
        >= least
    ]
    best = max(found, default=(0.0, 0, 0))
    if rules.max_depth == 0 or best[0] < 1e-8:
        return [(-1, 0.0)]
    variable, cut = -best[1], cuts[-best[1]][-best[2]]
    right = events.X[:, variable] >= cut
    shallower = Rules(rules.criterion, rules.max_depth - 1, 0.0, 1)
    below = [by_hand(Sample(*(each[side] for each in events[:4])), cuts, shallower, least) for side in (~right, right)]
    return [(variable, float(cut)), *below[0], *below[1]]


@pytest.mark.parametrize("most_bytes", [2**26, 1])
@pytest.mark.parametrize("discrete", [True, False])
def test_sample_grid_makes_the_best_of_its_cuts(
    monkeypatch: pytest.MonkeyPatch, discrete: bool, most_bytes: int
) -> None:
    monkeypatch.setattr(sample_grid, "_MOST_BYTES", most_bytes)
    events = sample(600, seed=8, discrete=discrete)
    events = events._replace(weight=np.ones(600))
    rules = Rules("GiniIndex", 4, 0.03, 25, grid="sample")
    tree = grow(events, rules, np.random.default_rng(0))
    codes = Codes.of(events.X, events.weight * events.copies, 25)
    wanted = by_hand(
        events, [each[np.isfinite(each)] for each in codes.cuts], rules, 0.03 * events.copies.sum() * (1 - 1e-9)
    )

    def below(node: int) -> list[tuple[int, float]]:
        variable, left = int(tree.feature[node]), int(tree.child[node])
        return [(variable, float(tree.cut[node])), *(below(left) + below(left + 1) if variable >= 0 else [])]

    assert below(0) == wanted
    drawn = events.copies > 0
    np.testing.assert_array_equal(tree.leaves[drawn], find_leaves(tree, events.X)[drawn])


def test_bins_hold_equal_weights() -> None:
    rng = np.random.default_rng(2)
    X, weight = rng.exponential(size=(5000, 2)).astype(np.float32), rng.uniform(0.0, 2.0, 5000)
    codes = Codes.of(X, weight, 19)
    for column in range(2):
        shares = np.bincount(codes.bins[:, column], weight, 20) / weight.sum()
        np.testing.assert_allclose(shares, 0.05, atol=0.001)
        reached = (X[:, column, np.newaxis] >= codes.cuts[column]).sum(axis=1)
        np.testing.assert_array_equal(codes.bins[:, column], reached)


def test_only_drawn_variables_are_cut_in() -> None:
    events = sample(2000, seed=3)
    rules = Rules("GiniIndex", 1, 0.01, 20, n_variables=1, poisson=False)
    roots = {int(grow(events, rules, np.random.default_rng(seed)).feature[0]) for seed in range(30)}
    assert roots >= {0, 1}
    assert int(grow(events, Rules("GiniIndex", 1, 0.01, 20), np.random.default_rng(0)).feature[0]) == 0


def test_forest_sums_its_trees() -> None:
    trees, answers = [], np.zeros(500)
    X = sample(500, seed=9).X
    for number in range(7):
        structure = grow(sample(400, seed=number), Rules("GiniIndex", 4, 0.02, 20), np.random.default_rng(0))
        value = np.random.default_rng(number).normal(size=len(structure.feature))
        tree = Tree.of(structure, value, np.ones(len(value)))
        trees.append(tree)
        for row, x in enumerate(X):
            node = 0
            while structure.feature[node] >= 0:
                node = structure.child[node] + int(x[structure.feature[node]] >= structure.cut[node])
            answers[row] += (number + 1) * value[node]
    forest = Forest.of(trees, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    np.testing.assert_allclose(forest.total(X)[:, 0], answers, rtol=1e-12)
    for one, other in zip(trees, forest.trees(), strict=True):
        for left, right in zip(one, other, strict=True):
            np.testing.assert_array_equal(left, right)


def test_merging_keeps_the_answers() -> None:
    events = sample(2000, seed=4)
    structure = grow(events, Rules("GiniIndex", 6, 0.01, 20), np.random.default_rng(0))
    leaves = find_leaves(structure, events.X)
    value = np.where(np.random.default_rng(1).random(len(structure.feature)) < 0.5, 1.0, -1.0)
    tree = Tree.of(structure, value, np.bincount(leaves, minlength=len(value)).astype(float))
    merged = tree.merged()
    assert len(merged.feature) < len(tree.feature)
    np.testing.assert_array_equal(merged.value[find_leaves(merged, events.X)], value[leaves])
    assert merged.cover[0] == tree.cover[0] == len(events.X)
    inner = np.flatnonzero(merged.feature >= 0)
    pairs = np.stack([merged.value[merged.child[inner]], merged.value[merged.child[inner] + 1]])
    ends = np.stack([merged.feature[merged.child[inner]], merged.feature[merged.child[inner] + 1]]).max(axis=0) < 0
    assert (pairs[0] != pairs[1])[ends].all()


def test_shapley_values_of_a_stump() -> None:
    structure = Structure(
        np.array([1, -1, -1], np.int32),
        np.array([0.5, 0, 0], np.float32),
        np.array([1, -1, -1], np.int32),
        np.zeros(2),
        np.zeros((0, 3)),
        np.array([], np.int32),
    )
    tree = Tree.of(structure, np.array([0.0, -1.0, 1.0]), np.array([0.0, 3.0, 1.0]))
    X = np.array([[0.0, 0.5], [0.0, np.nextafter(np.float32(0.5), np.float32(0))]], np.float32)
    # three events of four answer -1: the mean is -0.5
    np.testing.assert_allclose(Forest.of([tree], [2.0]).shap(X), [[0.0, 3.0], [0.0, -1.0]], atol=1e-7)


@pytest.mark.parametrize("mean", [0.1, 0.5, 0.6, 1.0, 4.0])
def test_samples_are_poissonian(mean: float) -> None:
    n = 200_000
    copies = draw_sample(n, mean, tree=3, seed=5)
    assert copies.mean() == pytest.approx(mean, abs=5 * np.sqrt(mean / n))
    assert copies.var() == pytest.approx(mean, rel=0.03)
    assert np.mean(copies == 0) == pytest.approx(np.exp(-mean), abs=0.005)
    np.testing.assert_array_equal(copies, draw_sample(n, mean, tree=3, seed=5))
    assert not np.array_equal(copies, draw_sample(n, mean, tree=4, seed=5))


def test_importing_methods_compiles_nothing() -> None:
    code = "import sys, umva.methods.trees.bdt; sys.exit('numba' in sys.modules or 'shap' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("n_cuts", [1, 7, 20, 500])
def test_counts_agree_with_comparisons(n_cuts: int) -> None:
    """Values on cuts, far from zero, of few levels, with defaults far away, without spread or beyond all bounds."""
    rng = np.random.default_rng(n_cuts)
    n = 4000
    columns = [
        rng.normal(size=n),
        1e6 + rng.normal(size=n),
        rng.integers(0, n_cuts + 2, n),
        rng.choice([-1, 1], n),
        np.where(rng.random(n) < 0.3, -999.0, rng.exponential(size=n)),
        np.full(n, 3.3),
        rng.choice([0.1, np.nextafter(np.float32(0.1), np.float32(1))], n),
        rng.choice([-3e38, 0.0, 3e38], n),
        1e-30 * rng.normal(size=n),
    ]
    X = np.ascontiguousarray(np.stack(columns, axis=1).astype(np.float32))
    events = Sample(X, np.ones(n, np.int32), np.ones(n), rng.integers(0, 2, n).astype(float))
    sums, rows = Sums.of(events, "GiniIndex", ALONE), np.arange(n, dtype=np.int32)
    low, high = X.min(axis=0, keepdims=True), X.max(axis=0, keepdims=True)
    cuts, ruler = np.empty((1, 9, n_cuts), np.float32), np.empty((1, 3, 9), np.float32)
    counting.make_grid(low, high, cuts, ruler)
    table, start, stop = np.zeros((1, 9, n_cuts + 1, 2), np.int64), np.zeros(1, np.int64), np.array([n])
    counting.fill(X, rows, start, stop, np.ones(1, bool), sums.each, low, cuts, ruler, table)
    for column in range(9):
        reached = (X[:, column, np.newaxis] >= cuts[0, column]).sum(axis=1)
        expected = np.bincount(reached, events.target, n_cuts + 1) * sums.unit[1]
        np.testing.assert_array_equal(table[0, column, :, 1], expected.astype(np.int64))
        spread = np.float64(high[0, column]) - low[0, column]
        if 0 < spread < 3e38:
            np.testing.assert_array_less(cuts[0, column, :-1], np.nextafter(cuts[0, column, 1:], np.float32(np.inf)))

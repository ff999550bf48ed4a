"""The tree engine against plain numpy: cuts, leaves, sums, samples."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.methods.trees import grow as growing
from umva.methods.trees.bagging import draw_sample
from umva.methods.trees.forest import Forest, Tree, find_leaves
from umva.methods.trees.grow import CRITERIA, Rules, Sample, Structure, grow


def sample(n: int, *, seed: int, discrete: bool = False) -> Sample:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n).astype(float)
    X = rng.normal(size=(n, 3)) + 0.7 * y[:, np.newaxis] * np.array([1.0, 0.5, 0.0])
    if discrete:
        X = np.round(3 * X)
    copies = rng.poisson(0.9, n).astype(np.int32)
    return Sample(X.astype(np.float32), copies, copies * rng.uniform(0.2, 2.0, n), y)


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
    weight, signal = events.weight, events.weight * events.target
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
    for content in (events.copies, events.weight):
        sizes = np.bincount(leaves, content, len(tree.feature))[np.unique(leaves)]
        assert sizes.min() >= 0.03 * events.copies.sum() - 1e-9
    depth = np.zeros(len(tree.feature), int)
    for node in np.flatnonzero(tree.feature >= 0):
        depth[tree.child[node] : tree.child[node] + 2] = depth[node] + 1
    assert depth.max() == 4


def test_threads_and_pieces_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "_PIECE", 1000)
    events, rules = sample(20_000, seed=2), Rules("GiniIndex", 5, 0.005, 30)
    alone = grow(events, rules, np.random.default_rng(0))
    with ThreadPoolExecutor(3) as pool:
        together = grow(events, rules, np.random.default_rng(0), pool.map)
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    monkeypatch.setattr(growing, "_PIECE", 10**9)
    whole = grow(events, rules, np.random.default_rng(0))
    np.testing.assert_array_equal(whole.cut, alone.cut)


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
        np.array([1, -1, -1], np.int32), np.array([0.5, 0, 0], np.float32), np.array([1, -1, -1], np.int32), np.zeros(2)
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

"""Pruning against a plain second implementation, and the single tree of method DT."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.tree import DecisionTreeClassifier

from umva.errors import OptionError
from umva.methods import Events, load, parse_string, resolve
from umva.methods.trees.dt import DT
from umva.methods.trees.grow import Rules, Sample, Structure, grow
from umva.methods.trees.pruning import HeldOut, Pruning, node_sums, spread

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def toy(n: int = 2000, *, seed: int = 3) -> Events:
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % 2).astype(np.int8)
    X = rng.normal(size=(n, 3)).astype(np.float32)
    X[:, :2] += 0.7 * y[:, np.newaxis]
    return Events(X, y, rng.uniform(0.5, 2.0, n))


def grown(train: Events, criterion: str = "GiniIndex") -> tuple[Structure, NDArray[np.float64]]:
    ones = np.ones(train.n_events, np.int32)
    target = train.y.astype(float)
    rules = Rules(criterion, 6, 0.005, 20)
    tree = grow(Sample(train.X, ones, train.weight, target), rules, np.random.default_rng(0))
    return tree, node_sums(tree, tree.leaves, train.weight, target)


def below(tree: Structure, node: int) -> list[int]:
    """Return all nodes of a subtree."""
    if tree.feature[node] < 0:
        return [node]
    left = int(tree.child[node])
    return [node, *below(tree, left), *below(tree, left + 1)]


def ends(tree: Structure, node: int, gone: set[int]) -> list[int]:
    """Return the leaves of a subtree of the pruned tree."""
    if tree.feature[node] < 0 or node in gone:
        return [node]
    left = int(tree.child[node])
    return [*ends(tree, left, gone), *ends(tree, left + 1, gone)]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), criterion=st.sampled_from(["GiniIndex", "RegressionVariance", "CrossEntropy"]))
def test_each_step_is_the_weakest_link(seed: int, criterion: str) -> None:
    """As Breiman et al. have it: the node whose subtree lowers the risk least for each leaf more, the topmost of equals."""
    tree, sums = grown(toy(400, seed=seed), criterion)
    weight, purity = sums[:, 0], sums[:, 1] / sums[:, 0]
    index = purity * (1 - purity)
    if criterion == "CrossEntropy":
        with np.errstate(divide="ignore", invalid="ignore"):
            index = np.nan_to_num(-purity * np.log2(purity) - (1 - purity) * np.log2(1 - purity))
    risk = weight * index
    gone: set[int] = set()
    for step in Pruning("CostComplexity", 100.0, criterion).prune(tree, sums):
        alive = [node for node in below(tree, 0) if tree.feature[node] >= 0 and node not in gone]
        alive = [node for node in alive if not any(node in below(tree, top)[1:] for top in gone)]
        alpha = {}
        for node in alive:
            leaves = ends(tree, node, gone)
            alpha[node] = (risk[node] - risk[leaves].sum()) / (len(leaves) - 1)
        assert alpha[step] == pytest.approx(min(alpha.values()), rel=1e-7, abs=1e-9 * weight[0])
        gone.add(step)


def test_strength_is_a_share_of_the_steps() -> None:
    tree, sums = grown(toy())
    steps = [len(Pruning("CostComplexity", each, "GiniIndex").prune(tree, sums)) for each in (0, 30, 60, 100)]
    assert steps[0] == 0
    assert steps[1] == int(0.3 * steps[3])
    assert steps[2] == int(0.6 * steps[3])


def test_expected_error_is_an_upper_limit() -> None:
    tree, sums = grown(toy())
    counts = []
    for strength in (0.0, 1.0, 3.0, 10.0):
        pruned = Pruning("ExpectedError", strength, "GiniIndex").prune(tree, sums)
        gone = set(pruned)
        counts.append(len(ends(tree, 0, gone)))
        right = np.maximum(sums[:, 1], sums[:, 0] - sums[:, 1]) / sums[:, 0]
        limit = np.minimum(1.0, 1.0 - right + strength * np.sqrt(right * (1.0 - right) / sums[:, 0]))
        for node in range(len(tree.feature)):
            leaves = ends(tree, node, gone - {node})
            if tree.feature[node] >= 0 and node in below(tree, 0) and not any(node in below(tree, t)[1:] for t in gone):
                mean = np.average(limit[leaves], weights=sums[leaves, 0])
                assert (node in gone) == (mean >= limit[node] - 1e-12)
    assert counts == sorted(counts, reverse=True)


def test_held_out_events_choose_the_best_step() -> None:
    train, other = toy(), toy(seed=8)
    tree, sums = grown(train)
    held_out = HeldOut(other.X, other.weight, other.y[:, np.newaxis].astype(float))
    chosen = Pruning("CostComplexity", -1.0, "GiniIndex", held_out=held_out).prune(tree, sums)
    steps = Pruning("CostComplexity", 100.0, "GiniIndex").prune(tree, sums)
    purity = sums[:, 1] / sums[:, 0]

    def wrong(pruned: list[int]) -> float:
        answer = spread(tree, pruned, purity, purity)
        from umva.methods.trees.forest import find_leaves

        told = answer[find_leaves(tree, other.X)] > 0.5
        return float(other.weight[told != (other.y == 1)].sum())

    assert wrong(chosen) == pytest.approx(min(wrong(steps[:n]) for n in range(len(steps) + 1)))


def booked(options: str) -> DT:
    return DT(**resolve(DT, "DT", parse_string(options), refused=DT.refused))


def test_all_values_grow_scikits_tree() -> None:
    train = toy(300)
    ones = Events(train.X, train.y, np.ones(300))
    ours = booked("nCuts=-1:MaxDepth=4:MinNodeSize=2:!UseYesNoLeaf").fit(ones)
    theirs = DecisionTreeClassifier(max_depth=4, min_samples_leaf=6, min_impurity_decrease=1e-8).fit(train.X, train.y)
    np.testing.assert_allclose(ours.score(toy(500).X), theirs.predict_proba(toy(500).X)[:, 1], atol=1e-12)


@pytest.mark.parametrize(
    "options",
    [
        "",
        "!UseYesNoLeaf",
        "PruneMethod=ExpectedError:MaxDepth=8:MinNodeSize=0.5",
        "PruneMethod=CostComplexity:PruneStrength=50:MaxDepth=8",
        "PruneMethod=CostComplexity:PruneStrength=-1:MaxDepth=8:MinNodeSize=0.5",
        "UseRandomisedTrees:UseNvars=2:nEventsMin=20",
    ],
)
def test_single_tree_separates_and_survives_the_disk(options: str, tmp_path: Path) -> None:
    method, test = booked(options).fit(toy()), toy(seed=4)
    response = method.score(test.X)
    assert len(method.root_) == 1
    assert response[test.y == 1].mean() > response[test.y == 0].mean() + 0.1
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(test.X), response)


def test_pruned_tree_is_smaller() -> None:
    sizes = [len(booked(f"MaxDepth=8:MinNodeSize=0.5:{each}").fit(toy()).feature_) for each in (
        "!UseYesNoLeaf", "!UseYesNoLeaf:PruneMethod=ExpectedError", "!UseYesNoLeaf:PruneMethod=CostComplexity:PruneStrength=60"
    )]  # fmt: skip
    assert max(sizes[1:]) < sizes[0]


@pytest.mark.parametrize("n", [2, 50])
def test_the_only_event_of_a_class_is_not_held_out(n: int) -> None:
    train = toy(n)
    lonely = Events(train.X, (np.arange(n) == 1).astype(np.int8), train.weight)
    method = DT(prune_method="CostComplexity", prune_strength=-1.0, min_node_size=0.0).fit(lonely)
    assert np.isfinite(method.score(train.X)).all()


def test_expected_error_cannot_choose_its_strength() -> None:
    options: dict[str, Any] = {"prune_method": "ExpectedError", "prune_strength": -1.0}
    with pytest.raises(OptionError, match=r"DT: option prune_strength \(PruneStrength\) cannot be found"):
        DT(**options).fit(toy(100))

"""Cuts in combinations of variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import roc_auc_score

from umva.errors import RunError
from umva.methods import Events, load
from umva.methods.trees.bdt import BDT
from umva.methods.trees.fisher_cuts import combine, fisher_cut
from umva.methods.trees.grow import FisherRules, Rules, Sample

if TYPE_CHECKING:
    from pathlib import Path


def toy(n: int = 1000, *, seed: int = 1) -> Events:
    """Return two classes that lie beside one another, along the diagonal of two correlated variables."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % 2).astype(np.int8)
    along, across = rng.normal(0.0, 3.0, n), rng.normal(0.0, 0.3, n) + 0.5 * y
    X = np.c_[along + across, rng.normal(size=n), along - across].astype(np.float32)
    return Events(X, y, np.ones(n))


def test_direction_is_fishers() -> None:
    train = toy()
    ones = np.ones(1000, np.int32)
    sample = Sample(train.X, ones, train.weight, train.y.astype(float))
    rules = Rules("GiniIndex", 1, 0.05, 20, fisher=FisherRules())
    found = fisher_cut(sample, np.arange(1000, dtype=np.int32), rules, 50.0, np.ones(3, bool))
    assert found is not None
    coefficients, gain = found
    theirs = LinearDiscriminantAnalysis().fit(train.X[:, [0, 2]], train.y).coef_[0]
    np.testing.assert_allclose(coefficients[[0, 2]] / coefficients[0], theirs / theirs[0], rtol=1e-4)
    assert coefficients[1] == 0.0
    right = combine(train.X, coefficients) >= 0
    shares = [train.y[side].mean() for side in (right, ~right)]
    parts = [side.mean() * p * (1 - p) for side, p in zip((right, ~right), shares, strict=True)]
    assert gain == pytest.approx(0.25 - sum(parts), rel=1e-9)


def test_one_cut_tells_what_many_cannot() -> None:
    train, test = toy(), toy(5000, seed=2)
    aucs = [
        roc_auc_score(test.y, BDT(n_trees=20, max_depth=2, fisher_cuts=each).fit(train).score(test.X))
        for each in (False, True)
    ]
    assert aucs[1] > aucs[0] + 0.05


def test_exclusive_variables_are_not_cut_in_alone() -> None:
    method = BDT(n_trees=10, fisher_cuts=True, fisher_exclusive=True).fit(toy())
    assert not {0, 2} & set(method.feature_.tolist())
    assert {0, 2} & set(BDT(n_trees=10, fisher_cuts=False).fit(toy()).feature_.tolist())


def test_survives_the_disk_and_damage(tmp_path: Path) -> None:
    train = toy()
    method = BDT(n_trees=10, fisher_cuts=True).fit(train)
    assert len(method.combinations_) >= 10
    assert method.shap(train.X[:5], train.X) is None
    method.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(train.X), method.score(train.X))
    np.testing.assert_array_equal(load(tmp_path).score(train.X[7:9]), method.score(train.X)[7:9])
    method.combinations_ = method.combinations_[:1]
    method.save(tmp_path)
    with pytest.raises(RunError, match="nor in one of its 1 combinations"):
        load(tmp_path)


def test_integer_weights_are_repetitions() -> None:
    once = toy()
    times = np.random.default_rng(5).integers(1, 4, once.n_events)
    weighted = Events(once.X, once.y, times.astype(float))
    repeated = Events(once.X.repeat(times, axis=0), once.y.repeat(times), np.ones(times.sum()))
    one, other = (
        BDT(n_trees=10, fisher_cuts=True, min_node_size=0.0).fit(each).score(once.X) for each in (weighted, repeated)
    )
    np.testing.assert_allclose(one, other, rtol=1e-9)

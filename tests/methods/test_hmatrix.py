"""HMatrix: TMVA's responses, a second implementation, and singular inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.factory.booking import book
from umva.methods import BINARY, Context, Events
from umva.methods.linear.hmatrix import HMatrix

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = ("myvar1", "myvar2", "var3", "var4")


def toy(seed: int = 1, n_events: int = 500) -> Events:
    rng = np.random.default_rng(seed)
    y = (rng.random(n_events) < 0.4).astype(np.int8)
    X = rng.normal(size=(n_events, 3)) * np.where(y[:, None] == 1, 1.0, 2.0)
    X[:, 2] += 0.5 * X[:, 0]
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 2.0, n_events))


@pytest.mark.shared
def test_responses_are_those_of_tmva(shared: Path) -> None:
    import pandas as pd

    folder = shared / "tmva/reference/classification"
    train, table = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "inputs_and_responses.csv")
    y = (train["classID"] == 0).to_numpy().astype(np.int8)
    events = Events(train[list(INPUTS)].to_numpy(np.float32), y, train["weight"].to_numpy(np.float64))
    found = HMatrix().fit(events).score(table[list(INPUTS)].to_numpy(np.float32))
    np.testing.assert_allclose(found, table["HMatrix"], atol=1e-8)


@given(seed=st.integers(0, 50))
def test_second_implementation(seed: int) -> None:
    train = toy(seed)
    chi2 = []
    for k in (0, 1):
        X, weight = train.X[train.y == k].astype(np.float64), train.weight[train.y == k]
        away = train.X - np.average(X, axis=0, weights=weight)
        chi2.append(np.einsum("ni,ij,nj->n", away, np.linalg.inv(np.cov(X.T, aweights=weight, ddof=0)), away))
    found = HMatrix().fit(train).score(train.X)
    np.testing.assert_allclose(found, (chi2[0] - chi2[1]) / (chi2[0] + chi2[1]), atol=1e-9)


def test_what_has_no_spread_in_one_class_takes_no_part_in_either() -> None:
    train = toy()
    flag = np.where(train.y == 1, 1.0, train.X[:, 0])[:, None]
    more = Events(np.column_stack([train.X, flag, train.X[:, 1]]).astype(np.float32), train.y, train.weight)
    found = HMatrix().fit(more)
    np.testing.assert_allclose(found.score(more.X), HMatrix().fit(train).score(train.X), atol=1e-6)
    assert any("without spread" in note for note in found.notes_)
    assert any("Linear combinations" in note for note in found.notes_)


def test_at_both_means_it_does_not_know() -> None:
    X = np.array([[-1.0], [1.0], [-2.0], [2.0]], np.float32)
    found = HMatrix().fit(Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4)))
    assert found.score(np.zeros((1, 1), np.float32)).tolist() == [0.0]


def test_each_hypothesis_has_its_own_transformation() -> None:
    """After D of its own class each chi2 is a plain sum of squares, the same as without any transformation."""
    train = toy()
    plain, decorrelated = (
        book("HMatrix", transform=each).pipeline(("a", "b", "c"), BINARY, missing=False) for each in ("I", "D")
    )
    for each in (plain, decorrelated):
        each.fit(train, context=Context())
    np.testing.assert_allclose(decorrelated.score(train.X), plain.score(train.X), atol=1e-5)


def test_a_pipeline_scores_with_the_transformation_of_each_class() -> None:
    train = toy()
    pipeline = book("HMatrix", transform="U").pipeline(("a", "b", "c"), BINARY, missing=False)
    pipeline.fit(train, context=Context())
    views = [pipeline.chain.apply(train.X, class_index=k) for k in (0, 1)]
    method = pipeline.method
    assert isinstance(method, HMatrix)
    np.testing.assert_array_equal(pipeline.score(train.X), method.compare(*views))
    assert not np.allclose(views[0], views[1], atol=0.05)

"""Any method boosted: against TMVA's boosted Fisher, against scikit-learn's AdaBoost, and by what its formulas imply."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.ensemble import AdaBoostClassifier
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

from umva.errors import MethodError, OptionError, RunError
from umva.factory.booking import book
from umva.factory.composites.boost import Boost, best_cut
from umva.methods import Context, Events, load

if TYPE_CHECKING:
    from pathlib import Path

FISHER = "Boost_Num=20:Boost_Transform=log:Boost_Type=AdaBoost:Boost_AdaBoostBeta=0.2:!Boost_DetailedMonitoring"


def diagonal(n_events: int = 600, seed: int = 1) -> Events:
    """Return signal in two opposite corners' neighbourhood: no single cut or line tells it well."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_events, 2))
    y = (np.abs(X[:, 0] + 0.5 * X[:, 1]) < 0.7).astype(np.int8)
    return Events(X.astype(np.float32), y, rng.uniform(0.5, 1.5, n_events))


def boosted(train: Events, options: str, of: str = "Fisher", seed: int = 1) -> Boost:
    booking = book(of, options=options)
    pipeline = booking.pipeline(("a", "b", "c", "d")[: train.X.shape[1]], train.problem)
    pipeline.fit(train, context=Context(seed=seed))
    assert isinstance(pipeline.method, Boost)
    return pipeline.method


@pytest.mark.shared
def test_boosted_fisher_is_that_of_tmva(shared: Path) -> None:
    """The first three trainings count what they count in TMVA, which cuts at the edges of 200 bins."""
    folder = shared / "tmva" / "reference" / "classification"
    frames = [pd.read_csv(folder / f"{part}.csv") for part in ("train", "test")]
    columns = ["myvar1", "myvar2", "var3", "var4"]
    train, test = (
        Events(each[columns].to_numpy(np.float32), (1 - each["classID"]).to_numpy(np.int8), each["weight"].to_numpy())
        for each in frames
    )
    found = boosted(train, FISHER)
    xml = (folder / "weights" / "TMVAClassification_BoostedFisher.weights.xml").read_text(encoding="utf-8")
    theirs = [float(each) for each in re.findall(r'<Method Index="\d+" Weight="([^"]+)"', xml)]
    assert found.weight_[:3] == pytest.approx(theirs[:3], rel=1e-3)
    assert roc_auc_score(test.y, found.score(test.X), sample_weight=test.weight) > 0.918 - 0.003


def test_stumps_boosted_are_adaboost_of_scikit_learn() -> None:
    """With a member that is a single cut, the step response and beta 1, it is half the decision function there."""
    train = diagonal()
    stump = book(DecisionTreeClassifier(max_depth=1), name="stump")
    boost = Boost.around(stump, {"n_boosts": 15})
    boost.bind(("a", "b"), train.problem)
    boost.fit(train)
    other = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=15)
    other.fit(train.X, train.y, sample_weight=train.weight)
    np.testing.assert_allclose(2.0 * boost.score(train.X), other.decision_function(train.X), atol=1e-10)


@given(st.data())
def test_best_cut_is_the_best_of_all(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 12))
    numbers = st.lists(st.integers(0, 5), min_size=n, max_size=n)
    answer, weight = (np.array(data.draw(numbers), float) for _ in range(2))
    y = np.array(data.draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    weight += 1.0
    error, cut, side = best_cut(answer, y, weight)

    def wrong(at: float, way: float) -> float:
        signal = (answer > at) == (way > 0)
        return float(weight[signal != (y == 1)].sum() / weight.sum())

    assert error == pytest.approx(wrong(cut, side), abs=1e-12)
    assert error <= min(wrong(at, way) for at in np.arange(0, 6) + 0.5 for way in (1.0, -1.0)) + 1e-12


@pytest.mark.parametrize("response", ["step", "linear", "log", "gauss"])
@pytest.mark.parametrize("kind", ["AdaBoost", "RealAdaBoost", "Bagging"])
def test_every_kind_and_response(kind: str, response: str, tmp_path: Path) -> None:
    """Boosting lines helps where one line does not do; files give the same bits."""
    train = diagonal()
    found = boosted(train, f"Boost_Num=30:Boost_Type={kind}:Boost_Transform={response}:Boost_RandomSeed=3", of="SVM")
    score = found.score(train.X)
    found.save(tmp_path)
    again = load(tmp_path)
    np.testing.assert_array_equal(again.score(train.X), score)
    assert roc_auc_score(train.y, score, sample_weight=train.weight) > 0.9
    if response == "step":
        assert np.abs(score).max() <= 1.0 + 1e-12


def test_a_boost_without_its_numbers_is_refused(tmp_path: Path) -> None:
    boosted(diagonal(), "Boost_Num=3").save(tmp_path)
    np.savez(tmp_path / "state.npz", weight_=np.ones(2), cut_=np.ones(2), side_=np.ones(2))
    with pytest.raises(RunError, match="3 trainings"):
        load(tmp_path)


def test_what_is_already_right_is_not_boosted() -> None:
    X = np.arange(8, dtype=np.float32)[:, None]
    train = Events(X, (X[:, 0] > 3.5).astype(np.int8), np.ones(8))
    assert len(boosted(train, "Boost_Num=9").members_) == 1


def test_option_strings() -> None:
    assert not isinstance(book("Fisher", options="Boost_Num=0").method, Boost)
    found = book("kFisher", options="Fisher:VarTransform=G:Boost_Num=3", name="BoostedFisher")
    assert (found.name, found.transform, found.method.options()["n_boosts"]) == ("BoostedFisher", "I", 3)
    assert isinstance(found.method, Boost)
    assert found.method.recipes_[0].transform == "G"
    with pytest.raises(OptionError, match="Boost_Num"):
        book("Fisher", options="Boost_Type=AdaBoost")
    with pytest.raises(OptionError, match=r"Boost_Tipe.*Boost_Type"):
        book("Fisher", options="Boost_Num=2:Boost_Tipe=Bagging")


def test_the_policy_of_negative_weights_is_that_of_the_boosted_method() -> None:
    for asked, kept in ((None, "ignore"), ("absolute", "absolute"), ("pair", "pair")):
        assert book("Fisher", options="Boost_Num=3", negative_weights=asked).negative_weights == kept
    assert book("Fisher", options="Boost_Num=3:IgnoreNegWeightsInTraining").negative_weights == "ignore"
    with pytest.raises(OptionError, match="Boosted Fisher cannot train with negative weights"):
        book("Fisher", options="Boost_Num=3", negative_weights="keep")


def test_a_coin_cannot_be_boosted() -> None:
    X = (np.arange(8) % 4 == 0).astype(np.float32)[:, None]
    train = Events(np.repeat(X, 2, axis=0), np.tile([0, 1], 8).astype(np.int8), np.ones(16))
    with pytest.raises(MethodError, match="nothing to boost"):
        boosted(train, "Boost_Num=2", of="KNN")

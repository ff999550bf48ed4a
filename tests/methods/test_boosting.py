"""BDT and BDTG: what must hold of any forest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from umva.errors import MethodError, OptionError
from umva.methods import Context, Events, Method, get, load, parse_string, resolve
from umva.methods.trees.bdt import BDT, BDTG

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def toy(n: int = 600, *, n_variables: int = 4, seed: int = 3) -> Events:
    """Return two classes that differ in the first two variables, with weights of 1."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % 2).astype(np.int8)
    X = rng.normal(size=(n, n_variables)).astype(np.float32)
    X[:, :2] += 0.8 * y[:, np.newaxis]
    return Events(X, y, np.ones(n))


def auc(method: Method, test: Events) -> float:
    return float(roc_auc_score(test.y, method.score(test.X), sample_weight=test.weight))


def losses(method: Method, part: str) -> NDArray[np.float64]:
    """Return the loss after each tree."""
    assert method.curves_ is not None
    return method.curves_.values[part]


def booked(name: str, options: str) -> Method:
    """Return a method as TMVA's option string books it."""
    cls = get(name)
    return cls(**resolve(cls, name, parse_string(options), refused=cls.refused))


@pytest.mark.parametrize(
    "options",
    [
        "BoostType=AdaBoost",
        "BoostType=RealAdaBoost",
        "BoostType=Bagging",
        "BoostType=Grad:Shrinkage=0.2",
        "UseBaggedBoost:BaggedSampleFraction=0.5",
        "UseRandomisedTrees:UseNvars=2",
        "UseRandomisedTrees:!UsePoissonNvars",
        "!UseYesNoLeaf:NodePurityLimit=0.4",
        "SeparationType=CrossEntropy",
        "SeparationType=MisClassificationError:nCuts=50",
        "SeparationType=SDivSqrtSPlusB:MinNodeSize=10",
        "SeparationType=GiniIndexWithLaplace:nEventsMin=20",
        "SigToBkgFraction=2:NNodesMax=5",
        "MaxDepth=1",
        "nCuts=-1",
        "grid=sample:nCuts=100",
        "BoostType=Grad:Shrinkage=0.2:grid=sample",
        "BoostType=AdaCost:Cts_sb=2",
        "UseFisherCuts:MinLinCorrForFisher=0.0",
        "UseFisherCuts:MinLinCorrForFisher=0.0:UseExclusiveVars:nCuts=-1",
        "UseBaggedBoost:UseNTrainEvents=300",
        "PruneMethod=ExpectedError:PruneStrength=1",
        "PruneMethod=CostComplexity:PruneStrength=30",
        "PruneMethod=CostComplexity:PruneStrength=-1:PruningValFraction=0.3",
        "DoPreselection:DoBoostMonitor:SkipNormalization",
    ],
)
def test_every_way_separates_and_keeps_its_range(options: str) -> None:
    method = booked("BDT", f"NTrees=60:{options}").fit(toy())
    assert auc(method, toy(seed=4)) > 0.72
    response = method.score(toy(seed=4).X)
    low = 0.0 if any(each in options for each in ("YesNo", "Real", "AdaCost")) else -1.0
    assert low <= response.min() < response.max() <= 1.0


@pytest.mark.parametrize("boost", ["AdaBoost", "RealAdaBoost"])
def test_integer_weights_equal_repetition(boost: str) -> None:
    once = toy(3000)
    times = np.random.default_rng(5).integers(1, 4, once.n_events)
    weighted = Events(once.X, once.y, times.astype(float))
    repeated = Events(once.X.repeat(times, axis=0), once.y.repeat(times), np.ones(times.sum()))
    one, other = (
        BDT(n_trees=20, max_depth=2, boost=boost, min_node_size=0.0).fit(each) for each in (weighted, repeated)
    )
    np.testing.assert_array_equal(one.feature_, other.feature_)
    np.testing.assert_array_equal(one.cut_, other.cut_)
    np.testing.assert_allclose(one.score(once.X), other.score(once.X), rtol=1e-9)


def test_boost_type_grad_is_bdtg() -> None:
    options = "NTrees=30:Shrinkage=0.1:UseBaggedBoost:BaggedSampleFraction=0.5:MinNodeSize=2%"
    one, other = booked("BDT", f"BoostType=Grad:{options}"), booked("BDTG", options)
    np.testing.assert_array_equal(one.fit(toy()).score(toy().X), other.fit(toy()).score(toy().X))


@pytest.mark.parametrize("cls", [BDT, BDTG])
def test_seed_and_threads(cls: type[Method]) -> None:
    def response(seed: int, n_threads: int) -> NDArray[np.float64]:
        method = cls(n_trees=20, bagging=True)  # type: ignore[call-arg]
        return method.fit(toy(), context=Context(seed=seed, n_threads=n_threads)).score(toy().X)

    first = response(7, 1)
    np.testing.assert_array_equal(first, response(7, 1))
    np.testing.assert_array_equal(first, response(7, 2))
    assert not np.array_equal(first, response(8, 1))


@pytest.mark.parametrize("cls", [BDT, BDTG])
def test_survives_the_disk(cls: type[Method], tmp_path: Path) -> None:
    method = cls(n_trees=15).fit(toy())  # type: ignore[call-arg]
    method.save(tmp_path)
    again = load(tmp_path)
    np.testing.assert_array_equal(again.score(toy().X), method.score(toy().X))
    assert again.options() == method.options()


@pytest.mark.parametrize("cls", [BDT, BDTG])
def test_constant_variable_is_harmless(cls: type[BDT | BDTG]) -> None:
    train = toy()
    wider = Events(np.c_[train.X, np.full(train.n_events, 4.2, np.float32)], train.y, train.weight)
    one, other = cls(n_trees=15).fit(train), cls(n_trees=15).fit(wider)
    np.testing.assert_array_equal(one.score(train.X), other.score(wider.X))
    assert other.importance_[-1] == 0.0
    assert other.importance_.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("cls", [BDT, BDTG])
@pytest.mark.parametrize("n", [2, 3, 5])
def test_tiny_samples(cls: type[Method], n: int) -> None:
    response = cls(n_trees=5).fit(toy(n)).score(toy().X)  # type: ignore[call-arg]
    assert np.isfinite(response).all()


@pytest.mark.parametrize("method", [BDT(n_trees=3), BDTG(n_trees=3, bagging=False)])
def test_nothing_to_learn(method: Method) -> None:
    train = Events(np.zeros((10, 2), np.float32), (np.arange(10) % 2).astype(np.int8), np.ones(10))
    assert method.fit(train).score(train.X).tolist() == [0.0] * 10


def with_negative() -> Events:
    """Return the toy with a tenth of the events at negative weight."""
    train = toy(2000)
    return Events(train.X, train.y, np.where(np.random.default_rng(6).random(2000) < 0.1, -1.0, 1.0))


@pytest.mark.parametrize(
    "treatment", ["InverseBoostNegWeights", "IgnoreNegWeightsInTraining", "PairNegWeightsGlobal", "Pray"]
)
def test_negative_weights(treatment: str) -> None:
    method = booked("BDT", f"NTrees=100:NegWeightTreatment={treatment}").fit(with_negative())
    assert auc(method, toy(seed=4)) > 0.72
    assert np.isfinite(method.score(toy().X)).all()


@pytest.mark.parametrize("method", [BDT(n_trees=9, negative_weights="IgnoreNegWeightsInTraining"), BDTG(n_trees=9)])
def test_ignored_events_leave_no_trace(method: Method) -> None:
    train = with_negative()
    kept = train.weight > 0
    response = method.fit(train).score(train.X)
    assert method.notes_ == (f"{np.sum(~kept)} events of negative weight were left out of the training",)
    np.testing.assert_array_equal(
        response, method.fit(Events(train.X[kept], train.y[kept], train.weight[kept])).score(train.X)
    )


def test_promised_absence_of_negative_weights_is_checked() -> None:
    method = booked("BDT", "NTrees=3:NegWeightTreatment=NoNegWeightsInTraining")
    with pytest.raises(MethodError, match=r"BDT: \d+ events have a negative weight, which NegWeightTreatment=NoNeg"):
        method.fit(with_negative())
    method.fit(toy())


def test_pairing_keeps_the_sums() -> None:
    train = with_negative()
    method = booked("BDT", "NTrees=3:NegWeightTreatment=PairNegWeightsGlobal").fit(train)
    n_negative = int(np.sum(train.weight < 0))
    assert method.notes_ == (f"{n_negative} events of negative weight were cancelled against their neighbours",)


def test_weightless_class_is_an_error() -> None:
    train = toy(10)
    with pytest.raises(MethodError, match="BDTG: weights must sum to more than 0, got 5 for signal, 0 for background"):
        BDTG().fit(Events(train.X, train.y, train.y.astype(float)))


@pytest.mark.parametrize("method", [BDT(n_trees=25), BDT(n_trees=25, boost="RealAdaBoost"), BDTG(n_trees=25)])
def test_shapley_values_add_up(method: BDT | BDTG) -> None:
    train = toy()
    weighted = Events(train.X, train.y, np.random.default_rng(8).uniform(0.5, 2.0, train.n_events))
    response = method.fit(weighted).score(train.X)
    margin = np.arctanh(response) if isinstance(method, BDTG) else response
    sums = np.array([weighted.weight[train.y == each].sum() for each in (0, 1)])
    expected = np.average(margin, weights=weighted.weight / sums[train.y])
    values = method.shap(train.X[:50], train.X)
    assert values is not None
    np.testing.assert_allclose(values.sum(axis=1) + expected, margin[:50], atol=1e-6)


def test_curves_end_at_the_forests_loss() -> None:
    train, validation = toy(), toy(400, seed=9)
    method = BDT(n_trees=12).fit(train, validation)
    for part, one in (("train", train), ("validation", validation)):
        assert len(losses(method, part)) == 12
        assert losses(method, part)[-1] == pytest.approx(np.mean((method.score(one.X) > 0) != (one.y == 1)))
    gradient = BDTG(n_trees=12).fit(train, validation)
    probability = 0.5 * (1.0 + gradient.score(validation.X) * (2.0 * validation.y - 1.0))
    assert losses(gradient, "validation")[-1] == pytest.approx(-np.log(probability).mean())


def test_monitor_draws_the_area() -> None:
    train, validation = toy(), toy(400, seed=9)
    method = BDT(n_trees=12, monitor=True, boost="RealAdaBoost").fit(train, validation)
    assert method.curves_ is not None
    assert method.curves_.quantity == "area under the ROC curve"
    assert losses(method, "validation")[-1] == pytest.approx(auc(method, validation))


def test_preselected_events_never_meet_a_tree() -> None:
    train = toy(2000)
    X = train.X.copy()
    X[(train.y == 1) & (np.arange(2000) % 5 == 0), 2] = 9.0
    method = BDT(n_trees=5, preselect=True).fit(Events(X, train.y, train.weight))
    sure = X[:, 2] > method.preselection_[3, 2]
    assert sure.sum() == 200
    assert (method.score(X)[sure] == 1.0).all()
    assert method.shap(X[:5], X) is None
    plain = BDT(n_trees=5).fit(Events(X[~sure], train.y[~sure], train.weight[~sure]))
    np.testing.assert_array_equal(method.score(X)[~sure], plain.score(X[~sure]))


def test_preselection_that_leaves_one_class_only_is_undone() -> None:
    train = toy(200)
    X = train.X.copy()
    X[train.y == 1, 2] = 9.0
    method = BDT(n_trees=5, preselect=True).fit(Events(X, train.y, train.weight))
    assert not np.isfinite(method.preselection_).any()
    assert "no preselection" in method.notes_[0]
    assert ((method.score(X) > 0) == (train.y == 1)).all()


def test_early_stopping_keeps_the_best() -> None:
    method = BDTG(n_trees=400, learning_rate=1.0, early_stopping=10).fit(toy(), toy(seed=9))
    assert method.curves_ is not None
    watched = losses(method, "validation")
    assert len(watched) < 400
    assert len(method.root_) == method.curves_.best == np.argmin(watched) + 1 == len(watched) - 10


def test_progress_reaches_the_end() -> None:
    seen: list[float] = []
    BDT(n_trees=4).fit(toy(), context=Context(progress=seen.append))
    assert seen == [0.25, 0.5, 0.75, 1.0]


@pytest.mark.parametrize("size", ["5%", "5", 5.0])
def test_node_size_as_tmva_writes_it(size: Any) -> None:
    assert resolve(BDT, "BDT", {"MinNodeSize": size}) == {"min_node_size": 5.0}


def test_old_names_are_understood() -> None:
    given = parse_string("UseBaggedGrad:GradBaggingFraction=0.5:nEventsMin=100:NNodesMax=5")
    expected = {"bagging": True, "bagged_fraction": 0.5, "min_node_events": 100, "max_nodes": 5}
    assert resolve(BDT, "BDT", given, refused=BDT.refused) == expected


def test_options_of_other_trees_pass_at_tmvas_default() -> None:
    harmless = parse_string("PruneMethod=nopruning:PruneStrength=0.0:!UseFisherCuts:MinLinCorrForFisher=0.80")
    assert resolve(BDTG, "BDTG", harmless, refused=BDTG.refused) == {}
    with pytest.raises(
        OptionError, match="BDTG does not honour TMVA's option 'PruneMethod': gradient boosting takes no"
    ):
        booked("BDTG", "PruneMethod=CostComplexity")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            "BoostType=Grad:UseFisherCuts",
            r"fisher_cuts \(UseFisherCuts\) is for trees whose leaves are one of two classes",
        ),
        ("BoostType=Grad:PruneMethod=ExpectedError", r"\(PruneMethod\) must be 'NoPruning' with gradient boosting"),
        ("PruneMethod=ExpectedError:PruneStrength=-1", r"\(PruneStrength\) cannot be found for 'ExpectedError'"),
        ("grid=sample:nCuts=300", "must be 1 to 255 with grid='sample', got 300"),
        ("grid=sample:UseFisherCuts", "needs grid='node'"),
        ("nCuts=0", "at least 1, or -1 for all values, got 0"),
        ("SkipNormalization:SigToBkgFraction=2", "or signal_to_background .*, not both"),
    ],
)
def test_options_that_exclude_each_other(options: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        booked("BDT", options).bind((), toy().problem)

"""TMVA's networks as methods: MLP, CFMlpANN and TMlpANN against scikit-learn, least squares and TMVA's own answers."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score

from umva.errors import MethodError, OptionError, RunError
from umva.methods import Context, Events, Problem, get, load, parse_string, resolve
from umva.methods.networks.perceptron.mlp import MLP
from umva.methods.networks.perceptron.tmlp import LEARNING_METHODS
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path

    from umva.methods import Method

FLAT: dict[str, Any] = {"hidden_layers": "", "epochs": 200}
NEWTON: dict[str, Any] = {**FLAT, "training_method": "BFGS"}


def book(name: str, options: str) -> Method:
    cls = get(name)
    return cls(**resolve(cls, name, parse_string(options), refused=cls.refused))


def test_without_hidden_layers_it_is_logistic_regression() -> None:
    train = toys(400)
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(train.X, train.y, train.weight)
    wanted = other.predict_proba(train.X)[:, 1]
    np.testing.assert_allclose(MLP(**NEWTON).fit(train).score(train.X), wanted, atol=1e-5)


def test_without_hidden_layers_several_classes_are_those_of_the_softmax() -> None:
    train = toys(400, task="multiclass")
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(train.X, train.y, train.weight)
    np.testing.assert_allclose(MLP(**NEWTON).fit(train).score(train.X), other.predict_proba(train.X), atol=5e-4)


def test_without_hidden_layers_targets_are_those_of_least_squares() -> None:
    train = toys(400, task="regression")
    wanted = LinearRegression().fit(train.X, train.y, train.weight).predict(train.X)
    off = np.abs(MLP(**NEWTON).fit(train).score(train.X) - wanted).max(axis=0)
    assert (off < 1e-4 * np.ptp(wanted, axis=0)).all()


@pytest.mark.parametrize("learning_method", LEARNING_METHODS[2:])
def test_without_hidden_layers_it_is_least_squares(learning_method: str) -> None:
    train = toys(300)
    method = get("TMlpANN")(validation_fraction=0.0, learning_method=learning_method, **FLAT).fit(train)  # type: ignore[call-arg]
    wanted = LinearRegression().fit(train.X, train.y, train.weight).predict(train.X)
    np.testing.assert_allclose(method.score(train.X), wanted, atol=1e-4)


@pytest.mark.parametrize("learning_method", LEARNING_METHODS)
def test_every_learning_method_learns(learning_method: str) -> None:
    train, test = toys(300), toys(300, seed=2)
    method = get("TMlpANN")(learning_method=learning_method, epochs=100, hidden_layers="5").fit(train)  # type: ignore[call-arg]
    assert roc_auc_score(test.y, method.score(test.X)) > 0.85


@pytest.mark.parametrize(
    "options",
    [
        "TrainingMethod=BP:BPMode=batch:BatchSize=10:LearningRate=0.3",
        "NeuronType=tanh:EstimatorType=MSE",
        "NeuronType=ReLU:NeuronInputType=abssum",
        "NeuronType=radial:NeuronInputType=sqsum",
        "NeuronType=linear:TrainingMethod=BFGS:Tau=2:ResetStep=5",
        "TrainingMethod=BFGS:UseRegulator:UpdateLimit=5",
        "UseRegulator",
        "Sampling=0.5:SamplingEpoch=0.7:SamplingImportance=0.8:SamplingTesting:!SamplingTraining",
        "Sampling=0.5:TrainingMethod=BFGS:UseRegulator",
        "ConvergenceImprove=1e-3:ConvergenceTests=4:TestRate=1",
        "WeightRange=0.8:EpochMonitoring:RandomSeed=3",
    ],
)
def test_every_option_of_tmva_trains(options: str) -> None:
    least = 0.7 if "NeuronInputType" in options else 0.85  # neurons that see no sign tell less
    train, test = toys(300), toys(300, seed=2)
    method = book("MLP", f"NCycles=60:HiddenLayers=N+2:{options}").fit(train, toys(100, seed=5))
    assert roc_auc_score(test.y, method.score(test.X)) > least


@pytest.mark.parametrize(
    ("shared_options", "option"),
    [
        ("", "NeuronType=tanh"),
        ("", "NeuronInputType=abssum"),
        ("", "EstimatorType=MSE"),
        ("", "LearningRate=0.05"),
        ("", "DecayRate=0.05"),
        ("", "BPMode=batch"),
        ("BPMode=batch:", "BatchSize=7"),
        ("TrainingMethod=BFGS:", "Tau=1.3"),
        ("TrainingMethod=BFGS:", "ResetStep=3"),
        ("", "RandomSeed=2"),
        ("TestRate=1:", "ConvergenceTests=1:ConvergenceImprove=0.5"),
        ("TestRate=1:", "WeightRange=0.5"),
        ("", "Sampling=0.5"),
        ("Sampling=0.5:", "SamplingEpoch=0.5"),
        ("Sampling=0.5:", "SamplingImportance=0.5"),
        ("Sampling=0.5:", "!SamplingTraining"),
        ("Sampling=0.5:TestRate=1:", "SamplingTesting"),
        ("", "UseRegulator"),
        ("UseRegulator:", "UpdateLimit=1"),
    ],
)
def test_every_option_changes_the_training(shared_options: str, option: str) -> None:
    train, watched = toys(300), toys(100, seed=5)
    plain, other = (
        book("MLP", f"NCycles=40:HiddenLayers=N+2:{shared_options}{each}").fit(train, watched) for each in ("", option)
    )
    assert np.abs(plain.score(train.X) - other.score(train.X)).max() > 1e-3


def test_a_sample_of_watched_events_has_weight() -> None:
    watched = toys(300, seed=2)
    sparse = replace(watched, weight=np.where(np.arange(300) % 20 == 0, 1.0, 0.0))
    curves = book("MLP", "NCycles=20:Sampling=0.02:SamplingTesting:TestRate=1").fit(toys(300), sparse).curves_
    assert curves is not None
    assert np.isfinite(curves.values["validation"]).all()


def test_inputs_many_spreads_away_are_answered() -> None:
    train = toys(200)
    method = get("TMlpANN")(epochs=5).fit(replace(train, X=train.X * np.float32(1e-12)))  # type: ignore[call-arg]
    assert np.isfinite(method.score(np.full((2, 4), 1e30, np.float32))).all()


def test_the_genetic_algorithm_trains() -> None:
    train, test = toys(60), toys(300, seed=2)
    method = book("MLP", "HiddenLayers=1:TrainingMethod=GA").fit(train)
    assert roc_auc_score(test.y, method.score(test.X)) > 0.85


def test_errors_of_responses_are_refused_by_name() -> None:
    assert book("MLP", "!CalculateErrors") is not None
    with pytest.raises(OptionError, match="CalculateErrors"):
        book("MLP", "CalculateErrors")


def test_options_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(MethodError, match="EstimatorType"):
        MLP(estimator="CE").bind(("x",), Problem(classes=(), targets=("t",)))
    with pytest.raises(MethodError, match="GA"):
        MLP(training_method="GA", use_regulator=True).bind(("x",), Problem())
    with pytest.raises(MethodError, match="4000 weights"):
        book("MLP", "UseRegulator:HiddenLayers=1000").fit(toys(40))
    with pytest.raises(MethodError, match=r"a layer of 999999 neurons .* is too wide for it; take DNN"):
        book("MLP", "HiddenLayers=999999").fit(toys(40))


def test_a_loss_that_grows_without_end_is_refused() -> None:
    train = toys(100, task="regression")
    with pytest.raises(MethodError, match="does not stay finite"):
        MLP(neuron="linear", learning_rate=50.0, epochs=20).fit(train)


def test_seeds() -> None:
    train = toys(200)

    def score(random_seed: int, seed: int, n_threads: int = 1) -> Any:
        method = MLP(epochs=5, random_seed=random_seed).fit(train, context=Context(seed=seed, n_threads=n_threads))
        return method.score(train.X)

    first = score(1, 1)
    assert np.array_equal(first, score(1, 1, n_threads=2))
    assert not np.array_equal(first, score(2, 1))
    assert not np.array_equal(first, score(1, 2))


@pytest.mark.parametrize("name", ["MLP", "CFMlpANN", "TMlpANN"])
def test_the_sum_of_weights_does_not_matter_and_weight_zero_is_nothing(name: str) -> None:
    train = toys(200)
    found = get(name)(epochs=5).fit(train).score(train.X)  # type: ignore[call-arg]
    small = get(name)(epochs=5).fit(replace(train, weight=train.weight * 2.0**-30)).score(train.X)  # type: ignore[call-arg]
    assert np.array_equal(found, small)


@pytest.mark.parametrize("name", ["MLP", "TMlpANN"])
def test_validation_is_watched(name: str) -> None:
    method = get(name)(epochs=30, **({"test_rate": 1} if name == "MLP" else {}))  # type: ignore[call-arg]
    curves = method.fit(toys(200), toys(200, seed=2)).curves_
    assert curves is not None
    assert curves.best == np.argmin(curves.values["validation"]) + 1


def test_the_old_network_clips_its_inputs_and_answers_between_0_and_1() -> None:
    train = toys(200, n_variables=1)
    method = get("CFMlpANN")(epochs=50).fit(train)  # type: ignore[call-arg]
    ends = np.array([[train.X.min()], [train.X.max()]])
    beyond = method.score(np.array([[-1e9], [1e9]], np.float32))
    assert np.array_equal(beyond, method.score(ends))
    assert 0 <= beyond[0] < 0.2
    assert 0.8 < beyond[1] <= 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("MLP", "weights_"),
        ("MLP", "sizes_"),
        ("CFMlpANN", "low_"),
        ("TMlpANN", "spread_"),
    ],
)
def test_damaged_weights_are_found(name: str, key: str, tmp_path: Path) -> None:
    get(name)(epochs=2).fit(toys(50)).save(tmp_path)  # type: ignore[call-arg]
    with np.load(tmp_path / "state.npz") as stored:
        arrays = dict(stored)
    np.savez(tmp_path / "state.npz", **{**arrays, key: arrays[key][:-1]})
    with pytest.raises(RunError, match="do not fit its layers"):
        load(tmp_path)


def events(folder: Path, part: str, problem: Problem, names: list[str]) -> Events:
    """Return TMVA's own events, inputs as -1 to 1 in the training part, where tests of TMVA had them so."""
    with (folder / f"{part}.csv").open() as file:
        rows = list(csv.DictReader(file))
    X = np.array([[float(row[key]) for key in names] for row in rows])
    label = np.array([int(row["classID"]) for row in rows])
    weight = np.array([float(row["weight"]) for row in rows])
    if problem.task == "regression":
        return Events(X.astype(np.float32), np.array([[float(row["fvalue"])] for row in rows]), weight, problem)
    y = (label if problem.task == "multiclass" else 1 - label).astype(np.int8)
    sums = np.bincount(y, weight)
    weight = weight / sums[y] if part == "train" else weight
    return Events(X.astype(np.float32), y, weight, problem)


def normalised(train: Events, other: Events) -> Events:
    low, high = train.X.min(axis=0), train.X.max(axis=0)
    return replace(other, X=2 * (other.X - low) / (high - low) - 1)


FOUR = ["myvar1", "myvar2", "var3", "var4"]
TANH = "NeuronType=tanh:NCycles=600:HiddenLayers=N+5:TestRate=5"
CLASSIFICATION = {
    "MLP": ("MLP", TANH, 0.914),
    "MLPBFGS": ("MLP", f"{TANH}:TrainingMethod=BFGS", 0.906),
    "MLPBNN": ("MLP", f"{TANH}:TrainingMethod=BFGS:UseRegulator", 0.915),
    "CFMlpANN": ("CFMlpANN", "NCycles=2000:HiddenLayers=N+1,N", 0.753),
    "TMlpANN": ("TMlpANN", "NCycles=200:HiddenLayers=N+1,N:LearningMethod=BFGS:ValidationFraction=0.3", 0.905),
}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("title", CLASSIFICATION)
def test_no_worse_than_tmva(shared: Path, title: str) -> None:
    folder = shared / "tmva" / "reference" / "classification"
    train, test = (events(folder, part, Problem(), FOUR) for part in ("train", "test"))
    name, options, least = CLASSIFICATION[title]
    method = book(name, options).fit(normalised(train, train), context=Context(seed=2))
    score = method.score(normalised(train, test).X)
    assert roc_auc_score(test.y, score, sample_weight=test.weight) > least - 0.003


@pytest.mark.slow
@pytest.mark.shared
def test_no_worse_than_tmva_with_four_classes(shared: Path) -> None:
    folder, problem = shared / "tmva" / "reference" / "multiclass", Problem(classes=("Signal", "bg0", "bg1", "bg2"))
    train, test = (events(folder, part, problem, ["var1", "var2", "var3", "var4"]) for part in ("train", "test"))
    options = "NeuronType=tanh:NCycles=1000:HiddenLayers=N+5,5:TestRate=5:EstimatorType=MSE"
    score = book("MLP", options).fit(train, context=Context(seed=2)).score(test.X)
    assert np.mean([roc_auc_score(test.y == k, score[:, k]) for k in range(4)]) > 0.955 - 0.003


@pytest.mark.slow
@pytest.mark.shared
def test_no_worse_than_tmva_in_regression(shared: Path) -> None:
    folder, problem = shared / "tmva" / "reference" / "regression", Problem(classes=(), targets=("fvalue",))
    train, test = (events(folder, part, problem, ["var1", "var2"]) for part in ("train", "test"))
    options = "NeuronType=tanh:NCycles=20000:HiddenLayers=N+20:TestRate=6:TrainingMethod=BFGS:Sampling=0.3"
    method = book("MLP", f"{options}:SamplingEpoch=0.8:ConvergenceImprove=1e-6:ConvergenceTests=15")
    off = method.fit(normalised(train, train), context=Context(seed=2)).score(normalised(train, test).X) - test.y
    assert np.sqrt(np.mean(off**2)) < 1.01 * 0.310

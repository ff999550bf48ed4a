"""TMVA's deep learning: what Layout, InputLayout and TrainingStrategy say, the networks that they spell, and how these learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import strategies as st
from sklearn.metrics import log_loss, r2_score, roc_auc_score

from umva.errors import MethodError
from umva.methods import Context, Events, Problem, load
from umva.methods.networks import keras_models
from umva.methods.networks.deep.building import build, shaped
from umva.methods.networks.deep.dl import DL
from umva.methods.networks.deep.layout import parse_input_layout, parse_layout
from umva.methods.networks.layers import Layers
from umva.methods.networks.validation_size import ValidationSize
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path


FAST = "LearningRate=0.02,BatchSize=64,MaxEpochs={}"


def dl(layout: str = "TANH|8,LINEAR", epochs: int = 2, **options: Any) -> DL:
    options.setdefault("training_strategy", FAST.format(epochs))
    return DL(layout=Layers(layout), **options)


SIZE = st.integers(1, 4)


# --- the network ---


def shapes(layout: str, input_layout: str, n_variables: int) -> list[tuple[int, ...]]:
    """Return what leaves each Keras layer."""
    keras = keras_models.import_keras()
    layers = parse_layout(layout.replace("LINEAR", "DENSE|1|LINEAR"), n_variables)
    inputs = keras.Input((n_variables,))
    x = shaped(keras, inputs, parse_input_layout(input_layout, n_variables))
    out = build(keras, layers, x, dropout=[0.0] * len(layers), initializer="XAVIER")
    return [tuple(each.output.shape[1:]) for each in keras.Model(inputs, out).layers]


def test_images_have_the_sizes_of_the_users_guide() -> None:
    found = shapes("CONV|12|3|3|1|1|1|1|RELU,MAXPOOL|2|2|2|2,CONV|5|2|1|1|1|0|0|TANH,RESHAPE|FLAT,LINEAR", "3|8|6", 144)
    assert (4, 3, 12) in found
    assert (3, 3, 5) in found
    assert found[-2:] == [(45,), (1,)]


def test_steps_must_end_where_the_image_ends() -> None:
    with pytest.raises(
        MethodError, match=r"layer CONV \(character 1 of Layout\) takes 3 rows in steps of 2, but 8 rows"
    ):
        shapes("CONV|4|3|3|2|2|0|0|RELU,RESHAPE|FLAT,LINEAR", "1|8|8", 64)
    with pytest.raises(MethodError, match="wants an image, as InputLayout"):
        dl("CONV|4|3|3|1|1|0|0|RELU,LINEAR", 1).fit(toys(40))
    with pytest.raises(MethodError, match="makes 9 numbers, but 64 arrive"):
        shapes("RESHAPE|1|3|3,LINEAR", "1|8|8", 64)


def test_a_reshape_keeps_the_order_of_tmva() -> None:
    """Channels come first: flattening what InputLayout shaped gives the inputs back."""
    keras = keras_models.import_keras()
    inputs = keras.Input((24,))
    layers = parse_layout("RESHAPE|FLAT,LINEAR", 24)[:1]
    flat = build(keras, layers, shaped(keras, inputs, (2, 3, 4)), dropout=[0.0], initializer="XAVIER")
    X = np.arange(48, dtype=np.float32).reshape(2, 24)
    np.testing.assert_array_equal(keras.Model(inputs, flat).predict_on_batch(X), X)


@pytest.mark.parametrize(
    ("name", "bent"),
    [
        ("GAUSS", lambda x: np.exp(-(x**2))),
        ("SYMMRELU", np.abs),
        ("SOFTSIGN", lambda x: x / (1 + np.abs(x))),
        ("RELU", lambda x: np.maximum(x, 0)),
        ("SIGMOID", lambda x: 1 / (1 + np.exp(-x))),
        ("FTANH", np.tanh),
        ("IDENTITY", lambda x: x),
    ],
)
def test_activations_are_those_of_the_users_guide(name: str, bent: Any, tmp_path: Path) -> None:
    keras = keras_models.import_keras()
    inputs = keras.Input((3,))
    out = build(keras, parse_layout(f"DENSE|3|{name}", 3), inputs, dropout=[0.0], initializer="GAUSS")
    model = keras.Model(inputs, out)
    X = np.random.default_rng(1).normal(size=(10, 3)).astype(np.float32)
    with keras_models.quiet():
        kernel, bias = model.get_weights()
    expected = bent(X @ kernel + bias)
    np.testing.assert_allclose(model.predict_on_batch(X), expected, rtol=1e-4, atol=1e-5)
    keras_models.dump(model, tmp_path / "model.keras")
    restored = keras_models.restore(tmp_path / "model.keras")
    np.testing.assert_array_equal(restored.predict_on_batch(X), model.predict_on_batch(X))


def sequences(n_events: int, *, seed: int = 0) -> Events:
    """Six steps of two inputs of unlike scale; in signal the first input rises."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = rng.normal(size=(n_events, 6, 2)) * [1.0, 1000.0]
    X[..., 0] += np.outer(y, np.linspace(-1, 1, 6))
    return Events(X.reshape(n_events, 12).astype(np.float32), y, np.ones(n_events))


@pytest.mark.slow
@pytest.mark.parametrize("layer", ["RNN|8|2|6|0|0", "LSTM|8|2|6|0|1", "GRU|8|2|6|0|1|1"])
def test_recurrent_layers_learn_sequences(layer: str) -> None:
    train, test = sequences(1000), sequences(1000, seed=1)
    net = dl(f"{layer},RESHAPE|FLAT,DENSE|8|TANH,LINEAR", 8, input_layout="6|2").fit(train)
    assert roc_auc_score(test.y, net.score(test.X)) > 0.87


@pytest.mark.slow
def test_convolutions_learn_images() -> None:
    def images(seed: int) -> Events:
        rng = np.random.default_rng(seed)
        y = (np.arange(800) % 2).astype(np.int8)
        X = rng.normal(size=(800, 8, 8))
        row, column = rng.integers(0, 7, (2, 800))
        for k in (0, 1):  # signal has two bright neighbours above each other, background beside each other
            X[np.arange(800), row + k * y, column + k * (1 - y)] += 4
        return Events(X.reshape(800, 64).astype(np.float32), y, np.ones(800))

    layout = "CONV|12|2|2|1|1|0|0|RELU,MAXPOOL|7|7|1|1,RESHAPE|FLAT,DENSE|16|RELU,LINEAR"
    net = dl(layout, 30, input_layout="1|8|8").fit(images(0))
    test = images(1)
    assert roc_auc_score(test.y, net.score(test.X)) > 0.9


def test_a_state_that_outlives_its_event_is_refused() -> None:
    with pytest.raises(MethodError, match="remembers its state from event to event"):
        dl("RNN|8|2|6|1,LINEAR", input_layout="6|2").fit(sequences(40))
    with pytest.raises(MethodError, match="takes 5 steps of 3 inputs, but 12 numbers arrive"):
        dl("RNN|8|3|5|0,LINEAR").fit(sequences(40))


# --- training ---


def test_layers_must_end_in_the_outputs() -> None:
    classes = Problem(("a", "b", "c"))
    with pytest.raises(MethodError, match=r"Layout ends in 1 units, expected 3 \(a, b, c\), or LINEAR alone"):
        dl("TANH|5,DENSE|1|LINEAR").bind(("x",), classes)
    dl("TANH|5,DENSE|3|LINEAR").bind(("x",), classes)
    with pytest.raises(MethodError, match="MUTUALEXCLUSIVE is for more than two classes"):
        dl(error="MUTUALEXCLUSIVE").bind(("x",), Problem())


@pytest.mark.parametrize(
    ("task", "error"),
    [
        ("classification", "CROSSENTROPY"),
        pytest.param("multiclass", "MUTUALEXCLUSIVE", marks=pytest.mark.slow),
        pytest.param("regression", "CROSSENTROPY", marks=pytest.mark.slow),
        pytest.param("classification", "SUMOFSQUARES", marks=pytest.mark.slow),
        pytest.param("multiclass", "SUMOFSQUARES", marks=pytest.mark.slow),
    ],
)
def test_each_task_is_learnt_and_kept(task: str, error: str, tmp_path: Path) -> None:
    train, test = toys(600, task=task), toys(600, task=task, seed=3)
    tiny = Events(train.X, train.y, train.weight * 1e-9, train.problem)
    net = dl("TANH|16,LINEAR", 20, error=error).fit(tiny)
    response = net.score(test.X)
    if task == "regression":
        assert r2_score(test.y, response) > 0.6
    elif task == "multiclass":
        np.testing.assert_allclose(response.sum(axis=1), 1, rtol=1e-6)
        assert (response.argmax(axis=1) == test.y).mean() > 0.8
    else:
        assert 0 <= response.min() < response.max() <= 1
        assert roc_auc_score(test.y, response) > 0.85
    net.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(test.X), response)


@pytest.mark.slow
def test_the_response_is_the_weighted_share_of_signal() -> None:
    train = toys(400)
    flat = Events(np.zeros_like(train.X), train.y, np.where(train.y == 1, 3000.0, 1000.0))
    share = 3 * (train.y == 1).sum() / (3 * (train.y == 1).sum() + (train.y == 0).sum())
    for error in ("CROSSENTROPY", "SUMOFSQUARES"):
        net = dl("SIGMOID|4,DENSE|1|SIGMOID", 40, error=error, validation_size=ValidationSize("0")).fit(flat)
        assert net.score(flat.X[:1])[0] == pytest.approx(share, abs=0.02)


def test_phases_follow_one_another() -> None:
    strategy = f"{FAST.format(3)},DropConfig=0.0+0.5|{FAST.format(4)},DropConfig=0.2"
    net = dl(training_strategy=strategy).fit(toys(300))
    assert net.curves_ is not None
    assert len(net.curves_.values["train"]) == len(net.curves_.values["validation"]) == 7
    assert net.notes_[-1].startswith("Phase 2: Kept epoch")
    assert net.curves_.best is not None
    assert 4 <= net.curves_.best <= 7
    rates = {each.name: each.rate for each in net.model_.layers if each.name.startswith("dropout")}
    assert rates == {"dropout_before_1": 0.2}


@pytest.mark.parametrize("rule", ["L1", "L2"])
def test_the_penalty_is_the_weight_decay_times_the_weights(rule: str) -> None:
    train = toys(200)
    strategy = f"Optimizer=SGD,LearningRate=1e-12,BatchSize=200,MaxEpochs=1,WeightDecay=0.1,Regularization={rule}"
    net = dl("TANH|8,LINEAR", training_strategy=strategy).fit(train, toys(20, seed=2))
    assert net.curves_ is not None
    with keras_models.quiet():
        kernels = [each for each in net.model_.get_weights() if each.ndim == 2]
    penalty = 0.1 * sum((np.abs(each) if rule == "L1" else each**2).sum() for each in kernels)
    plain = log_loss(train.y, net.score(train.X), sample_weight=train.weight)
    assert net.curves_.values["train"][0] == pytest.approx(plain + penalty, rel=1e-4)


@pytest.mark.slow
def test_the_seed_of_the_option_goes_before_that_of_the_run() -> None:
    train = toys(200)

    def score(option: int, run: int) -> Any:
        return dl(epochs=1, random_seed=option).fit(train, context=Context(seed=run)).score(train.X)

    np.testing.assert_array_equal(score(3, 1), score(3, 2))
    assert np.abs(score(0, 1) - score(0, 2)).max() > 1e-3


@pytest.mark.slow
def test_bounded_outputs_learn_targets_as_they_are() -> None:
    problem = Problem((), ("share",))
    X = np.random.default_rng(1).normal(size=(400, 2)).astype(np.float32)
    y = 1 / (1 + np.exp(-X[:, :1].astype(float)))
    net = dl("TANH|8,DENSE|1|SIGMOID", 20).fit(Events(X, y, np.ones(400), problem))
    assert (float(net.target_mean_[0]), float(net.target_spread_[0])) == (0.0, 1.0)
    assert r2_score(y, net.score(X)) > 0.9


@pytest.mark.slow
@pytest.mark.shared
def test_old_networks_learn_tmvas_events(shared: Path) -> None:
    """The Users Guide's strategy for kDNN, SGD with momentum in two phases, on the tutorial's events."""
    import pandas as pd

    def events(part: str) -> Events:
        frame = pd.read_csv(shared / "tmva" / "reference" / "classification" / f"{part}.csv")
        X = frame[["myvar1", "myvar2", "var3", "var4"]].to_numpy(np.float32)
        return Events(X, (1 - frame["classID"]).to_numpy(np.int8), frame["weight"].to_numpy(float))

    phase = "Momentum=0.9,ConvergenceSteps=20,BatchSize=256,WeightDecay=1e-4,Regularization=L2"
    strategy = f"LearningRate=1e-1,{phase},DropConfig=0.0+0.5+0.5|LearningRate=1e-2,{phase}"
    test = events("test")
    net = dl("TANH|128,TANH|128,LINEAR", training_strategy=strategy).fit(events("train"))
    assert roc_auc_score(test.y, net.score(test.X), sample_weight=test.weight) > 0.91  # TMVA's MLP: 0.918

"""TMVA's deep learning: what Layout, InputLayout and TrainingStrategy say, the networks that they spell, and how these learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss, r2_score, roc_auc_score

from umva.errors import MethodError, OptionError
from umva.methods import Context, Events, Problem, get, load, parse_string, resolve
from umva.methods.networks import keras_models
from umva.methods.networks.deep.building import build, shaped
from umva.methods.networks.deep.dl import DL
from umva.methods.networks.deep.layout import ACTIVATIONS, parse_input_layout, parse_layout
from umva.methods.networks.deep.strategy import OPTIMIZERS, Phase, parse_strategy
from umva.methods.networks.layers import Layers
from umva.methods.networks.rates import parse_rates
from umva.methods.networks.validation_size import ValidationSize
from umva.testing import toys

if TYPE_CHECKING:
    from pathlib import Path

FAST = "LearningRate=0.02,BatchSize=64,MaxEpochs={}"


def words(text: str, n_variables: int = 4) -> list[str]:
    return [str(each) for each in parse_layout(text, n_variables)]


def dl(layout: str = "TANH|8,LINEAR", epochs: int = 2, **options: Any) -> DL:
    options.setdefault("training_strategy", FAST.format(epochs))
    return DL(layout=Layers(layout), **options)


# --- the strings ---


def test_types_of_tmva_reach_it_and_the_native_network_keeps_its_name() -> None:
    assert get("kDL") is get("kDNN") is get("DL") is DL
    assert get("DNN") is not DL


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("DENSE|64|TANH,DENSE|64|TANH,LINEAR", ["DENSE(64, TANH)", "DENSE(64, TANH)", "DENSE(0, LINEAR)"]),
        ("TANH|100, relu|50 ,DENSE|1|LINEAR", ["DENSE(100, TANH)", "DENSE(50, RELU)", "DENSE(1, LINEAR)"]),
        ("DENSE|(N+100)*2|SOFTSIGN,DENSE|0|LINEAR", ["DENSE(208, SOFTSIGN)", "DENSE(0, LINEAR)"]),
        ("DENSE|TANH|N,LINEAR", ["DENSE(4, TANH)", "DENSE(0, LINEAR)"]),
        ("DENSE|64,TANH", ["DENSE(64, TANH)", "DENSE(0, TANH)"]),
        (
            "CONV|10|3|3|1|1|1|1|RELU,BNORM,MAXPOOL|2|2|1|1,RESHAPE|FLAT,LINEAR",
            ["CONV(10, 3, 3, 1, 1, 1, 1, RELU)", "BNORM", "MAXPOOL(2, 2, 1, 1)", "RESHAPE", "DENSE(0, LINEAR)"],
        ),
        ("LSTM|10|30|5|0|1,RESHAPE|FLAT,LINEAR", ["LSTM(10, 30, 5, 0, 1)", "RESHAPE", "DENSE(0, LINEAR)"]),
        ("RESHAPE|1|1|64|FLAT,GRU|8|8|8|0|0|1,LINEAR", ["RESHAPE", "GRU(8, 8, 8, 0, 0, 1)", "DENSE(0, LINEAR)"]),
    ],
)
def test_layouts_of_tmva_users_are_understood(layout: str, expected: list[str]) -> None:
    assert words(layout) == expected


@pytest.mark.parametrize(
    ("layout", "complaint"),
    [
        ("DENSE|64|TANH,DENS|1|LINEAR", "character 15: there is no layer 'DENS': did you mean 'DENSE'"),
        ("DENSE|64|TANHH,LINEAR", "character 10: there is no activation 'TANHH': did you mean 'TANH'"),
        ("CONV|10|3|3|1|1|RELU,LINEAR", "CONV takes 7 to 8 settings"),
        ("CONV|10|3|3|1|1|1|-1|RELU,LINEAR", "character 19: expected a padding, a whole number from 0"),
        ("MAXPOOL|2|2|0|2,LINEAR", "expected a step of rows, a whole number from 1"),
        ("LSTM|12|3|10|0|1|RESHAPE|FLAT,LINEAR", "LSTM takes 3 to 5 settings"),
        ("TANH,LINEAR", "character 1: expected units: only the last layer"),
        ("DENSE|N-9|TANH,LINEAR", "'N-9' makes -5 units of N = 4"),
        ("DENSE|M+1|TANH,LINEAR", "expected units, a number or a formula of N, found 'M\\+1'"),
        ("DENSE|64|TANH,RESHAPE|FLAT", "character 15: the last layer must be dense"),
        ("BNORM|2,LINEAR", "expected a momentum, a number from 0 to 1, found '2'"),
        ("", "there is no layer ''"),
    ],
)
def test_wrong_layouts_are_refused_with_the_place(layout: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint):
        parse_layout(layout, 4)


SIZE = st.integers(1, 4)
DENSE = st.tuples(st.integers(1, 300), st.sampled_from(ACTIVATIONS))


@given(st.lists(DENSE, max_size=5), st.booleans(), st.sampled_from(["", " "]))
def test_both_forms_of_dense_layers_mean_the_same(layers: list[tuple[int, str]], newer: bool, blank: str) -> None:
    form = "DENSE|{0}|{1}" if newer else "{1}|{0}"
    text = f"{blank},{blank}".join([*(form.format(*each) for each in layers), "LINEAR"])
    assert words(text) == [*(f"DENSE({units}, {activation})" for units, activation in layers), "DENSE(0, LINEAR)"]


@given(st.text(alphabet="DENSCOVRTAH|,019 +()*N.-", max_size=25))
def test_any_layout_is_read_or_refused(text: str) -> None:
    refusal = f"Layout {text!r}, character "
    try:
        assert parse_layout(text, 4)
    except OptionError as error:
        refusal = refusal if refusal in str(error) else ""
    assert refusal


@given(st.text(alphabet="LearningRateMxEpochs=,|0159.+-e ", max_size=30))
def test_any_strategy_is_read_or_refused(text: str) -> None:
    refusal = f"TrainingStrategy {text!r}, character "
    try:
        assert parse_strategy(text)
    except OptionError as error:
        refusal = refusal if refusal in str(error) else ""
    assert refusal


PHASE = st.fixed_dictionaries(
    {
        "LearningRate": st.floats(1e-6, 10),
        "Momentum": st.floats(0, 0.99),
        "BatchSize": st.integers(1, 5000),
        "MaxEpochs": st.integers(1, 5000),
        "ConvergenceSteps": st.integers(1, 500),
        "WeightDecay": st.floats(0, 1),
        "Regularization": st.sampled_from(["NONE", "L1", "L2"]),
        "Optimizer": st.sampled_from(OPTIMIZERS),
        "DropConfig": st.lists(st.floats(0, 0.9), min_size=1, max_size=5),
        "TestRepetitions": st.integers(1, 10),
    }
)


@given(st.lists(PHASE, min_size=1, max_size=3), st.randoms())
def test_strategies_mean_what_they_say(phases: list[dict[str, Any]], order: Any) -> None:
    def written(phase: dict[str, Any]) -> str:
        items = [
            (key, "+".join(map(repr, value)) if isinstance(value, list) else value) for key, value in phase.items()
        ]
        order.shuffle(items)
        return ",".join(f"{key}={value}" for key, value in items)

    for phase, said in zip(parse_strategy(" | ".join(map(written, phases))), phases, strict=True):
        assert (phase.learning_rate, phase.momentum) == (said["LearningRate"], said["Momentum"])
        assert (phase.batch_size, phase.epochs) == (said["BatchSize"], said["MaxEpochs"])
        assert (phase.patience, phase.weight_decay) == (said["ConvergenceSteps"], said["WeightDecay"])
        assert (phase.regularisation, phase.optimizer) == (said["Regularization"], said["Optimizer"])
        assert phase.dropout == tuple(said["DropConfig"])


@pytest.mark.parametrize(
    ("strategy", "complaint"),
    [
        ("LearningRate=1e-2,MaxEpoch=20", "character 19: there is no setting 'MaxEpoch': did you mean 'MaxEpochs'"),
        ("LearningRate", "expected LearningRate=..., found 'LearningRate'"),
        ("MaxEpochs=3|Momentum=1", "character 22: expected a momentum, a number from 0 to 0.999999, found '1'"),
        ("Optimizer=ADAMM", "there is no optimizer 'ADAMM': did you mean 'ADAM'"),
        ("BatchSize=30,BatchSize=20", "character 14: BatchSize is given twice"),
        ("DropConfig=0.5+1", "character 16: expected a share"),
        ("LearningRate=nan", "expected a learning rate"),
    ],
)
def test_wrong_strategies_are_refused_with_the_place(strategy: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint.replace("...", r"\.\.\.")):
        DL(training_strategy=strategy)


def test_a_momentum_is_for_sgd_whose_steps_are_a_mean_of_gradients() -> None:
    keras = keras_models.import_keras()
    (phase,) = parse_strategy("LearningRate=0.1,Momentum=0.9")
    sgd = phase.optimize(keras)
    assert type(sgd).__name__ == "SGD"
    assert float(sgd.learning_rate) == pytest.approx(0.01)
    assert parse_strategy("Momentum=0.9,Optimizer=ADAM")[0].optimizer == "ADAM"
    (tuned,) = parse_strategy("ADAM_beta1=0.5,ADAM_eps=1e-4,RMSPROP_rho=0.3")
    assert tuned.tuning == {"beta_1": 0.5, "epsilon": 1e-4}
    for name in OPTIMIZERS:
        assert type(Phase(optimizer=name).optimize(keras)).__name__.upper() == name


@pytest.mark.parametrize(
    ("written", "share"), [("20%", 0.2), ("0.25", 0.25), ("100", 0.1), (0.2, 0.2), (50, 0.05), ("12.5 %", 0.125)]
)
def test_validation_sizes(written: Any, share: float) -> None:
    assert ValidationSize(written).share(1000) == pytest.approx(share)


def test_wrong_sizes_and_schedules_are_refused() -> None:
    for size in ("20 events", "-1", "100%", "nan"):
        with pytest.raises(OptionError, match="ValidationSize"):
            DL(validation_size=ValidationSize(size))
    with pytest.raises(OptionError, match="1000 events are to be watched, the training has 1000"):
        ValidationSize(1000).share(1000)
    for rates in ("10", "10,0.1,3", "10,0.1;5,0.01", "x,0.1", "10,0"):
        with pytest.raises(OptionError, match="LearningRateSchedule"):
            parse_rates(rates)


@pytest.mark.parametrize("layout", ["TANH|N-1,LINEAR", "DENSE|N/2|TANH,LINEAR", "DENSE|(N-3)*2|RELU,LINEAR"])
def test_layers_smaller_than_the_inputs_can_be_booked(layout: str) -> None:
    method = dl(layout)
    method.bind(tuple("abcd"), Problem())
    with pytest.raises(OptionError, match="units of N = 1"):
        method.bind(("a",), Problem())


def test_input_layouts() -> None:
    assert parse_input_layout("3|8|8", 192) == (3, 8, 8)
    with pytest.raises(OptionError, match="character 1: holds 64 inputs, the data have 4"):
        parse_input_layout("1|8|8", 4)
    with pytest.raises(OptionError, match="at most 3 sizes, found 4"):
        DL(input_layout="1|1|8|8")
    with pytest.raises(OptionError, match="holds 64 inputs, the data have 2"):
        dl(input_layout="1|8|8").bind(("a", "b"), Problem())


def test_options_of_real_macros_are_taken() -> None:
    options = (
        "Layout=CONV|10|3|3|1|1|1|1|RELU,BNORM,CONV|10|3|3|1|1|1|1|RELU,MAXPOOL|2|2|1|1,RESHAPE|FLAT,DENSE|100|RELU,"
        "DENSE|1|LINEAR:InputLayout=1|16|16:BatchLayout=100|1|256:ErrorStrategy=crossentropy:Architecture=GPU:"
        "WeightInitialization=XAVIERUNIFORM:RandomSeed=1234:ValidationSize=0.2:TrainingStrategy=LearningRate=1e-3,"
        "Momentum=0.9,Repetitions=1,ConvergenceSteps=5,BatchSize=100,TestRepetitions=1,MaxEpochs=20,WeightDecay=1e-4,"
        "Regularization=None,Optimizer=ADAM,DropConfig=0.0+0.0+0.0+0.0,DropRepetitions=5,Multithreading=True"
    )
    found = DL(**resolve(DL, "DL", parse_string(options), refused=DL.refused))
    assert (found.random_seed, found.error, found.first_weights) == (1234, "CROSSENTROPY", "XAVIERUNIFORM")
    assert parse_strategy(found.training_strategy)[0].optimizer == "ADAM"
    assert resolve(DL, "DL", {"layout": ["TANH|50", "LINEAR"]}) == {"layout": "TANH|50, LINEAR"}


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

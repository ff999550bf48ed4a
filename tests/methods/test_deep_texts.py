"""Layouts, strategies and sizes of TMVA's deep networks: what their texts mean, and what is refused with the place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import OptionError
from umva.methods import Problem, get, parse_string, resolve
from umva.methods.networks import keras_models
from umva.methods.networks.deep.dl import DL
from umva.methods.networks.deep.layout import ACTIVATIONS, parse_input_layout, parse_layout
from umva.methods.networks.deep.strategy import OPTIMIZERS, Phase, parse_strategy
from umva.methods.networks.layers import Layers
from umva.methods.networks.rates import parse_rates
from umva.methods.networks.validation_size import ValidationSize

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

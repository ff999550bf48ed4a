"""The layer language: what it says, what it refuses and where, and the networks that come of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umva.errors import MethodError, OptionError
from umva.methods.networks.keras_models import import_keras
from umva.methods.networks.layer_building import Dress, build
from umva.methods.networks.layers import ACTIVATIONS, Layer, Layers, parse

COUNTS = st.integers(1, 1_000_000)
LAYERS = st.one_of(
    st.builds(lambda name, units: (name, (units,)), st.sampled_from(["dense", "lstm", "gru", "maxpool"]), COUNTS),
    st.builds(lambda units, bend: ("residual", (units, bend)), COUNTS, st.sampled_from(ACTIVATIONS)),
    st.builds(lambda share: ("dropout", (share,)), st.floats(0, 1, exclude_max=True, allow_subnormal=False)),
    st.builds(lambda sizes: ("reshape", tuple(sizes)), st.lists(COUNTS, min_size=1, max_size=3)),
    st.sampled_from([("flatten", ()), ("batchnorm", ()), ("globalpool", ())]),
)


@given(st.lists(LAYERS, min_size=1), st.sampled_from([", ", ",", " ,\n "]))
def test_what_is_written_is_read(layers: list[tuple[str, tuple[Any, ...]]], comma: str) -> None:
    text = comma.join(str(Layer(name, arguments, 1)) for name, arguments in layers)
    found = parse(text)
    assert [(each.name, each.arguments) for each in found] == layers
    assert all(text[each.place - 1 :].startswith(each.name) for each in found)


@given(st.text(alphabet="dense64(), .reluDROP?[]{}:'\n", max_size=30))
def test_whatever_is_written_there_is_no_other_error(text: str) -> None:
    try:
        assert parse(text)
    except OptionError as error:
        assert "character " in str(error)  # noqa: PT017  not every text is an error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: expected a layer or a number of units, found 'the end'"),
        ("64,", "character 4: expected a layer"),
        ("64 64", "character 4: expected ',', found '64'"),
        ("64, dens(3)", r"character 5: there is no layer 'dens': did you mean 'dense'\?"),
        ("dense(64, rel)", r"character 11: there is no activation 'rel': did you mean 'relu'"),
        ("dropout(2)", "character 9: expected a share, from 0 to below 1, found '2'"),
        ("dropout", "character 1: dropout takes share in brackets, got 0"),
        ("dense(1.5)", "character 7: expected a whole number from 1 to 1000000, found '1.5'"),
        ("0", "character 1: expected a whole number"),
        ("maxpool(0)", "character 9: expected a whole number"),
        ("flatten(3)", "flatten takes nothing in brackets, got 1"),
        ("dense(3, relu, 4)", r"dense takes units, activation\? in brackets, got 3"),
        ("conv1d(3", "character 9: expected ',', found 'the end'"),
        ("64; 32", "character 3: ';' has no meaning here"),
        ("__import__('os')", "character 1: '_' has no meaning here"),
    ],
)
def test_errors_name_the_place_and_what_is_near(text: str, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        parse(text)


def test_numbers_and_words_may_be_a_list() -> None:
    assert Layers((64, 32)) == Layers("64, 32") == "64, 32"
    assert [each.bare for each in parse(Layers([64, "dense(32)"]))] == [True, False]


def network(text: str, n_variables: int = 28, **dress: Any) -> Any:
    keras = import_keras()
    x = keras.Input((n_variables,))
    return keras.Model(x, build(keras, parse(text), x, Dress(**dress)))


@pytest.mark.parametrize(
    ("text", "outputs", "parameters"),
    [
        ("16", 16, 28 * 16 + 16),
        ("residual(16)", 16, (28 + 1) * 16 + (16 + 1) * 16 + 28 * 16),
        ("residual(28)", 28, 2 * (28 + 1) * 28),  # nothing to learn on the way round
        ("conv1d(16, 3), maxpool(2), flatten", 14 * 16, 3 * 16 + 16),
        ("reshape(4, 7), conv2d(8, 3), avgpool(2), globalpool", 8, 9 * 8 + 8),
        ("reshape(4, 7), lstm(5)", 5, 4 * (7 + 5 + 1) * 5),
        ("reshape(4, 7), lstm(5), dropout(0.1), gru(3)", 3, 4 * (7 + 5 + 1) * 5 + 3 * (5 + 3 + 2) * 3),
        ("batchnorm, layernorm, activation(tanh)", 28, 4 * 28 + 2 * 28),
    ],
)
def test_networks_are_what_was_written(text: str, outputs: int, parameters: int) -> None:
    model = network(text)
    assert model.output_shape == (None, outputs)
    assert model.count_params() == parameters


def test_the_dress_is_for_bare_numbers() -> None:
    model = network("8, dense(5)", activation="tanh", dropout=0.1, batch_normalisation=True, l2=0.5)
    kinds = [type(each).__name__ for each in model.layers[1:]]
    assert kinds == ["Dense", "BatchNormalization", "Activation", "Dropout", "Dense", "Activation"]
    assert all(each.kernel_regularizer.l2 == 0.5 for each in model.layers if hasattr(each, "kernel_regularizer"))
    assert model.layers[-1].activation.__name__ == "tanh"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("64, reshape(4, 8)", r"layer reshape\(4, 8\) \(character 5 of layers\) makes 32 numbers, but 64 arrive"),
        ("conv2d(3, 3)", "wants an image, .* but shape \\(28,\\) arrives"),
        ("reshape(2, 7, 2), lstm(3)", "wants a sequence, .* but shape \\(2, 7, 2\\) arrives"),
        ("maxpool(40)", "pools 40 neighbours, but a length of 28 arrives"),
    ],
)
def test_what_does_not_fit_together_is_named(text: str, message: str) -> None:
    with pytest.raises(MethodError, match=message):
        network(text)

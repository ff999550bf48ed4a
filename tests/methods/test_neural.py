"""The dense network: separation, early stopping, weights, reproducibility, files, and the choice of Keras's backend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.errors import MethodError, OptionError, RunError
from umva.methods import Context, Events, keras_models, load, resolve
from umva.methods.neural import DNN

if TYPE_CHECKING:
    from pathlib import Path

QUICK = {**DNN.quick_options, "epochs": 8}


def gauss(n_events: int, *, seed: int = 0) -> Events:
    """Two unit Gaussians in four variables of GeV-like scale, the first two of which are shifted by a sigma."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = 1000 + 50 * (rng.normal(size=(n_events, 4)) + np.outer(y, [1.0, 1.0, 0.0, 0.0]))
    return Events(X.astype(np.float32), y, np.ones(n_events))


def test_auc_approaches_the_optimum() -> None:
    from sklearn.metrics import roc_auc_score

    test = gauss(4000, seed=1)
    net = DNN(epochs=10).fit(gauss(4000))
    assert roc_auc_score(test.y, net.score(test.X)) > 0.841 - 0.01  # Phi(sqrt(2) / sqrt(2)) is optimal


def test_training_stops_at_the_best_epoch() -> None:
    train, validation = gauss(200), gauss(400, seed=1)
    net = DNN(layers=(64, 64), epochs=60, dropout=0.0, learning_rate=0.03, patience=3).fit(train, validation)
    curves = net.curves_
    assert curves is not None
    loss = curves.values["validation"]
    assert curves.best == loss.argmin() + 1 == len(loss) - 3
    p = net.score(validation.X)
    assert -np.log(np.where(validation.y == 1, p, 1 - p)).mean() == pytest.approx(loss.min(), abs=1e-5)
    assert net.notes_[-1].startswith(f"Kept epoch {curves.best} of {len(loss)}")


def test_events_are_set_aside_without_a_validation_part() -> None:
    quick = {**QUICK, "epochs": 1}
    net = DNN(**quick, validation_fraction=0.25).fit(gauss(200))
    assert "Set 50 of 200 training events aside to see when to stop." in net.notes_
    alone = DNN(**quick, validation_fraction=0.0).fit(gauss(200))
    assert alone.curves_ is not None
    assert list(alone.curves_.values) == ["train"]


def test_the_response_is_the_weighted_share_of_signal() -> None:
    train = gauss(400)
    flat = Events(np.zeros_like(train.X), train.y, np.where(train.y == 1, 3000.0, 1000.0))
    net = DNN(layers=(4,), epochs=30, learning_rate=0.03, batch_size=50, dropout=0.0, patience=0).fit(flat)
    assert net.score(flat.X[:1])[0] == pytest.approx(0.75, abs=0.01)


def test_the_seed_decides_to_the_last_bit() -> None:
    train = gauss(300)
    quick = {**QUICK, "epochs": 2}
    first, second, other = (DNN(**quick).fit(train, context=Context(seed=s)).score(train.X) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 1e-3


@pytest.fixture(scope="module")
def net() -> DNN:
    return DNN(**QUICK).fit(gauss(200))


def test_an_event_is_answered_alike_in_any_company(net: DNN) -> None:
    test = gauss(9000)
    together = net.score(test.X)
    np.testing.assert_array_equal(net.score(test.X[8190:8195]), together[8190:8195])
    assert net.score(test.X[:0]).shape == (0,)


def test_options_shape_the_network() -> None:
    net = DNN(**{**QUICK, "layers": (8, 5), "batch_size": 10_000}, batch_norm=True, dropout=0.0, activation="tanh")
    net.fit(gauss(50))
    kinds = [type(each).__name__ for each in net.model_.layers]
    block = ["Dense", "BatchNormalization", "Activation"]
    assert kinds == ["Normalization", *block, *block, "Dense"]
    assert [each.units for each in net.model_.layers if hasattr(each, "units")] == [8, 5, 1]
    assert net.model_.layers[3].activation.__name__ == "tanh"


def test_weight_decay_shrinks_weights() -> None:
    nets = [DNN(**QUICK, weight_decay=decay).fit(gauss(200)) for decay in (0.0, 1.0)]
    with keras_models.quiet():
        norms = [np.abs(net.model_.layers[1].kernel.numpy()).sum() for net in nets]
    assert norms[1] < 0.8 * norms[0]


def test_inputs_too_large_for_32_bits_are_an_error() -> None:
    train = gauss(200)
    wild = Events(train.X * np.float32(1e30), train.y, train.weight)
    with pytest.raises(MethodError, match=r"spread by up to 5\.\de\+31, .*transformation N or G"):
        DNN(**QUICK).fit(wild)


def test_progress_counts_epochs() -> None:
    told: list[float] = []
    DNN(**{**QUICK, "epochs": 2}).fit(gauss(100), context=Context(progress=told.append))
    assert told == [0.5, 1.0, 1.0]


def test_saved_and_loaded_it_answers_the_same(net: DNN, tmp_path: Path) -> None:
    train = gauss(200)
    net.save(tmp_path)
    loaded = load(tmp_path)
    assert loaded.options() == net.options()
    np.testing.assert_array_equal(loaded.score(train.X), net.score(train.X))


def test_a_damaged_file_is_named(net: DNN, tmp_path: Path) -> None:
    net.save(tmp_path)
    (tmp_path / "model.keras").write_bytes(b"nonsense")
    with pytest.raises(RunError, match=r"model\.keras: cannot be read"):
        load(tmp_path)


def test_layers_must_have_units() -> None:
    with pytest.raises(OptionError, match="layers"):
        DNN(layers=())
    with pytest.raises(OptionError, match="layers"):
        DNN(layers=(64, 0))
    assert resolve(DNN, "DNN", {"layers": "32,16"}) == {"layers": (32, 16)}


@pytest.mark.parametrize(("content", "backend"), [("tensorflow", None), ("jax", "jax"), ("no_such_module", None)])
def test_backend_of_the_users_configuration(
    content: str, backend: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert keras_models._configured_backend() is None
    (tmp_path / "keras.json").write_text(json.dumps({"backend": content}))
    assert keras_models._configured_backend() == backend

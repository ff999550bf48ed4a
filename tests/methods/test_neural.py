"""The dense network: separation, early stopping, weights, reproducibility, files, and the choice of Keras's backend."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError, OptionError, RunError
from umva.methods import Context, Events, Problem, load, resolve
from umva.methods.networks import keras_models
from umva.methods.networks.dnn import DNN
from umva.methods.networks.layers import Layers
from umva.methods.networks.network import Training

if TYPE_CHECKING:
    from pathlib import Path

QUICK = {**DNN.quick_options, "epochs": 8}


def gauss(n_events: int, *, seed: int = 0) -> Events:
    """Two unit Gaussians in four variables of GeV-like scale, the first two of which are shifted by a sigma."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = 1000 + 50 * (rng.normal(size=(n_events, 4)) + np.outer(y, [1.0, 1.0, 0.0, 0.0]))
    return Events(X.astype(np.float32), y, np.ones(n_events))


@pytest.mark.slow
def test_auc_approaches_the_optimum() -> None:
    from sklearn.metrics import roc_auc_score

    test = gauss(4000, seed=1)
    net = DNN(epochs=10).fit(gauss(4000))
    assert roc_auc_score(test.y, net.score(test.X)) > 0.841 - 0.01  # Phi(sqrt(2) / sqrt(2)) is optimal


def test_training_stops_at_the_best_epoch() -> None:
    train, validation = gauss(200), gauss(400, seed=1)
    net = DNN(epochs=60, dropout=0.0, learning_rate=0.03, patience=3).fit(train, validation)
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
    net = DNN(layers=Layers("4"), epochs=30, learning_rate=0.03, batch_size=50, dropout=0.0, patience=0).fit(flat)
    assert net.score(flat.X[:1])[0] == pytest.approx(0.75, abs=0.01)


@pytest.mark.slow
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
    net = DNN(
        **{**QUICK, "layers": "8, 5", "batch_size": 10_000}, batch_normalisation=True, dropout=0.0, activation="tanh"
    )
    net.fit(gauss(50))
    kinds = [type(each).__name__ for each in net.model_.layers]
    block = ["Dense", "BatchNormalization", "Activation"]
    assert kinds == ["InputLayer", "Normalization", *block, *block, "Dense"]
    assert [each.units for each in net.model_.layers if hasattr(each, "units")] == [8, 5, 1]
    assert net.model_.layers[4].activation.__name__ == "tanh"


@pytest.mark.slow
def test_weight_decay_shrinks_weights() -> None:
    nets = [DNN(**QUICK, weight_decay=decay).fit(gauss(200)) for decay in (0.0, 1.0)]
    with keras_models.quiet():
        norms = [np.abs(net.model_.layers[2].kernel.numpy()).sum() for net in nets]
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


def test_layers_are_checked_at_once() -> None:
    with pytest.raises(OptionError, match="expected a layer or a number of units"):
        DNN(layers=Layers(()))
    with pytest.raises(OptionError, match="character 5: expected a whole number from 1"):
        DNN(layers=Layers((64, 0)))
    assert resolve(DNN, "DNN", {"layers": [32, 16]}) == {"layers": "32, 16"}
    with pytest.raises(OptionError, match="layers must be of type Layers, got 3"):
        resolve(DNN, "DNN", {"layers": 3})


# --- several classes and targets ---


def quadrants(n_events: int, *, weight: float = 1.0, seed: int = 0) -> Events:
    """Three classes: of 4, 2 and 2 parts of the plane's quadrants, but for 20 events alone of the last."""
    X = np.random.default_rng(seed).normal(size=(n_events, 2)).astype(np.float32)
    y = np.where(X[:, 0] > 0, 0, np.where(X[:, 1] > 0, 1, 2)).astype(np.int8)
    rows = np.concatenate([np.flatnonzero(y < 2), np.flatnonzero(y == 2)[:20]])
    return Events(X[rows], y[rows], np.full(len(rows), weight), Problem(("b", "c", "light")))


def test_several_classes_with_tiny_weights_and_a_rare_one() -> None:
    train = quadrants(800, weight=1e-9)
    net = DNN(**DNN.quick_options, class_weights="balanced").fit(train)
    p = net.score(train.X)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-12)
    right = p.argmax(axis=1) == train.y
    assert min(right[train.y == label].mean() for label in range(3)) > 0.85


def test_balanced_classes_answer_as_if_they_were_equally_many(tmp_path: Path) -> None:
    y = np.repeat([0, 1, 2], [300, 80, 20]).astype(np.int8)
    same = Events(np.zeros((400, 2), np.float32), y, np.ones(400), Problem(("b", "c", "light")))
    how: dict[str, Any] = {"layers": "4", "epochs": 60, "learning_rate": 0.03, "dropout": 0.0, "patience": 0}
    shares = {each: DNN(**how, class_weights=each).fit(same) for each in ("none", "balanced")}
    np.testing.assert_allclose(shares["none"].score(same.X[:1])[0], [0.75, 0.2, 0.05], atol=0.02)
    np.testing.assert_allclose(shares["balanced"].score(same.X[:1])[0], [1 / 3] * 3, atol=0.02)
    shares["none"].save(tmp_path)
    loaded = load(tmp_path)
    assert loaded.problem_.classes == ("b", "c", "light")
    np.testing.assert_array_equal(loaded.score(same.X[:3]), shares["none"].score(same.X[:3]))


def measured(n_events: int, *, seed: int = 0, n_variables: int = 3) -> Events:
    """Two targets, of size 1000 and 1e-6, and a variable that is constant."""
    X = np.random.default_rng(seed).normal(size=(n_events, n_variables)).astype(np.float32)
    X[:, -1] = 7.0
    y = np.stack([1000 + 50 * X[:, 0] + 20 * X[:, 1] ** 2, 1e-6 * X[:, 1]], axis=1)
    return Events(X, y, np.full(n_events, 1e-9), Problem((), ("energy", "angle")))


@pytest.mark.parametrize("loss", [None, "huber"])
def test_targets_of_any_size_are_learnt_in_one_network(loss: str | None, tmp_path: Path) -> None:
    from sklearn.metrics import r2_score

    test = measured(500, seed=1)
    net = DNN(**DNN.quick_options, dropout=0.0, loss=loss).fit(measured(1000))
    response = net.score(test.X)
    assert min(r2_score(test.y, response, multioutput="raw_values")) > 0.95
    net.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(test.X), response)


@pytest.mark.slow
def test_huber_is_not_drawn_by_tails() -> None:
    y = np.where(np.arange(200) % 10 == 0, 1000.0, 1.0)[:, None]
    same = Events(np.zeros((200, 1), np.float32), y, np.ones(200), Problem((), ("energy",)))
    how: dict[str, Any] = {"layers": "4", "epochs": 100, "batch_size": 100, "learning_rate": 0.03, "dropout": 0.0}
    mean, huber = (DNN(**how, patience=0, loss=loss).fit(same).score(same.X[:1])[0, 0] for loss in ("mse", "huber"))
    assert mean == pytest.approx(same.y.mean(), rel=0.05)  # the mean is best for the squares
    assert huber < 0.75 * mean


def test_options_that_do_not_go_with_the_task_are_refused() -> None:
    with pytest.raises(MethodError, match="option loss is for a regression"):
        DNN(loss="huber").fit(gauss(50))
    with pytest.raises(MethodError, match="option class_weights is for classes"):
        DNN(class_weights="balanced").fit(measured(50))


def test_events_of_other_variables_are_refused(net: DNN) -> None:
    with pytest.raises(MethodError, match="was trained on 4 inputs, got events with 5"):
        net.score(np.zeros((1, 5), np.float32))


# --- optimizers and schedules ---


@pytest.mark.slow
@pytest.mark.parametrize(("name", "schedule"), [("adamw", "plateau"), ("sgd", "cosine"), ("nadam", "exponential")])
def test_optimizers_and_schedules(name: str, schedule: str) -> None:
    from sklearn.metrics import roc_auc_score

    how: dict[str, Any] = {**DNN.quick_options, "epochs": 6, "optimizer": name, "schedule": schedule, "patience": 3}
    net = DNN(**how).fit(gauss(600))
    assert type(net.model_.optimizer).__name__.lower() == name
    curves = net.curves_
    assert curves is not None
    losses = curves.values["validation"].tolist()
    with keras_models.quiet():
        rate = float(net.model_.optimizer.learning_rate)
    assert rate == pytest.approx(0.02 * net.training().rate(losses[:-1]), rel=1e-5)
    test = gauss(1000, seed=1)
    assert roc_auc_score(test.y, net.score(test.X)) > 0.8


def test_learning_rates_fall_as_they_should() -> None:
    epochs = 10
    for schedule, last in (("cosine", 0.0), ("exponential", 0.01), ("constant", 1.0)):
        rates = [Training(epochs, schedule=schedule).rate([1.0] * done) for done in range(epochs + 1)]
        assert rates[0] == 1.0
        assert rates[-1] == pytest.approx(last, abs=1e-12)
        assert rates == sorted(rates, reverse=True)
    plateau = Training(100, patience=6, schedule="plateau")
    assert [plateau.rate([5.0, 4.0, *[4.0] * still]) for still in range(5)] == pytest.approx([1, 1, 0.3, 0.3, 0.09])


@pytest.mark.parametrize(("content", "backend"), [("tensorflow", None), ("jax", "jax"), ("no_such_module", None)])
def test_backend_of_the_users_configuration(
    content: str, backend: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert keras_models._configured_backend() is None
    (tmp_path / "keras.json").write_text(json.dumps({"backend": content}))
    assert keras_models._configured_backend() == backend

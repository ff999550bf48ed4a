"""The autoencoder: it finds what leaves the background's surface, follows weights, and never looks at the signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import MethodError, OptionError
from umva.methods import Events, load
from umva.methods.networks.autoencoder import Autoencoder

if TYPE_CHECKING:
    from pathlib import Path

LINEAR: dict[str, Any] = {
    "layers": (),
    "latent": 1,
    "epochs": 60,
    "batch_size": 50,
    "learning_rate": 0.03,
    "patience": 0,
}


def plane(n_events: int, *, noise: float = 0.1, seed: int = 0) -> Events:
    """Background near a line in three dimensions, signal in a ball of the same spread."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n_events) % 2).astype(np.int8)
    line = rng.normal(size=(n_events, 1)) * [1.0, -2.0, 3.0] + noise * rng.normal(size=(n_events, 3))
    ball = rng.normal(size=(n_events, 3)) * [1.0, 2.0, 3.0]
    return Events(np.where(y[:, None] == 1, ball, line).astype(np.float32), y, np.ones(n_events))


@pytest.fixture(scope="module")
def net() -> Autoencoder:
    return Autoencoder(**LINEAR).fit(plane(600))


def test_a_linear_one_finds_the_principal_component() -> None:
    """Its error is that of the best line (Baldi and Hornik, Neural Networks 2 (1989) 53)."""
    train = plane(600, noise=0.7)
    net = Autoencoder(**{**LINEAR, "epochs": 150, "schedule": "cosine"}).fit(train)
    normal = train.X[train.y == 0].astype(np.float64)
    z = (normal - normal.mean(0)) / normal.std(0)
    least = np.linalg.eigvalsh(z.T @ z / len(z))[:-1].sum() / 3
    assert np.exp(net.score(train.X[train.y == 0])).mean() == pytest.approx(least, rel=0.03)


def test_what_is_off_the_surface_scores_high(net: Autoencoder) -> None:
    from sklearn.metrics import roc_auc_score

    test = plane(1000, seed=1)
    assert roc_auc_score(test.y, net.score(test.X)) > 0.9
    assert net.notes_[0].startswith("Learnt to redraw 300 background events, without knowing what signal is")


@pytest.mark.slow
def test_the_signal_plays_no_part(net: Autoencoder) -> None:
    train = plane(600)
    other = Events(np.where(train.y[:, None] == 1, 100.0, train.X).astype(np.float32), train.y, train.weight)
    np.testing.assert_array_equal(Autoencoder(**LINEAR).fit(other).score(train.X), net.score(train.X))


@pytest.mark.slow
@pytest.mark.parametrize(("normal", "tells"), [("signal", 0.6), ("all", 0.7)])
def test_what_is_normal_can_be_chosen(normal: str, tells: float) -> None:
    from sklearn.metrics import roc_auc_score

    test = plane(1000, seed=1)
    swapped = Events(test.X, (1 - test.y).astype(np.int8), test.weight)
    fitted = Autoencoder(**LINEAR, normal=normal).fit(swapped)
    assert roc_auc_score(test.y, fitted.score(test.X)) > tells


def test_heavy_events_are_redrawn_better() -> None:
    t = np.random.default_rng(0).normal(size=(400, 1))
    X = (t * np.repeat([[1, 1], [1, -1]], 200, axis=0)).astype(np.float32)  # two lines that cross
    weight = np.repeat([1e-9, 20e-9], 200)
    net = Autoencoder(**LINEAR, logarithm=False).fit(Events(X, np.zeros(400, np.int8), weight))
    error = net.score(X)
    assert error.min() >= 0
    assert error[200:].mean() < 0.2 * error[:200].mean()


def test_one_variable_is_not_squeezed() -> None:
    X = np.random.default_rng(0).normal(size=(60, 1)).astype(np.float32)
    net = Autoencoder(epochs=1, patience=0).fit(Events(X, np.repeat([0, 1], [40, 20]).astype(np.int8), np.ones(60)))
    assert net.notes_[-1] == "Nothing is squeezed: the latent numbers are as many as the variables."


def test_saved_and_loaded_it_answers_the_same(net: Autoencoder, tmp_path: Path) -> None:
    test = plane(100, seed=2)
    net.save(tmp_path)
    np.testing.assert_array_equal(load(tmp_path).score(test.X), net.score(test.X))


def test_what_cannot_be_is_refused(net: Autoencoder) -> None:
    with pytest.raises(OptionError, match="layers must be positive"):
        Autoencoder(layers=(8, 0))
    with pytest.raises(MethodError, match="was trained on 3 inputs, got events with 2"):
        net.score(np.zeros((5, 2), np.float32))

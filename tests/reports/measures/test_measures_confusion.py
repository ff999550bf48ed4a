"""Which classes are taken for which."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix

from umva.reports.measures import confusion

LABELS = ("a", "b", "c")


def toy(n: int = 600) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return probabilities, classes and whole weights."""
    rng = np.random.default_rng(5)
    y = rng.integers(0, 3, n)
    return rng.dirichlet(np.ones(3), n) + 0.5 * np.eye(3)[y], y, rng.integers(0, 4, n)


def test_is_that_of_scikit_learn() -> None:
    p, y, w = toy()
    found = confusion(p, y, w.astype(float), LABELS)
    theirs = confusion_matrix(y, p.argmax(axis=1), sample_weight=w, normalize="true")
    np.testing.assert_allclose([[each.value for each in row] for row in found.shares], theirs, atol=1e-14)
    assert found.accuracy.value == pytest.approx(accuracy_score(y, p.argmax(axis=1), sample_weight=w))


def test_integer_weights_are_repetitions() -> None:
    p, y, w = toy()
    again = np.repeat(np.arange(len(y)), w)
    ours, repeated = (
        confusion(p, y, w.astype(float), LABELS),
        confusion(p[again], y[again], np.ones(len(again)), LABELS),
    )
    assert [[each.value for each in row] for row in ours.shares] == [
        [each.value for each in row] for row in repeated.shares
    ]


def test_errors_agree_with_bootstrap() -> None:
    p, y, _ = toy(3000)
    rng = np.random.default_rng(6)
    w = rng.exponential(size=3000) * np.where(rng.uniform(size=3000) < 0.05, -1.0, 1.0)
    found = confusion(p, y, w, LABELS)
    draws = []
    for _ in range(300):
        again = confusion(p, y, w * rng.poisson(1.0, 3000), LABELS)
        draws.append([each.value for row in again.shares for each in row] + [again.accuracy.value])
    errors = [each.error for row in found.shares for each in row] + [found.accuracy.error]
    np.testing.assert_allclose(np.array(errors, dtype=float), np.std(draws, axis=0), rtol=0.15)


def test_empty_class_and_certain_shares() -> None:
    p = np.array([[0.9, 0.1, 0.0], [0.8, 0.1, 0.1], [0.2, 0.7, 0.1]])
    found = confusion(p, np.array([0, 0, 1]), np.ones(3), LABELS)
    assert (found.shares[0][0].value, found.shares[0][0].error) == (1.0, 0.5)
    assert "not measurable" in str(found.shares[2][0].note)
    assert found.accuracy.value == 1.0

"""The ROC area of resampled events beside DeLong's formula."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from umva.reports.measures import auc, auc_bootstrap, rank
from umva.reports.measures.bootstrap import MOST_EVENTS, _copies


def weights(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return weights of a kind."""
    if kind == "spread":
        return rng.exponential(size=n)
    return np.where(rng.random(n) < 0.2, -1.0, 1.0) if kind == "negative" else np.ones(n)


@pytest.mark.parametrize("kind", ["equal", "spread", "negative"])
@pytest.mark.parametrize("decimals", [0, 9])
def test_agrees_with_delong(kind: str, decimals: int) -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 3000)
    ranked = rank((rng.normal(size=3000) + y).round(decimals), y, weights(kind, 3000, rng))
    found, formula = auc_bootstrap(ranked), auc(ranked)
    assert found
    assert formula.error
    assert formula.low is not None
    assert formula.high is not None
    assert found.value == pytest.approx(formula.value, abs=1e-12)
    assert found.error == pytest.approx(formula.error, rel=0.15)
    assert (found.low, found.high) == pytest.approx((formula.low, formula.high), abs=0.6 * formula.error)


def test_a_replica_is_the_area_of_the_copies() -> None:
    rng = np.random.default_rng(2)
    y = np.repeat([1, 0], [60, 80])
    x = (rng.normal(size=140) + y).round(1)
    weight = rng.exponential(size=140)
    order = np.concatenate([np.flatnonzero(y == k)[np.argsort(x[y == k], kind="stable")] for k in (1, 0)])
    draws = np.random.default_rng(7)
    areas = [
        roc_auc_score(y[order], x[order], sample_weight=weight[order] * copies)
        for _ in range(100)
        for copies in _copies(draws, (2, 140))
    ]
    found = auc_bootstrap(rank(x, y, weight), seed=7)
    assert found
    assert found.error == pytest.approx(np.std(areas, ddof=1))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(areas, [0.025, 0.975])))


def test_copies_are_poisson() -> None:
    copies = _copies(np.random.default_rng(3), (100, 1000))
    assert copies.mean() == pytest.approx(1.0, abs=0.01)
    assert copies.var() == pytest.approx(1.0, abs=0.02)


def test_same_every_time() -> None:
    ranked = rank([0.1, 0.5, 0.3, 0.9, 0.4], [0, 1, 0, 1, 1])
    assert auc_bootstrap(ranked) == auc_bootstrap(ranked)
    assert auc_bootstrap(ranked) != auc_bootstrap(ranked, seed=1)


def test_lost_replicas_are_counted() -> None:
    found = auc_bootstrap(rank([0.1, 0.5, 0.3, 0.9], [0, 1, 0, 1], [1.0, -0.4, 1.0, 1.0]))
    assert found
    assert found.note
    assert "of 200 replicas have no positive sum of weights" in found.note


def test_not_made_where_it_cannot_or_need_not_be() -> None:
    assert auc_bootstrap(rank([0.1, 0.2], [1, 1])) is None
    many = np.arange(MOST_EVENTS + 1)
    assert auc_bootstrap(rank(many, many % 2)) is None

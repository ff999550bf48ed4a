"""Methods against each other in a whole comparison, recomputed from the events by scipy and scikit-learn."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import jaccard_score, recall_score, roc_curve

from umva.reports.judging.relations import MOST
from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.measure import measure
from umva.reports.outputs.store import read_results, write_results
from umva.reports.results import Number, PermutationImportance

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

N = 3000
LABELS = ("prompt", "feed-down", "background")


def material(task: str, n_methods: int = 4, weight: NDArray[np.float64] | None = None) -> Material:
    """Return methods of falling quality that have half of their noise in common."""
    rng = np.random.default_rng(21)
    n_classes = {"classification": 2, "multiclass": 3}.get(task)
    parts, scores = {}, {}
    for name in ("train", "test"):
        y: NDArray[Any] = (
            rng.normal(size=(N, 2)) if n_classes is None else rng.integers(0, n_classes, N).astype(np.int8)
        )
        truth = y if n_classes is None else np.eye(n_classes)[y]
        common = rng.normal(size=(N, truth.shape[1]))
        answers = [
            truth + (0.4 + 0.1 * k) * (common + rng.normal(size=common.shape)) / np.sqrt(2.0) for k in range(n_methods)
        ]
        if task == "multiclass":
            answers = [np.exp(each) / np.exp(each).sum(axis=1, keepdims=True) for each in answers]
        scores[name] = [each[:, 1] if task == "classification" else each for each in answers]
        parts[name] = Part(rng.normal(size=(N, 3)).astype(np.float32), y, np.ones(N) if weight is None else weight)
    names = ("a", "b", "c")
    losses = PermutationImportance("AUC", Number(0.8, 0.01), {n: Number(0.1, 0.01) for n in names}, 100, 3)
    outcomes = tuple(
        Outcome(
            f"M{k}",
            "Sum",
            "Adds up",
            "ok",
            scores={name: each[k] for name, each in scores.items()},
            permutation=losses if k < 2 else None,
        )
        for k in range(n_methods)
    )
    return Material(
        title="Toy",
        seed=1,
        inputs=tuple(Input(each, each) for each in names),
        parts=parts,
        outcomes=outcomes,
        split={},
        split_sha256="0" * 64,
        classes=LABELS if task == "multiclass" else (),
        targets=(Input("u", "u"), Input("v", "v")) if task == "regression" else (),
    )


def answers(sample: Material, name: str, k: int) -> NDArray[np.float64]:
    """Return the test responses of a method to question k, in a regression its deviations."""
    found = next(each.scores["test"] for each in sample.outcomes if each.name == name)
    if sample.targets:
        return np.asarray(found[:, k] - sample.parts["test"].y[:, k])
    return np.asarray(found if found.ndim == 1 else found[:, k])


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_correlations_are_those_of_scipy(task: str) -> None:
    sample = material(task)
    y = sample.parts["test"].y
    found = measure(sample).agreement
    assert found
    groups = {
        "classification": {"signal": (0, y == 1), "background": (0, y == 0)},
        "multiclass": {label: (k, y == k) for k, label in enumerate(LABELS)},
        "regression": {name: (k, slice(None)) for k, name in enumerate("uv")},
    }[task]
    assert list(found.linear) == list(found.rank) == list(groups)
    for label, (k, chosen) in groups.items():
        for one, other in combinations(["M0", "M1", "M2", "M3"], 2):
            x, z = (answers(sample, name, k)[chosen] for name in (one, other))
            assert found.linear[label][one][other].value == pytest.approx(pearsonr(x, z).statistic, abs=1e-9)
            assert found.rank[label][one][other].value == pytest.approx(spearmanr(x, z).statistic, abs=1e-9)
            error = found.linear[label][one][other].error
            r = pearsonr(x, z).statistic
            assert error == pytest.approx((1 - r**2) / np.sqrt(len(x)), rel=0.2)  # normal variables


@pytest.mark.parametrize("task", ["classification", "multiclass"])
def test_overlaps_and_ratios_are_those_of_scikit_learn(task: str) -> None:
    sample = material(task)
    y = sample.parts["test"].y
    results = measure(sample)
    found = results.agreement
    assert found
    for k, label in enumerate(LABELS if task == "multiclass" else ("signal",)):
        signal = y == (k if task == "multiclass" else 1)
        curves = {}
        for name in ("M0", "M2"):
            fpr, tpr, cuts = roc_curve(signal, answers(sample, name, k), drop_intermediate=False)
            curves[name] = fpr, tpr, answers(sample, name, k) >= cuts[np.searchsorted(tpr, 0.7 - 1e-12)]
        one, other = curves["M0"][2], curves["M2"][2]
        overlap = found.overlap["0.70"][label]
        assert overlap.signal["M0"]["M2"].value == pytest.approx(jaccard_score(one[signal], other[signal]))
        assert overlap.background["M0"]["M2"].value == pytest.approx(jaccard_score(one[~signal], other[~signal]))
        assert overlap.background_shared["M2"]["M0"].value == pytest.approx(recall_score(other[~signal], one[~signal]))
        method = results.methods["M2"]
        ratio = (method.classes[label] if task == "multiclass" else method).roc_ratio
        assert ratio
        assert ratio.reference == "M0"
        expected = [np.interp(ratio.signal_efficiency, tpr, fpr) for fpr, tpr, _ in curves.values()]
        np.testing.assert_allclose(ratio.ratio, expected[1] / expected[0], rtol=1e-9)
    assert results.methods["M0"].roc_ratio is None


def test_of_many_methods_the_best_are_compared() -> None:
    results = measure(material("classification", n_methods=MOST + 2))
    best = list(results.methods)[:MOST]
    assert list(results.differences) == best[1:]
    assert results.agreement
    assert set(results.agreement.linear["signal"]) == set(best[:-1])
    assert results.methods[list(results.methods)[-1]].roc_ratio is None
    pairs = [each for others in results.differences.values() for each in others.values()]
    assert len(pairs) == MOST * (MOST - 1) // 2


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_it_is_written_and_read(task: str, tmp_path: Path) -> None:
    results = measure(material(task))
    assert results.importance_agreement
    assert list(results.importance_agreement.permutation) == ["M0"]
    write_results(results, tmp_path / "results.json")
    assert read_results(tmp_path / "results.json") == results


@pytest.mark.parametrize("hopeless", [True, False])
def test_what_cannot_be_compared_is_left_out(hopeless: bool, tmp_path: Path) -> None:
    sample = material("classification", n_methods=4 if hopeless else 1)
    if hopeless:  # its signal has no positive sum of weights in the test part
        sample.parts["test"].weight[sample.parts["test"].y == 1] = -1.0
    results = measure(sample)
    for method in results.methods.values():
        assert method.roc_ratio is None
    for others in results.differences.values():
        assert all(each.difference.error is None and not each.negligible for each in others.values())
    write_results(results, tmp_path / "results.json")

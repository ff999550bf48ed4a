"""Checks of a trained method: its scores, its Shapley values, and what comes back from a file."""

from __future__ import annotations

import json
import tempfile
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods import Method, available, load
from umva.testing.quality import apart, columns, rank_correlation
from umva.testing.suite import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods import Problem
    from umva.testing.trial import Trial

__all__: list[str] = []

_PICKLE = b"\x80"  # the first byte of every pickle since protocol 2


def _expected_shape(n_events: int, problem: Problem) -> tuple[int, ...]:
    """Return the shape of the score of so many events."""
    return (n_events,) if problem.task == "classification" else (n_events, len(problem.outputs))


@check()
def scores(trial: Trial) -> None:
    """Demand finite float64 scores in the shape of the task, even far from the training events; shares of classes sum to 1."""
    far = np.array([[1e6], [-1e6]], np.float32).repeat(4, axis=1)
    X = np.concatenate([trial.test.X, far])
    score, wanted = trial.trained.score(X), _expected_shape(len(X), trial.test.problem)
    trial.require(score.shape == wanted, f"score must have shape {wanted}, got {score.shape}")
    trial.require(score.dtype == np.float64, f"score must be float64, got {score.dtype}")
    trial.require(bool(np.isfinite(score).all()), "scores must be finite")
    if trial.task == "multiclass":
        shares = bool((score >= 0).all()) and bool(np.allclose(score.sum(axis=1), 1, rtol=0, atol=1e-6))
        trial.require(shares, "scores of classes must be probabilities, at least 0 and 1 in all")


@check()
def batches(trial: Trial) -> None:
    """Score events together and in small batches, with the same answers."""
    X = trial.test.X
    parts = np.concatenate([trial.trained.score(X[start : start + 37]) for start in range(0, len(X), 37)])
    off = apart(parts, trial.score)
    trial.require(off <= 1e-6, f"scores must not depend on the batch, differ by {off:.1e} of their range")


@check()
def any_number(trial: Trial) -> None:
    """Score no event, one event, and events that do not lie row by row in memory, with the same answers."""
    X, problem = trial.test.X, trial.test.problem
    values = trial.trained.shap(X[:0], X)
    found = trial.trained.score(X[:0]).shape, None if values is None else values.shape
    wanted = _expected_shape(0, problem), None if values is None else _shap_shape(X[:0], problem)
    trial.require(found == wanted, f"scores, Shapley values of no events must have shapes {wanted}, got {found}")
    views = {
        "one event alone": (X[:1], slice(0, 1)),
        "every third event": (X[::3], slice(0, None, 3)),
        "inputs column by column": (np.asfortranarray(X), slice(0, None)),
    }
    span = np.ptp(columns(trial.score), axis=0)
    for what, (view, rows) in views.items():
        off = float((np.abs(columns(trial.trained.score(view)) - columns(trial.score[rows])) / span).max())
        trial.require(off <= 1e-6, f"the score of {what} differs by {off:.1e} of the range")


@check()
def saved(trial: Trial) -> None:
    """Save without pickle and load, to the same scores bit for bit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "method"
        trial.trained.save(folder)
        for path in filter(Path.is_file, folder.rglob("*")):
            with path.open("rb") as file:
                trial.require(file.read(1) != _PICKLE, f"{path.name} is a pickle")
            if path.suffix == ".npz":
                with np.load(path, allow_pickle=False) as arrays:
                    objects = [key for key in arrays.files if _is_object(arrays, key)]
                trial.require(not objects, f"{path.name} has pickled arrays {objects}")
        restored = _restored(trial, folder)
        score = restored.score(trial.test.X)
    trial.require(np.array_equal(score, trial.score), "scores must be the same after saving and loading")
    trial.require(restored.problem_ == trial.trained.problem_, "the problem must be the same after saving and loading")


def _is_object(arrays: Mapping[str, Any], key: str) -> bool:
    try:
        return bool(arrays[key].dtype == object)
    except ValueError:  # what numpy says instead of unpickling
        return True


def _restored(trial: Trial, folder: Path) -> Method:
    """Return the method from the folder, as ``load`` does; a class that is not registered reads it itself."""
    if trial.name in available():
        return load(folder)
    json.loads((folder / "method.json").read_text(encoding="utf-8"))
    method = trial.new()
    method.problem_ = trial.trained.problem_
    method.read(folder)
    return method


def _shap_shape(X: NDArray[np.float32], problem: Problem) -> tuple[int, ...]:
    """Return the shape of the Shapley values of the scores of ``X``."""
    return (*X.shape, len(problem.outputs)) if problem.outputs else X.shape


@check()
def shapley(trial: Trial) -> None:
    """Sum exact Shapley values to the response, or to something that orders events alike."""
    X = trial.test.X[:60]
    values = trial.trained.shap(X, trial.events().X[:100])
    if values is None:
        return
    wanted = _shap_shape(X, trial.test.problem)
    trial.require(values.shape == wanted, f"Shapley values must have shape {wanted}, got {values.shape}")
    sums, score = columns(values.sum(axis=1)), columns(trial.trained.score(X))
    found = rank_correlation(sums, score)
    if trial.task == "multiclass":
        found = max(found, _of_log_odds(sums, score))
    trial.require(found > 0.999, f"Shapley values must sum to what orders events as the score, got {found:.4f}")


def _of_log_odds(sums: NDArray[np.float64], score: NDArray[np.float64]) -> float:
    """Return how alike they order events if the sums are log odds between classes, which the softmax turns into shares."""
    logs = np.log(np.maximum(score, 1e-300))
    pairs = combinations(range(score.shape[1]), 2)
    return min(rank_correlation(sums[:, i] - sums[:, j], logs[:, i] - logs[:, j]) for i, j in pairs)

"""One method's work, done in a process of its own: preprocess, train, save, score, explain.

What comes out is laid down in a folder, the record last, so that a run that was killed finds every finished method again.
"""

from __future__ import annotations

import time
import traceback
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError, UmvaError
from umva.factory.data.dataset import Dataset
from umva.factory.explain import N_EXPLAINED, explain
from umva.factory.model import load
from umva.factory.permutation import permuted
from umva.factory.progress import Board
from umva.methods import Context
from umva.methods.wrapped import trust

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.booking import Booking
    from umva.factory.model import Model
    from umva.factory.pipeline import Pipeline
    from umva.factory.run_folder import RunFolder
    from umva.methods import Events, Method

__all__ = ["Task", "train"]

N_COMPARED = 1000
"""Test events on which the model as saved is compared with the one that was trained."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to train one method.

    Parameters
    ----------
    booking
        The method as booked.
    folder
        Run folder, with the events in it; its path must be absolute.
    key
        Fingerprint of all that determines the outcome.
    seed, n_threads
        For the training.
    slot
        Index of the method on the progress board.
    trusted
        Types that estimators may hold, as the user allowed them in his process.
    """

    booking: Booking
    folder: RunFolder
    key: str
    seed: int
    n_threads: int
    slot: int
    trusted: tuple[str, ...]


def train(task: Task) -> None:
    """Train the method, save, score and explain it; whatever goes wrong is recorded, not raised."""
    trust(*task.trusted)
    board = Board.open(task.folder.sample)
    board.training(task.slot, 0.0)
    try:
        record = _train(task, board)
        board.done(task.slot)
    except Exception as error:  # noqa: BLE001 - any failure of one method must leave the others running
        reason = str(error) if isinstance(error, UmvaError) else f"{type(error).__name__}: {error}"
        record = {"status": "failed", "reason": reason, "traceback": traceback.format_exc()}
        board.failed(task.slot)
    task.folder.write_outcome(task.booking.name, {"key": task.key, **record})


def _explained_rows(dataset: Dataset, seed: int) -> NDArray[np.int64]:
    """Return the rows of the test events that are explained: the same for every method of a run."""
    rows = dataset.rows("test")
    n_test = rows.stop - rows.start
    chosen = np.random.default_rng(seed).choice(n_test, size=min(N_EXPLAINED, n_test), replace=False)
    explained: NDArray[np.int64] = rows.start + np.sort(chosen)
    return explained


def _train(task: Task, board: Board) -> dict[str, Any]:
    """Lay down model, scores and Shapley values, and return the record of how it went."""
    booking = task.booking
    outcome = task.folder.outcomes / booking.name
    outcome.mkdir(parents=True, exist_ok=True)
    dataset = Dataset.open(task.folder.sample)
    facts = dataset.facts
    model = booking.model(facts.inputs, facts.spectators, facts.problem, facts.missing)
    train_events = _events(dataset, "train", model)
    validation = _events(dataset, "validation", model) if facts.sizes[1] else None
    started = time.perf_counter()
    context = Context(task.seed, task.n_threads, lambda fraction: board.training(task.slot, fraction))
    notes = model.pipeline.fit(train_events, validation, context=context)
    trained = time.perf_counter()
    board.scoring(task.slot)
    model.save(task.folder.models / booking.name)
    scores, apply_us = _scores(model, dataset)
    np.save(outcome / "scores.npy", scores, allow_pickle=False)
    parity = _parity(model, dataset, scores, task.folder.models / booking.name)
    board.explaining(task.slot)
    started_shap = time.perf_counter()
    shap_note = _explained(model, dataset, train_events, task.seed, outcome / "shap.npz")
    shap_s = time.perf_counter() - started_shap
    permutation, lost = _permutation(model, dataset, task.seed)
    return {
        "status": "ok",
        "notes": [*notes, *lost],
        "permutation": permutation,
        "shap_note": shap_note,
        "parity": parity,
        "curves": _curves(booking.method),
        "ranking": _ranking(model.pipeline),
        "time": {
            "train_s": trained - started,
            "apply_us_per_event": apply_us,
            "shap_s": shap_s,
        },
    }


def _events(dataset: Dataset, part: str, model: Model) -> Events:
    """Return the events of a part as the model learns from them."""
    events = dataset.training(part)
    return replace(events, X=_inputs(dataset, dataset.rows(part), model))


def _inputs(dataset: Dataset, rows: slice | NDArray[np.int64], model: Model) -> NDArray[np.float32]:
    """Return the columns that the model is given: the variables, and the spectators if it asks for them."""
    X = dataset.X[rows]
    if len(model.inputs) == X.shape[1]:
        return X
    return np.concatenate([X, dataset.spectators[rows].astype(np.float32)], axis=1)


def _scores(model: Model, dataset: Dataset) -> tuple[NDArray[np.float64], float]:
    """Return the scores of all events in the order of the dataset, and the time an event takes on the test part."""
    test = dataset.rows("test")
    before = model.score(_inputs(dataset, slice(test.start), model))
    inputs = _inputs(dataset, test, model)
    started = time.perf_counter()
    scores = np.concatenate([before, model.score(inputs)])
    elapsed = time.perf_counter() - started
    bad = ~np.isfinite(scores.reshape(len(scores), -1)).all(axis=1)
    if bad.any():
        msg = f"{model.name} gives {bad.sum()} of {len(scores)} events a response that is NaN or infinite"
        raise MethodError(msg)
    return scores, 1e6 * elapsed / (test.stop - test.start)


def _parity(model: Model, dataset: Dataset, scores: NDArray[np.float64], folder: Path) -> dict[str, Any]:
    """Return by how much the model as saved answers otherwise, in units of the spread of its responses."""
    start = dataset.rows("test").start
    rows = slice(start, min(start + N_COMPARED, len(scores)))
    spread = float(np.std(scores, axis=0).max())
    try:
        again = load(folder).score(_inputs(dataset, rows, model))
    except Exception as error:  # noqa: BLE001 - a trained and tested method is not given up for its copy
        return {"n_events": 0, "largest": None, "reason": f"{type(error).__name__}: {error}"}
    largest = float(np.abs(again - scores[rows]).max(initial=0.0))
    return {"n_events": rows.stop - rows.start, "largest": largest / spread if spread > 0 else largest}


def _explained(model: Model, dataset: Dataset, train_events: Events, seed: int, path: Path) -> str:
    """Write Shapley values and the weights of their events, and say how they were found, or why they were not."""
    rows = _explained_rows(dataset, seed)
    try:
        X = np.ascontiguousarray(_inputs(dataset, rows, model))
        found = explain(model, X, train_events, seed=seed, n_variables=len(dataset.facts.inputs))
    except Exception as error:  # noqa: BLE001 - a trained and tested method is not given up for its explanation
        return f"not computed: {type(error).__name__}: {error}"
    np.savez(path, values=found.values, weight=dataset.weight[rows])
    return found.note


def _permutation(model: Model, dataset: Dataset, seed: int) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """Return the record of the permutation importance, or why there is none."""
    try:
        found = permuted(model, dataset, lambda rows: _inputs(dataset, rows, model), seed=seed)
    except Exception as error:  # noqa: BLE001 - a trained and tested method is not given up for its explanation
        return None, (f"Its permutation importance was not computed: {type(error).__name__}: {error}",)
    return asdict(found), ()


def _curves(method: Method) -> dict[str, Any] | None:
    if method.curves_ is None:
        return None
    record = asdict(replace(method.curves_, values={}))
    return record | {"values": {key: [float(v) for v in value] for key, value in method.curves_.values.items()}}


def _ranking(pipeline: Pipeline) -> dict[str, Any] | None:
    """Return what the method says of its inputs, the best first, by their names as the method sees them."""
    ranking, names = pipeline.method.ranking_, pipeline.input_names
    if ranking is None:
        return None
    return {"quantity": ranking.quantity, "values": {names[k]: float(ranking.values[k]) for k in ranking.order()}}

"""What other processes do for the studies: apply a trained method to varied events, train it again on less."""

from __future__ import annotations

import json
import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError, UmvaError
from umva.factory.data.dataset import Dataset
from umva.factory.model import load
from umva.factory.progress import Board
from umva.factory.training import Task
from umva.methods import Context
from umva.methods.wrapped import trust

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.model import Model
    from umva.factory.studies.plan import Retraining
    from umva.methods import Events

__all__ = ["ApplyTask", "RetrainTask", "apply", "folder_of", "retrain", "stem_of", "varied_folder"]


@dataclass(frozen=True)
class ApplyTask(Task):
    """A trained method and the varied events that it is to be applied to.

    Parameters
    ----------
    n_sides
        How many sides of variations lie in the folder of the sample.
    """

    n_sides: int

    @property
    def records(self) -> dict[str, str]:
        """The keys of what it leaves behind, by the names of the files."""
        return {"varied": self.key}


@dataclass(frozen=True)
class RetrainTask(Task):
    """A method and what it is to be trained again on.

    Parameters
    ----------
    retrainings
        Done one after the other.
    keys
        Fingerprint of all that determines each.
    """

    retrainings: tuple[Retraining, ...]
    keys: tuple[str, ...]

    @property
    def records(self) -> dict[str, str]:
        """The keys of what it leaves behind, by the names of the files."""
        return {stem_of(key): key for key in self.keys}


def varied_folder(sample: Path, place: int) -> Path:
    """Return where the varied events of one side lie while they are needed."""
    return sample / f"varied{place}"


def stem_of(key: str) -> str:
    """Return the name of the files that a training on less leaves behind."""
    return f"retrained-{key[:20]}"


def folder_of(task: Task) -> Path:
    """Return where the studies of a method lie; it goes with the method's outcome when that is trained anew."""
    return task.folder.outcomes / task.booking.name / "studies"


def apply(task: ApplyTask) -> None:
    """Apply the trained method to all varied events; whatever goes wrong is recorded, not raised."""
    trust(*task.trusted)
    board = Board.open(task.folder.sample)

    def work() -> dict[str, Any]:
        model = load(task.folder.models / task.booking.name)
        found = {}
        for place in range(task.n_sides):
            board.training(task.slot, place / task.n_sides)
            dataset = Dataset.open(varied_folder(task.folder.sample, place))
            every = np.arange(len(dataset.facts.inputs))
            found[str(place)] = _finite(model.score(_inputs(dataset, dataset.rows("test"), model, every)))
        return {"arrays": found}

    done = _recorded(folder_of(task), "varied", task.key, work)
    (board.done if done else board.failed)(task.slot)


def retrain(task: RetrainTask) -> None:
    """Train a method on less, again and again; whatever goes wrong with one training is recorded, and the next follows."""
    trust(*task.trusted)
    board = Board.open(task.folder.sample)
    done = []
    for place, (each, key) in enumerate(zip(task.retrainings, task.keys, strict=True)):
        share = (place / len(task.keys), 1 / len(task.keys))

        def progress(fraction: float, share: tuple[float, float] = share) -> None:
            board.training(task.slot, share[0] + fraction * share[1])

        def work(each: Retraining = each, progress: Callable[[float], None] = progress) -> dict[str, Any]:
            progress(0.0)
            return _retrained(task, each, Context(task.seed, task.n_threads, progress))

        done.append(_recorded(folder_of(task), stem_of(key), key, work))
    (board.done if all(done) else board.failed)(task.slot)


def _recorded(folder: Path, stem: str, key: str, work: Callable[[], dict[str, Any]]) -> bool:
    """Do some work, lay down its arrays and, last, the record of how it went; return whether it went well."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        record: dict[str, Any] = work()
        arrays: Mapping[str, NDArray[Any]] = record.pop("arrays")
        for name, each in arrays.items():
            np.save(folder / f"{stem}-{name}.npy", each, allow_pickle=False)
        record |= {"status": "ok", "arrays": list(arrays)}
    except Exception as error:  # noqa: BLE001 - any failure of one study must leave the others running
        reason = str(error) if isinstance(error, UmvaError) else f"{type(error).__name__}: {error}"
        record = {"status": "failed", "reason": reason, "traceback": traceback.format_exc()}
    fresh = folder / f"{stem}.json.new"
    fresh.write_text(json.dumps({"key": key, **record}), encoding="utf-8")
    fresh.replace(folder / f"{stem}.json")
    return bool(record["status"] == "ok")


def _retrained(task: RetrainTask, what: Retraining, context: Context) -> dict[str, Any]:
    """Train the method on less and return its responses to the test events, and to the events it was trained on."""
    dataset = Dataset.open(task.folder.sample)
    facts = dataset.facts
    kept = np.array([k for k, each in enumerate(facts.inputs) if each.name != what.without])
    inputs = tuple(facts.inputs[k] for k in kept)
    model = task.booking.model(inputs, facts.spectators, facts.problem, facts.missing)
    rows = _fraction(dataset, what.fraction)
    train = _events(dataset, "train", model, kept)
    validation = _events(dataset, "validation", model, kept) if facts.sizes[1] else None
    started = time.perf_counter()
    model.pipeline.fit(_share(train, rows), validation, context=context)
    elapsed = time.perf_counter() - started
    arrays: dict[str, NDArray[Any]] = {
        "test": _finite(model.score(_inputs(dataset, dataset.rows("test"), model, kept)))
    }
    if what.fraction < 1:
        arrays |= {"rows": rows, "train": _finite(model.score(train.X[rows]))}
    return {"arrays": arrays, "train_s": elapsed}


def _finite(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return responses, all of which must be numbers."""
    if not np.isfinite(scores).all():
        msg = f"{np.count_nonzero(~np.isfinite(scores))} responses are NaN or infinite"
        raise MethodError(msg)
    return scores


def _inputs(dataset: Dataset, rows: slice, model: Model, kept: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the columns that the model is given: the variables that it knows, and the spectators if it asks for them."""
    X = np.asarray(dataset.X[rows]) if len(kept) == dataset.X.shape[1] else dataset.X[rows][:, kept]
    if len(model.inputs) == len(kept):
        return X
    return np.concatenate([X, dataset.spectators[rows].astype(np.float32)], axis=1)


def _events(dataset: Dataset, part: str, model: Model, kept: NDArray[np.int64]) -> Events:
    """Return the events of a part as the model learns from them."""
    return replace(dataset.training(part), X=_inputs(dataset, dataset.rows(part), model, kept))


def _fraction(dataset: Dataset, fraction: float) -> NDArray[np.int64]:
    """Return the first training events of each class, in their order: a fraction of them, one at least."""
    rows = dataset.rows("train")
    y = np.zeros(rows.stop - rows.start) if dataset.facts.problem.targets else np.asarray(dataset.y[rows])
    chosen = []
    for k in np.unique(y):
        own = np.flatnonzero(y == k)
        chosen.append(own[: max(1, round(fraction * len(own)))])
    return np.sort(np.concatenate(chosen))


def _share(train: Events, rows: NDArray[np.int64]) -> Events:
    """Return some training events, each class with its share of the sum of weights as it is among all.

    A class of which negative weights leave nothing keeps its weights as they are.
    """
    if len(rows) == train.n_events:
        return train
    some, weight = train.select(rows), np.array(train.weight[rows])
    whole, part = (np.zeros(each.n_events) if each.problem.targets else each.y for each in (train, some))
    for k in np.unique(part):
        wanted = float(train.weight[whole == k].sum()) * np.count_nonzero(part == k) / np.count_nonzero(whole == k)
        found = float(weight[part == k].sum())
        if found > 0 and wanted > 0:
            weight[part == k] *= wanted / found
    return replace(some, weight=weight)

"""The studies of a run: done in other processes once the methods are trained, kept in the run folder, read back for the measures.

What is there already from an earlier run, with the same events, options, seed and versions, is not done again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.factory.data.dataset import Dataset
from umva.factory.data.varied import read_varied
from umva.factory.pool import run_tasks
from umva.factory.progress import Board, watch
from umva.factory.run_folder import RunFolder
from umva.factory.studies.work import ApplyTask, RetrainTask, apply, folder_of, retrain, stem_of, varied_folder
from umva.methods.wrapped import trusted
from umva.reports.varied import Retrained, Varied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import TypeVar

    from rich.console import Console

    from umva.factory.booking import Booking
    from umva.factory.data.declaration import Declaration
    from umva.factory.data.varied import VariedEvents
    from umva.factory.pool import Slots
    from umva.factory.studies.plan import Retraining, StudyPlan
    from umva.factory.training import Task

    AnyTask = TypeVar("AnyTask", ApplyTask, RetrainTask)

__all__ = ["Studies", "lay_down"]

_AT_ONCE = 4
"""Trainings that one process does one after the other: starting it may take longer than one of them."""


def lay_down(declaration: Declaration, dataset: Dataset, sample: Path) -> tuple[VariedEvents, ...]:
    """Read the events of all variations and lay them down beside the sample, where all processes can open them.

    Raises
    ------
    DataError
        If a variation does not fit the events; see :func:`umva.factory.data.varied.read_varied`.
    """
    opened = []
    for place, each in enumerate(read_varied(declaration, dataset)):
        folder = varied_folder(sample, place)
        each.dataset.save(folder)
        opened.append(replace(each, dataset=Dataset.open(folder)))
    return tuple(opened)


@dataclass(frozen=True)
class Studies:
    """Trained methods and what is asked of them.

    Parameters
    ----------
    plan
        Trainings on less.
    varied
        Varied events, from :func:`lay_down`.
    folder
        The run folder, held by this run.
    dataset
        The events.
    keys
        The key of each trained method, by name.
    seed, slots
        As of the trainings.
    """

    plan: StudyPlan
    varied: tuple[VariedEvents, ...]
    folder: RunFolder
    dataset: Dataset
    keys: Mapping[str, str]
    seed: int
    slots: Slots

    def run(self, bookings: Sequence[Booking], console: Console) -> None:
        """Do what was not done before, for methods that were trained."""
        if self.varied:
            tasks = [self._apply_task(each, slot) for slot, each in enumerate(bookings)]
            self._work(apply, [each for each in tasks if not self._done(each, "varied", each.key)], console)
        if self._retrainings:
            retrainings = [task for each in bookings for task in self._retrain_tasks(each)]
            self._work(retrain, sorted(retrainings, key=lambda task: -task.booking.method.cost), console)

    def variations(self) -> tuple[Varied, ...]:
        """Return the varied events, for the measures."""
        parts = [(each, each.dataset.part("test")) for each in self.varied]
        return tuple(
            Varied(each.name, each.direction, each.words, part.y, part.weight, each.row) for each, part in parts
        )

    def found(self, booking: Booking) -> dict[str, Any]:
        """Return what the studies found of a trained method: fields of :class:`umva.reports.material.Outcome`."""
        facts: dict[str, Any] = {}
        if self.varied:
            task = self._apply_task(booking, 0)
            record, arrays = self._read(task, "varied", task.key)
            facts["varied_note"] = record.get("reason")
            facts["varied"] = {(v.name, v.direction): arrays[str(k)] for k, v in enumerate(self.varied) if arrays}
        facts["retrained"] = tuple(self._retrained(booking, each) for each in self._retrainings)
        return facts

    @cached_property
    def _retrainings(self) -> list[Retraining]:
        return self.plan.retrainings(each.name for each in self.dataset.facts.inputs)

    @cached_property
    def _varied_sha256(self) -> str:
        """Fingerprint of all varied events."""
        return _hashed([[each.name, each.direction, each.dataset.fingerprint()] for each in self.varied])

    def _retrained(self, booking: Booking, what: Retraining) -> Retrained:
        """Return what became of one training on less."""
        key = _hashed([self.keys[booking.name], what.without, what.fraction])
        record, arrays = self._read(self._task(booking, 0), stem_of(key), key)
        if record.get("status") != "ok":
            return Retrained(what.without, what.fraction, reason=str(record.get("reason", "it was never started")))
        scores = {part: each for part, each in arrays.items() if part != "rows"}
        return Retrained(what.without, what.fraction, scores, arrays.get("rows"))

    def _task(self, booking: Booking, slot: int) -> Task:
        """Return what all tasks of a method have in common."""
        from umva.factory.training import Task

        folder = RunFolder(self.folder.path.resolve())
        return Task(booking, folder, self.keys[booking.name], self.seed, self.slots.n_threads, slot, trusted())

    def _apply_task(self, booking: Booking, slot: int) -> ApplyTask:
        task = self._task(booking, slot)
        key = _hashed([task.key, self._varied_sha256])
        return ApplyTask(**{**vars(task), "key": key}, n_sides=len(self.varied))

    def _retrain_tasks(self, booking: Booking) -> list[RetrainTask]:
        """Return what is left to do for a method, a few trainings a task."""
        task = self._task(booking, 0)
        left = [(each, _hashed([task.key, each.without, each.fraction])) for each in self._retrainings]
        left = [(each, key) for each, key in left if not self._done(task, stem_of(key), key)]
        parts = [left[start : start + _AT_ONCE] for start in range(0, len(left), _AT_ONCE)]
        return [
            RetrainTask(**vars(task), retrainings=tuple(e for e, _ in part), keys=tuple(k for _, k in part))
            for part in parts
        ]

    def _work(self, function: Callable[[AnyTask], None], tasks: Sequence[AnyTask], console: Console) -> None:
        """Do all tasks in other processes, a bar for each method."""
        if not tasks:
            return
        board = Board.create(self.folder.sample, len(tasks))
        placed = [replace(each, slot=slot) for slot, each in enumerate(tasks)]

        def failed(task: AnyTask, reason: str) -> None:
            for stem, key in task.records.items():
                if not self._done(task, stem, key):
                    _write_failed(folder_of(task), stem, key, reason)
            board.failed(task.slot)

        with watch(board, [each.booking.name for each in placed], console):
            run_tasks(function, placed, self.slots, failed=failed)

    def _done(self, task: Task, stem: str, key: str) -> bool:
        return self._read(task, stem, key)[0].get("status") == "ok"

    def _read(self, task: Task, stem: str, key: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the record and the arrays of a study with this key, mapped; both are empty if there is none."""
        folder = folder_of(task)
        try:
            record = json.loads((folder / f"{stem}.json").read_text(encoding="utf-8"))
            if record["key"] != key:
                return {}, {}
            names = record["arrays"] if record["status"] == "ok" else ()
            arrays = {each: np.load(folder / f"{stem}-{each}.npy", mmap_mode="r", allow_pickle=False) for each in names}
        except (OSError, ValueError, KeyError):
            return {}, {}
        return record, arrays


def _write_failed(folder: Path, stem: str, key: str, reason: str) -> None:
    """Record that a study failed because its process did."""
    folder.mkdir(parents=True, exist_ok=True)
    record = {"key": key, "status": "failed", "reason": reason}
    (folder / f"{stem}.json").write_text(json.dumps(record), encoding="utf-8")


def _hashed(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

"""One run of a factory on one dataset: train and test all methods, measure them, write the run folder."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.factory.data.declaration import PARTS
from umva.factory.environment import environment, git_revision
from umva.factory.pool import run_tasks
from umva.factory.progress import Board, busy, watch
from umva.factory.run_folder import RunFolder, versions
from umva.factory.studies import Studies, StudyPlan
from umva.factory.training import Task, train
from umva.methods.wrapped import trusted
from umva.reports.material import Material, Outcome
from umva.reports.results import OwnRanking, Parity, PermutationImportance, Timing, TrainingCurves

if TYPE_CHECKING:
    from rich.console import Console

    from umva.factory.booking import Booking
    from umva.factory.data.dataset import Dataset
    from umva.factory.data.varied import VariedEvents
    from umva.factory.pool import Slots
    from umva.methods import Problem
    from umva.reports.results import Results

__all__ = ["Execution"]


@dataclass(frozen=True)
class Execution:
    """Booked methods, the events they share, and where the outcome goes.

    Parameters
    ----------
    title, seed, bookings
        As given to the factory.
    folder
        Run folder, held by this run.
    dataset
        The events, laid down in the folder's sample.
    fingerprint
        Of the events.
    slots
        How the machine is shared.
    mute
        Codes of the checks that the user knows of.
    plan, varied
        Studies on request, and the varied events.
    macro
        A program that repeats the run.
    name
        Of the dataset.
    """

    title: str
    seed: int
    bookings: tuple[Booking, ...]
    folder: RunFolder
    dataset: Dataset
    fingerprint: str
    slots: Slots
    mute: tuple[str, ...] = ()
    plan: StudyPlan = field(default_factory=StudyPlan)
    varied: tuple[VariedEvents, ...] = ()
    macro: str = ""
    name: str = "dataset"

    def run(self, console: Console, *, resume: bool) -> Results:
        """Train what was not trained before, measure everything and write it."""
        from umva.factory.tmva_output import tmva_details
        from umva.reports import measure, write_leaderboard, write_results
        from umva.reports.tmva_root import write_tmva_root

        self.folder.write_split(self.dataset)
        self._write_run(finished=False)
        self._train(console, resume=resume)
        self._studies.run([each for each in self.bookings if self._status(each) == "ok"], console)
        for each in self.bookings:
            if each.verbose:
                console.print(self._account(each), markup=False, highlight=False)
        with busy(console, "measuring"):
            self.folder.write_scores(self.dataset, [each.name for each in self.bookings if self._status(each) == "ok"])
            material = self._material()
            results = measure(material)
        write_results(results, self.folder.path / "results.json")
        write_leaderboard(results, self.folder.path / "leaderboard.csv")
        with busy(console, "writing TMVA.root"):
            trained = [each for each in self.bookings if self._status(each) == "ok"]
            details = tmva_details(self.name, self.dataset, trained, self.folder, results)
            write_tmva_root(material, self.folder.path / "TMVA.root", details)
        self._write_run(finished=True)
        return results

    @cached_property
    def _keys(self) -> dict[str, str]:
        """The keys under which the outcomes of earlier runs are found again."""
        n_threads = self.slots.n_threads
        return {each.name: self.folder.key(each, self.fingerprint, self.seed, n_threads) for each in self.bookings}

    @cached_property
    def _studies(self) -> Studies:
        """What else is asked of the trained methods."""
        return Studies(self.plan, self.varied, self.folder, self.dataset, self._keys, self.seed, self.slots)

    def _train(self, console: Console, *, resume: bool) -> None:
        """Train what has not been trained before, the slowest methods first."""
        board = Board.create(self.folder.sample, len(self.bookings))
        tasks = []
        for slot, each in enumerate(self.bookings):
            if resume and self.folder.finished(each.name, self._keys[each.name]):
                board.done(slot)
            else:
                tasks.append(self._task(each, slot))
        for task in tasks:  # whatever another run left must not be taken for the outcome of this one
            shutil.rmtree(self.folder.models / task.booking.name, ignore_errors=True)
            shutil.rmtree(self.folder.outcomes / task.booking.name, ignore_errors=True)
        tasks.sort(key=lambda task: -task.booking.method.cost)

        def failed(task: Task, reason: str) -> None:
            self.folder.write_outcome(task.booking.name, {"key": task.key, "status": "failed", "reason": reason})
            board.failed(task.slot)

        with watch(board, [each.name for each in self.bookings], console):
            run_tasks(train, tasks, self.slots, failed=failed)

    def _task(self, booking: Booking, slot: int) -> Task:
        return Task(
            booking=booking,
            folder=RunFolder(self.folder.path.resolve()),
            key=self._keys[booking.name],
            seed=self.seed,
            n_threads=self.slots.n_threads,
            slot=slot,
            trusted=trusted(),
        )

    def _material(self) -> Material:
        """Return what the measures need, all of it arrays."""
        dataset, facts = self.dataset, self.dataset.facts
        return Material(
            title=self.title,
            seed=self.seed,
            inputs=facts.inputs,
            parts={part: dataset.part(part) for part in PARTS if len(dataset.part(part).y)},
            outcomes=tuple(self._outcome(each) for each in self.bookings),
            split=facts.split,
            split_sha256=facts.split_sha256,
            classes=facts.problem.classes if facts.problem.task == "multiclass" else (),
            targets=facts.targets,
            spectators=facts.spectators,
            cuts=facts.cuts,
            weights=facts.weights,
            files=facts.files,
            expected=facts.expected,
            mute=self.mute,
            variations=self._studies.variations(),
            provenance={
                "versions": versions(),
                "classes": _roles(facts.problem),
                "environment": environment(self.slots.n_threads),
                "time": {
                    "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                    "command": _command(),
                    "git": git_revision(),
                    "macro": self.macro,
                },
            },
        )

    def _outcome(self, booking: Booking) -> Outcome:
        """Return what became of a booking, read back from the run folder."""
        record = self.folder.outcome(booking.name) or {"status": "skipped", "reason": "it was never started"}
        facts: dict[str, Any] = {key: record.get(key) for key in ("reason", "traceback", "shap_note")}
        if record["status"] == "ok":
            scores = self.folder.scores(booking.name)
            values, weight = self.folder.shap(booking.name) or (None, None)
            facts["scores"] = {part: scores[self.dataset.rows(part)] for part in ("train", "test")}
            facts |= {"shap": values, "shap_weight": weight, "time": Timing(**record["time"])}
            facts["ranking"] = OwnRanking(**record["ranking"]) if record.get("ranking") else None
            facts["permutation"] = _permutation(record.get("permutation"))
            facts["parity"] = Parity(**record["parity"]) if record.get("parity") else None
            facts["curves"] = TrainingCurves(**record["curves"]) if record["curves"] else None
            facts |= self._studies.found(booking)
        return Outcome(
            name=booking.name,
            method=booking.method.title,
            title=booking.method.summary(),
            status=record["status"],
            options=booking.method.options(),
            transform=booking.transform,
            notes=tuple(record.get("notes", ())),
            **facts,
        )

    def _account(self, booking: Booking) -> str:
        """Say how a training went, for TMVA's option V."""
        found = self._outcome(booking)
        lines = [f"{booking.name}: {found.status}"]
        if found.time is not None:
            lines[0] += f", {found.time.train_s:.2f} s of training, {found.time.apply_us_per_event:.3g} µs an event"
        remarks = [*found.notes, *([found.reason] if found.reason else [])]
        if found.ranking is not None:
            remarks.append(f"Ranking of the inputs by {found.ranking.quantity}, the best first:")
            places = enumerate(found.ranking.values.items(), start=1)
            remarks += [f"{place:4} : {name} : {value:.3e}" for place, (name, value) in places]
        return "\n".join([*lines, *(f"  {each}" for each in remarks)])

    def _status(self, booking: Booking) -> str:
        record = self.folder.outcome(booking.name)
        return str(record["status"]) if record else "skipped"

    def _write_run(self, *, finished: bool) -> None:
        methods = {
            each.name: {
                "method": each.method.name,
                "options": each.method.options(),
                "transform": each.transform,
                "negative_weights": each.negative_weights,
                "key": self._keys[each.name],
                "status": self._status(each) if finished else "booked",
            }
            for each in self.bookings
        }
        self.folder.write_run(
            {
                "title": self.title,
                "finished": finished,
                "seed": self.seed,
                "n_processes": self.slots.n_processes,
                "n_threads": self.slots.n_threads,
                "versions": versions(),
                "command": sys.argv,
                "data_sha256": self.fingerprint,
                "split_sha256": self.dataset.facts.split_sha256,
                "methods": methods,
            }
        )


def _permutation(record: dict[str, Any] | None) -> PermutationImportance | None:
    """Return what a method loses without each variable; earlier runs do not know."""
    import cattrs

    return cattrs.structure(record, PermutationImportance) if record else None


def _roles(problem: Problem) -> dict[str, str]:
    """Return what the user calls each class, by the name that it has in the results."""
    if problem.task == "classification":
        return dict(zip(("background", "signal"), problem.classes, strict=True))
    return {each: each for each in problem.classes}


def _command() -> str:
    """Return how this program was called, without the folders of its file."""
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])

"""The ``Factory``: books methods on one dataset, trains and tests them all, and measures the results."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.errors import MethodError, RunError
from umva.factory.booking import Booking, book
from umva.factory.data.dataset import Dataset
from umva.factory.data.declaration import PARTS
from umva.factory.data.preprocessing import Chain
from umva.factory.pool import Slots, run_tasks
from umva.factory.progress import Board, watch
from umva.factory.run_folder import RunFolder, versions
from umva.factory.training import Task, train, write_record
from umva.reports.material import Material, Outcome
from umva.reports.results import Timing, TrainingCurves

if TYPE_CHECKING:
    from rich.console import Console

    from umva.factory.data.loader import DataLoader
    from umva.reports.results import Results

__all__ = ["Factory"]


class Factory:
    """Books methods, trains and tests them on the same events, and compares them.

    Parameters
    ----------
    name
        Title of the run.
    output
        The run folder; by default named after the run.
    seed
        The one seed: it determines every number of the results, on one machine.
    n_jobs
        Cores to use; None takes all.
    console
        Where progress is drawn, a rich console; None draws on the standard error if that is a terminal.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from umva import DataLoader, Factory
    >>> rng = np.random.default_rng(1)
    >>> loader = DataLoader().add_variables(["x", "y"])
    >>> loader = loader.add_sample({"x": rng.normal(1, 1, 500), "y": rng.normal(0, 1, 500)}, label="signal")
    >>> loader = loader.add_sample({"x": rng.normal(0, 1, 500), "y": rng.normal(1, 1, 500)}, label="background")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     factory = Factory("toy", output=folder)
    ...     _ = factory.book(loader, "Fisher")
    ...     results = factory.run()
    >>> results.methods["Fisher"].auc.test.value > 0.8
    True
    """

    def __init__(
        self,
        name: str = "umva",
        output: str | Path | None = None,
        *,
        seed: int = 1,
        n_jobs: int | None = None,
        console: Console | None = None,
    ) -> None:
        self.name = name
        self.seed = seed
        self.n_jobs = n_jobs
        self.bookings: list[Booking] = []
        self._folder = RunFolder(Path(output if output is not None else name))
        self._loader: DataLoader | None = None
        self._console = console

    def book(
        self,
        loader: DataLoader,
        method: Any,
        *,
        name: str | None = None,
        options: str | None = None,
        transform: str | None = None,
        **settings: Any,
    ) -> Booking:
        """Book a method; all its options are checked here.

        Parameters
        ----------
        loader
            The events; the same for all methods of a factory, since they are compared event by event.
        method
            A registered name such as ``"BDT"``, a scikit-learn classifier, or a Keras model.
        name
            What tables and files call it; by default as the method.
        options
            An option string as for TMVA: ``"NTrees=850:MaxDepth=3"``.
        transform
            Input transformations such as ``"G,N"``; by default the method's own, ``"I"`` for none.
        **settings
            Options by native name: ``n_trees=850``.

        Raises
        ------
        UnknownMethodError, OptionError
            For a name or value that does not exist; says what is near.
        MethodError
            If the name is taken, or cannot be the name of a folder.
        """
        if self._loader is not None and loader is not self._loader:
            msg = "all methods of a factory share one DataLoader; make a second Factory for other events or variables"
            raise MethodError(msg)
        booking = book(method, name=name, options=options, transform=transform, settings=settings)
        if booking.name in {each.name for each in self.bookings}:
            msg = f"a method called {booking.name!r} is booked already; give name=..."
            raise MethodError(msg)
        if booking.name.startswith(".") or set(booking.name) & set('/\\:*?"<>|\0'):
            msg = f"{booking.name!r} cannot be the name of a method: it names a folder too"
            raise MethodError(msg)
        self._loader = loader
        self.bookings.append(booking)
        return booking

    def run(self, *, resume: bool = True) -> Results:
        """Read the events, train and test all booked methods, and return the measured results.

        Everything that can be checked is checked before the first training. A method that fails is reported as failed and
        the others go on. The run folder then holds models, scores, ``results.json`` and ``leaderboard.csv``.

        Parameters
        ----------
        resume
            Take over methods that an earlier run in the same folder trained with the same events, options, seed and
            versions.

        Raises
        ------
        DataError
            If the events cannot be used.
        RunError
            If nothing is booked or the run folder cannot be written.
        """
        from umva.reports import measure, write_leaderboard, write_results

        loader = self._checked()
        with self._folder.reading() as sample:
            dataset = loader.dataset(sample)
            dataset.save(sample)
        del dataset
        dataset = Dataset.open(sample)
        self._folder.write_split(dataset)
        plan = _Plan.of(self, dataset)
        self._write_run(plan, dataset, finished=False)
        self._train(plan, resume=resume)
        trained = [each.name for each in self.bookings if _status(self._folder, each.name) == "ok"]
        self._folder.write_scores(dataset, trained)
        results = measure(self._material(dataset))
        write_results(results, self._folder.path / "results.json")
        write_leaderboard(results, self._folder.path / "leaderboard.csv")
        self._write_run(plan, dataset, finished=True)
        self._folder.clear_sample()
        return results

    def _checked(self) -> DataLoader:
        """Return the loader, once all that needs no events has been checked."""
        if self._loader is None:
            msg = f"factory {self.name!r} has no method booked: factory.book(loader, 'BDT')"
            raise RunError(msg)
        declaration = self._loader.declaration()
        names = tuple((each.text.rpartition(":=")[0].strip() or each.text).strip() for each in declaration.variables)
        for each in self.bookings:
            Chain.parse(each.transform, variables=names, classes=declaration.classes)
        return self._loader

    def _train(self, plan: _Plan, *, resume: bool) -> None:
        """Train what has not been trained before, the slowest methods first."""
        board = Board.create(self._folder.sample, len(self.bookings))
        tasks = []
        for slot, each in enumerate(self.bookings):
            if resume and self._folder.finished(each.name, plan.keys[each.name]):
                board.done(slot)
            else:
                tasks.append(self._task(each, plan, slot))
        tasks.sort(key=lambda task: -task.method.cost)
        names = [each.name for each in self.bookings]

        def died(task: Task) -> None:
            reason = "its process died; the system may have stopped it for want of memory"
            write_record(self._folder.outcomes / task.name, {"key": task.key, "status": "failed", "reason": reason})
            board.done(task.slot)

        with watch(board, names, self._console or _standard_error()):
            run_tasks(train, tasks, plan.slots, died=died)

    def _task(self, booking: Booking, plan: _Plan, slot: int) -> Task:
        return Task(
            name=booking.name,
            method=booking.method,
            transform=booking.transform,
            ignore_negative=booking.ignore_negative,
            key=plan.keys[booking.name],
            seed=self.seed,
            n_threads=plan.slots.n_threads,
            sample=self._folder.sample.resolve(),
            models=self._folder.models.resolve(),
            outcomes=self._folder.outcomes.resolve(),
            slot=slot,
        )

    def _material(self, dataset: Dataset) -> Material:
        """Return what the measures need, all of it arrays."""
        return Material(
            title=self.name,
            seed=self.seed,
            inputs=dataset.facts.inputs,
            parts={part: dataset.part(part) for part in PARTS if len(dataset.part(part).y)},
            outcomes=tuple(self._outcome(each, dataset) for each in self.bookings),
            split=dataset.facts.split,
            split_sha256=dataset.facts.split_sha256,
            spectators=dataset.facts.spectators,
            cuts=dataset.facts.cuts,
            weights=dataset.facts.weights,
            files=dataset.facts.files,
            provenance={
                "versions": versions(),
                "classes": {"signal": dataset.facts.classes[1], "background": dataset.facts.classes[0]},
                "time": {"finished": datetime.now(UTC).isoformat(timespec="seconds"), "command": " ".join(sys.argv)},
            },
        )

    def _outcome(self, booking: Booking, dataset: Dataset) -> Outcome:
        """Return what became of a booking, read back from the run folder."""
        record = self._folder.outcome(booking.name) or {"status": "skipped", "reason": "it was never started"}
        facts: dict[str, Any] = {key: record.get(key) for key in ("reason", "traceback", "shap_note")}
        if record["status"] == "ok":
            scores = self._folder.scores(booking.name)
            values, weight = self._folder.shap(booking.name)
            facts["scores"] = {part: scores[dataset.rows(part)] for part in ("train", "test")}
            facts |= {"shap": values, "shap_weight": weight, "time": Timing(**record["time"])}
            facts["curves"] = TrainingCurves(**record["curves"]) if record["curves"] else None
        return Outcome(
            name=booking.name,
            method=booking.method.name,
            title=booking.method.summary(),
            status=record["status"],
            options=booking.method.options(),
            transform=booking.transform,
            notes=tuple(record.get("notes", ())),
            **facts,
        )

    def _write_run(self, plan: _Plan, dataset: Dataset, *, finished: bool) -> None:
        statuses = {each.name: _status(self._folder, each.name) for each in self.bookings}
        methods = {
            each.name: {
                "method": each.method.name,
                "options": each.method.options(),
                "transform": each.transform,
                "key": plan.keys[each.name],
                "status": statuses[each.name] if finished else "booked",
            }
            for each in self.bookings
        }
        self._folder.write_run(
            {
                "title": self.name,
                "finished": finished,
                "seed": self.seed,
                "n_processes": plan.slots.n_processes,
                "n_threads": plan.slots.n_threads,
                "versions": versions(),
                "command": sys.argv,
                "data_sha256": plan.fingerprint,
                "split_sha256": dataset.facts.split_sha256,
                "methods": methods,
            }
        )


@dataclass(frozen=True)
class _Plan:
    """How this run shares the machine, and the keys under which outcomes are found again."""

    fingerprint: str
    slots: Slots
    keys: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, factory: Factory, dataset: Dataset) -> _Plan:
        slots = Slots.of(factory.n_jobs, len(factory.bookings))
        fingerprint = dataset.fingerprint()
        folder = factory._folder
        keys = {each.name: folder.key(each, fingerprint, factory.seed, slots.n_threads) for each in factory.bookings}
        return cls(fingerprint, slots, keys)


def _status(folder: RunFolder, name: str) -> str:
    record = folder.outcome(name)
    return str(record["status"]) if record else "skipped"


def _standard_error() -> Console:
    from rich.console import Console

    return Console(stderr=True)

"""The run folder: what a run leaves behind, and what a later run finds again.

::

    run.json                booked methods, options, seed, versions, fingerprints, status of each method
    split.npz               which event went where
    scores.h5               class, weight, spectators and every method's scores, by part
    methods/NAME/           the trained models
    TMVA.root               events, responses and histograms in TMVA's layout
    results.json, leaderboard.csv, report.html, figures/
    .umva/                  while a run goes on: the sample; afterwards: the outcome of each method, to resume from
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from umva.errors import RunError, UmvaError
from umva.factory.data.declaration import PARTS
from umva.factory.data.split_plan import Split

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.booking import Booking
    from umva.factory.data.dataset import Dataset

__all__ = ["RunFolder", "versions"]

_HDF5_BYTES = 1 << 17  # what an HDF5 file takes besides its arrays

_PACKAGES = ("umva", "numpy", "scipy", "scikit-learn", "xgboost", "keras", "jax", "shap", "uproot", "h5py")
_EXTRAS = ("catboost", "lightgbm", "torch")


def versions() -> dict[str, str]:
    """Return the versions of the packages that determine the numbers; of the extras those that are installed."""
    known = {each: version(each) for each in _PACKAGES}
    for each in _EXTRAS:
        with suppress(PackageNotFoundError):
            known[each] = version(each)
    return known


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @property
    def sample(self) -> Path:
        """Where the events lie while methods are trained."""
        return self.path / ".umva" / "sample"

    @property
    def outcomes(self) -> Path:
        """Where each method leaves its scores and its record."""
        return self.path / ".umva" / "outcomes"

    @property
    def models(self) -> Path:
        """Where the trained models are."""
        return self.path / "methods"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder for one run: no other may write to it; the sample is removed in the end.

        Of a run that fails before it has written anything, nothing is left behind.

        Raises
        ------
        RunError
            If the folder cannot be written, before or while the block runs, or if another run is at work in it.
        """
        missing = [each for each in (self.path, *self.path.parents) if not each.exists()]
        try:
            self.sample.parent.mkdir(parents=True, exist_ok=True)
            with (self.sample.parent / "lock").open("w") as lock:
                self._lock(lock)
                shutil.rmtree(self.sample, ignore_errors=True)
                self.sample.mkdir()
                try:
                    yield
                finally:
                    shutil.rmtree(self.sample, ignore_errors=True)
                    self._remove_empty(missing)
        except UmvaError:
            raise
        except OSError as error:
            msg = f"{error.filename or self.path}: cannot write the run there ({error.strerror or error})"
            raise RunError(msg) from error

    def _lock(self, file: IO[str]) -> None:
        """Lock a file until it is closed or the process ends, however it does."""
        try:
            import fcntl
        except ImportError:  # Windows has no such lock
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"{self.path}: another run is at work in this folder; wait for it or choose another one"
            raise RunError(msg) from error

    def _remove_empty(self, missing: Sequence[Path]) -> None:
        """Remove the folders that this run has made if it put nothing into them."""
        if list(self.sample.parent.iterdir()) == [self.sample.parent / "lock"]:
            shutil.rmtree(self.sample.parent)
            for each in missing:
                if not any(each.iterdir()):
                    each.rmdir()

    def key(self, booking: Booking, fingerprint: str, seed: int, n_threads: int) -> str:
        """Return a fingerprint of all that determines what becomes of a booked method."""
        parts = [fingerprint, seed, n_threads, versions(), booking.name, booking.transform, booking.negative_weights]
        parts += [booking.method.name, type(booking.method).__module__, booking.method.identity()]
        parts += [repr(booking.response_pdfs)]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()

    def outcome(self, name: str) -> dict[str, Any] | None:
        """Return the record of a method's outcome, None if it did not finish."""
        try:
            record = json.loads((self.outcomes / name / "outcome.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) else None

    def finished(self, name: str, key: str) -> bool:
        """Whether the method with this key was trained before and all it left is still here."""
        record = self.outcome(name)
        complete = (self.outcomes / name / "scores.npy").is_file() and (self.models / name / "model.json").is_file()
        return complete and record is not None and record.get("key") == key and record.get("status") == "ok"

    def scores(self, name: str) -> NDArray[np.float64]:
        """Return a method's scores in the rows of the dataset, mapped: read when they are used."""
        return np.load(self.outcomes / name / "scores.npy", mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]

    def shap(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return a method's Shapley values and the weights of the explained events, if it could be explained."""
        path = self.outcomes / name / "shap.npz"
        if not path.is_file():
            return None
        with np.load(path, allow_pickle=False) as stored:
            return stored["values"], stored["weight"]

    def write_run(self, record: Mapping[str, Any]) -> None:
        """Write ``run.json`` in one step."""
        _write_json(self.path / "run.json", record)

    def write_outcome(self, name: str, record: Mapping[str, Any]) -> None:
        """Write the record of a method's outcome in one step."""
        (self.outcomes / name).mkdir(parents=True, exist_ok=True)
        _write_json(self.outcomes / name / "outcome.json", record)

    def write_split(self, dataset: Dataset) -> None:
        """Write which event went where: event numbers in the order of reading, after the cuts, signal first."""
        train, validation, test = (np.asarray(dataset.event[dataset.rows(part)]) for part in PARTS)
        n_selected = sum(each.n_selected for each in dataset.facts.files)
        Split(train, validation, test, n_events=n_selected).save(self.path / "split.npz")

    def write_scores(self, dataset: Dataset, names: Sequence[str]) -> None:
        """Write ``scores.h5``: a group a part, with ``class`` or ``targets``, ``weight``, ``event``, ``spectators``, ``scores``."""
        import h5py

        scores = {name: self.scores(name) for name in names}
        self._check_room(
            dataset.n_events * 8 * (4 + dataset.spectators.shape[1]) + sum(each.nbytes for each in scores.values())
        )
        fresh = self.path / "scores.h5.new"
        with h5py.File(fresh, "w") as file:
            for part in PARTS:
                rows = dataset.rows(part)
                group = file.create_group(part)
                _write_truth(group, dataset, rows)
                group["weight"], group["event"] = dataset.weight[rows], dataset.event[rows]
                spectators = [each.name for each in dataset.facts.spectators]
                _write_columns(group.create_group("spectators"), spectators, dataset.spectators[rows])
                responses = group.create_group("scores")
                for name, each in scores.items():
                    responses[name] = each[rows]
                    if each.ndim > 1:
                        responses[name].attrs["columns"] = dataset.facts.problem.outputs
        fresh.replace(self.path / "scores.h5")

    def _check_room(self, n_bytes: int) -> None:
        """HDF5 does not survive a disk that is full: see that it is not."""
        if shutil.disk_usage(self.path).free < n_bytes + _HDF5_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _write_truth(group: Any, dataset: Dataset, rows: slice) -> None:
    """Write the class of each event, or its targets."""
    problem = dataset.facts.problem
    if problem.targets:
        _write_columns(group.create_group("targets"), problem.targets, dataset.y[rows])
    else:
        group["class"] = dataset.y[rows]
        group["class"].attrs["labels"] = problem.classes


def _write_columns(group: Any, names: Sequence[str], values: NDArray[np.float64]) -> None:
    """Write one dataset a column; a slash would make a group."""
    for column, name in enumerate(names):
        group[name.replace("/", "÷")] = values[:, column]


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    """Write a file that is complete or not there."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(record, indent=2, default=str), encoding="utf-8")
    fresh.replace(path)

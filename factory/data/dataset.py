"""The sample that all methods share: one copy of the events, on disk or in memory, in the order the methods see them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

import cattrs
import numpy as np

from umva.errors import RunError
from umva.factory.data.declaration import PARTS
from umva.methods import Events
from umva.methods.problem import Problem  # noqa: TC001 - cattrs reads the annotations of Facts
from umva.reports.material import Input, Part
from umva.reports.results import Expected, InputFile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Dataset", "Facts"]

_ARRAYS = ("X", "y", "weight", "spectators", "event")


@dataclass(frozen=True)
class Facts:
    """What is known of a dataset besides its events.

    Parameters
    ----------
    sizes
        Numbers of events in the training, validation and test part.
    factors
        Factors on the weights of each class in training and validation (NormMode).
    inputs, targets
        What the columns of ``X``, and in a regression those of ``y``, mean.
    spectators
        What the columns of ``spectators`` mean.
    missing
        Values that stand for a missing input, as NaN does; None if none may be missing.
    problem
        The task, and what class indices mean.
    split_sha256
        Fingerprint of which event went where.
    files
        Where the events came from.
    split, cuts, weights
        What was declared, for the record.
    expected
        What the experiment expects.
    sample_factors
        The factor of each sample, in the order of declaration, or what its cross-section made of it.
    """

    sizes: tuple[int, int, int]
    factors: tuple[float, ...]
    inputs: tuple[Input, ...]
    targets: tuple[Input, ...]
    spectators: tuple[Input, ...]
    missing: tuple[float, ...] | None
    problem: Problem
    split_sha256: str
    files: tuple[InputFile, ...]
    split: dict[str, Any]
    cuts: dict[str, str]
    weights: dict[str, str]
    expected: Expected = field(default_factory=Expected)
    sample_factors: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Events of all parts; rows are ordered training, validation, test, so that each part is a view.

    Parameters
    ----------
    X
        Inputs before any transformation, float32, shape ``(n_events, n_variables)``, NaN where one is missing; a memory
        map where there is a folder.
    y
        Class, int8: 1 signal, 0 background; of several a position in ``facts.problem.classes``; in a regression the
        targets, float64, shape ``(n_events, n_targets)``.
    weight
        Event weights as declared, float64, negative ones included.
    spectators
        float64, shape ``(n_events, n_spectators)``.
    event
        Number of each event in the order of reading (signal first), after the cuts; int64.
    facts
        What columns and rows mean.
    """

    X: NDArray[np.float32]
    y: NDArray[Any]
    weight: NDArray[np.float64]
    spectators: NDArray[np.float64]
    event: NDArray[np.int64]
    facts: Facts

    @property
    def n_events(self) -> int:
        """Number of events in all parts."""
        return len(self.y)

    def rows(self, part: str) -> slice:
        """Return the rows of a part."""
        index = PARTS.index(part)
        start = sum(self.facts.sizes[:index])
        return slice(start, start + self.facts.sizes[index])

    def part(self, name: str) -> Part:
        """Return a part with the weights as declared: what is measured and plotted."""
        rows = self.rows(name)
        spectators = self.spectators[rows] if self.facts.spectators else None
        return Part(X=self.X[rows], y=self.y[rows], weight=self.weight[rows], spectators=spectators)

    def training(self, name: str = "train") -> Events:
        """Return the training or validation part with normalised weights: what methods learn from."""
        rows, problem = self.rows(name), self.facts.problem
        factors = np.asarray(self.facts.factors, dtype=np.float64)
        return Events(
            X=self.X[rows],
            y=self.y[rows],
            weight=self.weight[rows] * (factors[self.y[rows]] if problem.classes else factors[0]),
            problem=problem,
            spectators=self.spectators[rows] if problem.spectators else None,
        )

    def fingerprint(self) -> str:
        """Return a sha256 of all events in their order and of what they mean."""
        facts = self.facts
        names = [[each.name, each.expression] for each in (*facts.inputs, *facts.targets)]
        digest = hashlib.sha256(json.dumps([names, asdict(facts.problem), facts.sizes, facts.factors]).encode())
        for name in _ARRAYS:
            digest.update(np.ascontiguousarray(getattr(self, name)).data)
        return digest.hexdigest()

    def save(self, folder: Path) -> None:
        """Write what is not in ``folder`` yet, so that other processes can :meth:`open` the same events."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            if not isinstance(getattr(self, name), np.memmap):
                np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        (folder / "facts.json").write_text(json.dumps(asdict(self.facts)), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the dataset in ``folder``, its arrays mapped: processes share one copy in memory.

        Raises
        ------
        RunError
            If the folder does not hold one.
        """
        try:
            facts = cattrs.structure(json.loads((folder / "facts.json").read_text(encoding="utf-8")), Facts)
            arrays: dict[str, NDArray[Any]] = {name: _map(folder / f"{name}.npy") for name in _ARRAYS}
            return cls(facts=facts, **arrays)
        except (OSError, ValueError) as error:
            msg = f"{folder}: does not hold a dataset ({error})"
            raise RunError(msg) from error


def _map(path: Path) -> NDArray[Any]:
    """Return the array in ``path``, mapped; numpy cannot map one without elements.

    Who writes into it gets pages of his own: nobody should, but scikit-learn refuses to read some that are read-only.
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="c", allow_pickle=False)
    except ValueError:
        array = np.load(path, allow_pickle=False)
    return array

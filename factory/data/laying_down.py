"""Selected events, chunk by chunk as they were read, laid down once in their final rows."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.factory.data import checks
from umva.factory.data.dataset import Dataset, Facts
from umva.factory.data.expected import expected
from umva.factory.data.normalise import normalise
from umva.factory.data.split import split
from umva.factory.data.split_plan import Split

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.factory.data.declaration import Declaration
    from umva.reports.results import InputFile

__all__ = ["Rows", "Selected", "lay_down"]


@dataclass(frozen=True)
class Selected:
    """Selected events of one chunk."""

    X: NDArray[np.float32]
    targets: NDArray[np.float64]
    spectators: NDArray[np.float64]
    weight: NDArray[np.float64]
    part: NDArray[np.uint8]
    class_index: int
    place: int


@dataclass
class Rows:
    """The selected events of all samples, chunk by chunk; where from; what all events of a sample weigh, and its factor."""

    chunks: deque[Selected] = field(default_factory=deque)
    files: list[tuple[int, InputFile]] = field(default_factory=list)
    generated: dict[int, float] = field(default_factory=dict)
    factors: tuple[float, ...] = ()


def lay_down(declaration: Declaration, rows: Rows, folder: Path | None) -> Dataset:
    """Split the events and copy them to their final rows."""
    files = tuple(each for _, each in rows.files)
    checks.all_classes(declaration, files)
    problem, labels = declaration.problem, declaration.labels
    class_index = np.concatenate([np.full(len(each.weight), each.class_index, dtype=np.int8) for each in rows.chunks])
    weight = np.concatenate([each.weight for each in rows.chunks])
    wanted = expected(declaration, [(each.place, each.weight) for each in rows.chunks])
    targets = np.concatenate([each.targets for each in rows.chunks])
    chosen = split(class_index, labels, declaration.plan, given=_given(declaration, rows))
    order = np.concatenate([chosen.train, chosen.validation, chosen.test])
    factors = normalise(weight, class_index, chosen.train, mode=declaration.norm_mode, classes=labels)
    classes = problem.classes or labels
    code = np.array([classes.index(each) for each in labels], dtype=np.int8)
    X, spectators = _scatter(rows, order, len(weight), folder)
    facts = Facts(
        sizes=(len(chosen.train), len(chosen.validation), len(chosen.test)),
        factors=tuple(factors[labels.index(each)] for each in classes),
        inputs=declaration.inputs,
        targets=tuple(each.input for each in declaration.targets),
        spectators=declaration.carried,
        missing=declaration.missing,
        problem=problem,
        split_sha256=chosen.sha256,
        files=files,
        split=_split_record(declaration),
        cuts={label or "all": " && ".join(cuts) for label, cuts in declaration.cuts.items()},
        weights={label or "all": text for label, text in declaration.weights.items()},
        expected=wanted,
        sample_factors=rows.factors,
    )
    y = targets[order] if problem.targets else code[class_index[order]]
    dataset = Dataset(X=X, y=y, weight=weight[order], spectators=spectators, event=order, facts=facts)
    checks.positive_weights(dataset)
    checks.not_constant(dataset)
    return dataset


def _given(declaration: Declaration, rows: Rows) -> NDArray[np.uint8] | Split | None:
    """Return the part codes that the user gave, if any."""
    mode = declaration.plan.mode
    if mode not in {"expression", "given"}:
        return None
    if mode == "given" and declaration.given is not None:
        return Split.load(declaration.given)
    return np.concatenate([each.part for each in rows.chunks])


def _scatter(
    rows: Rows, order: NDArray[np.int64], n_events: int, folder: Path | None
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Copy chunk after chunk to its final rows, dropping each one once it is copied."""
    row = np.full(n_events, -1, dtype=np.int64)
    row[order] = np.arange(len(order))
    first = rows.chunks[0]
    shape = (len(order), first.X.shape[1])
    spectators = np.empty((len(order), first.spectators.shape[1]))
    X: NDArray[np.float32]
    if folder is None:
        X = np.empty(shape, dtype=np.float32)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        X = np.lib.format.open_memmap(folder / "X.npy", mode="w+", dtype=np.float32, shape=shape)
        _reserve(folder / "X.npy")
    start = 0
    while rows.chunks:
        chunk = rows.chunks.popleft()
        target = row[start : start + len(chunk.weight)]
        used = target >= 0
        X[target[used]] = chunk.X[used]
        spectators[target[used]] = chunk.spectators[used]
        start += len(chunk.weight)
    return X, spectators


def _reserve(path: Path) -> None:
    """Claim the disk space of a mapped file: a full disk then is an error, where it would kill the process later."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def _split_record(declaration: Declaration) -> dict[str, Any]:
    plan = declaration.plan
    record = {"mode": plan.mode, "norm_mode": declaration.norm_mode}
    if plan.mode == "expression":
        return record | dict(declaration.given)
    if plan.mode == "given":
        return record | {"given": str(declaration.given) if declaration.given else "by sample"}
    return record | {"train": plan.train, "validation": plan.validation, "test": plan.test, "seed": plan.seed}

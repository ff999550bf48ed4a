"""How a chain is kept in a folder: JSON for what it is, an npz archive for its arrays, no pickle."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import RunError
from umva.factory.data.preprocessing.grammar import TRANSFORMATIONS, Step
from umva.methods.stored import stored

if TYPE_CHECKING:
    from pathlib import Path

    from umva.factory.data.preprocessing.transformation import Transformation

__all__ = ["Record", "read", "write"]

_VERSION = 2


@dataclass(frozen=True)
class Record:
    """All that a chain consists of; see :class:`umva.factory.data.preprocessing.Chain`."""

    steps: tuple[Step, ...]
    variables: tuple[str, ...]
    classes: tuple[str, ...]
    sets: tuple[tuple[Transformation, ...], ...]


def write(record: Record, folder: Path) -> None:
    """Write ``transform.json`` and ``transform.npz``."""
    description = {
        "version": _VERSION,
        "variables": record.variables,
        "classes": record.classes,
        "steps": [
            {"transformation": step.kind.letter, "columns": step.columns, "class_index": step.class_index}
            for step in record.steps
        ],
        "n_sets": len(record.sets),
    }
    arrays = {
        f"{k}/{n}/{field.name}": getattr(transformation, field.name)
        for k, fitted in enumerate(record.sets)
        for n, transformation in enumerate(fitted)
        for field in fields(transformation)  # type: ignore[arg-type]  # all are dataclasses
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "transform.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    np.savez_compressed(folder / "transform.npz", **arrays)


def read(folder: Path) -> Record:
    """Return what :func:`write` wrote.

    Raises
    ------
    RunError
        The files cannot be read or do not fit each other.
    """
    try:
        description = json.loads((folder / "transform.json").read_text(encoding="utf-8"))
        if description["version"] != _VERSION:
            msg = f"its version is {description['version']}, expected {_VERSION}"
            raise ValueError(msg)  # noqa: TRY301
        variables, classes = tuple(description["variables"]), tuple(description["classes"])
        steps = tuple(_step(each, len(variables), len(classes)) for each in description["steps"])
        n_sets = _n_sets(description["n_sets"], len(classes))
    except (OSError, LookupError, TypeError, ValueError) as error:
        msg = f"{folder}: cannot be read as a transformation ({error})"
        raise RunError(msg) from error
    with stored(folder / "transform.npz", "a transformation") as arrays:
        sets = tuple(
            tuple(_transformation(step, f"{k}/{n}", arrays) for n, step in enumerate(steps)) for k in range(n_sets)
        )
    return Record(steps, variables, classes, sets)


def _n_sets(n_sets: int, n_classes: int) -> int:
    if n_sets not in {0, 1, n_classes + 1}:
        msg = f"{n_sets} sets for {n_classes} classes"
        raise ValueError(msg)
    return n_sets


def _step(entry: dict[str, Any], n_variables: int, n_classes: int) -> Step:
    columns, class_index = tuple(entry["columns"]), entry["class_index"]
    if not all(column in range(n_variables) for column in columns):
        msg = f"columns {columns} of {n_variables} variables"
        raise ValueError(msg)
    if class_index is not None and class_index not in range(n_classes):
        msg = f"class {class_index} of {n_classes}"
        raise ValueError(msg)
    return Step(TRANSFORMATIONS[entry["transformation"]], columns, class_index)


def _transformation(step: Step, place: str, arrays: Any) -> Transformation:
    transformation = step.kind(**{field.name: arrays[f"{place}/{field.name}"] for field in fields(step.kind)})  # type: ignore[arg-type]
    if transformation.n_columns != len(step.columns):
        msg = f"{place} has {transformation.n_columns} columns, expected {len(step.columns)}"
        raise ValueError(msg)
    return transformation

"""``TestTree`` and ``TrainTree``: the events with their class, inputs, spectators, weight and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.reports.tmva_root.names import file_name, internal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Material
    from umva.reports.tmva_root.details import Details

__all__ = ["write_tree"]

CHUNK = 100_000
"""Events in a basket."""

_OWN = ("classID", "className")


def write_tree(folder: Any, part: str, material: Material, details: Details, weight: NDArray[np.float64]) -> None:
    """Write the tree of one part into a folder of an open file.

    TMVA's order of classes is kept: 0 is signal, 1 background. What is a branch with one leaf for each class or target in
    TMVA's trees are branches here, called as the leaf with the method in front, ``BDTG.Signal``: uproot writes one leaf a
    branch. The formulas of ROOT read both alike.

    Parameters
    ----------
    folder
        Where the tree goes.
    part
        ``"train"`` or ``"test"``.
    material, details
        The events, and what is known besides.
    weight
        What the branch ``weight`` holds, shape ``(n_events,)``.
    """
    name = f"{part.capitalize()}Tree"
    columns = _columns(part, material, details, weight)
    index, labels = _classes(part, material)
    types = {"classID": np.dtype(np.int32), "className": "string"}
    tree = folder.mktree(name, types | dict.fromkeys(columns, np.dtype(np.float32)), title=name)
    for start in range(0, len(index), CHUNK):
        rows = slice(start, start + CHUNK)
        block = {"classID": index[rows].astype(np.int32), "className": _strings(labels, index[rows])}
        tree.extend(block | {key: np.asarray(values[rows], dtype=np.float32) for key, values in columns.items()})


def _columns(
    part: str, material: Material, details: Details, weight: NDArray[np.float64]
) -> dict[str, NDArray[np.floating]]:
    """Return all branches of numbers; one whose name is taken, such as a response called like an input, gets a mark."""
    columns: dict[str, NDArray[np.floating]] = {}
    for name, values in _named(part, material, details, weight):
        while name in columns or name in _OWN:
            name += "_"  # noqa: PLW2901 - until it is free
        columns[name] = values
    return columns


def _named(
    part: str, material: Material, details: Details, weight: NDArray[np.float64]
) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """Yield the columns of numbers in TMVA's order."""
    events = material.parts[part]
    for j, each in enumerate(material.inputs):
        yield internal(each.name), events.X[:, j]
    for k, each in enumerate(material.targets):
        yield internal(each.name), events.y[:, k]
    for j, each in enumerate(material.spectators if events.spectators is not None else ()):
        yield internal(each.name), np.asarray(events.spectators)[:, j]
    yield "weight", weight
    outputs = material.classes or tuple(internal(each.name) for each in material.targets)
    for outcome in material.outcomes:
        if outcome.status == "ok" and part in outcome.scores:
            yield from _responses(file_name(outcome.name), outcome.scores[part], outputs)
    for name, known in details.methods.items():
        if part in known.probability:
            yield f"prob_{file_name(name)}", known.probability[part]


def _responses(
    name: str, scores: NDArray[np.float64], outputs: Sequence[str]
) -> Iterator[tuple[str, NDArray[np.floating]]]:
    """Yield the branches of one method: one, or one for each output."""
    if scores.ndim == 1 or scores.shape[1] == 1:
        yield name, scores.reshape(len(scores))
        return
    for k, label in enumerate(outputs):
        yield f"{name}.{file_name(label)}", scores[:, k]


def _classes(part: str, material: Material) -> tuple[NDArray[np.integer], tuple[str, ...]]:
    """Return TMVA's number of each event's class, and the names of the classes."""
    y = np.asarray(material.parts[part].y)
    if material.targets:
        return np.zeros(len(y), dtype=np.int32), ("Regression",)
    if material.classes:
        return y, material.classes
    return 1 - y, ("Signal", "Background")


def _strings(labels: Sequence[str], index: NDArray[np.integer]) -> Any:
    """Return the name of each event's class as an awkward array of strings."""
    import awkward

    return awkward.Array(list(labels))[index]

"""Events already in memory: a DataFrame, a dict of arrays, an awkward record array or a structured numpy array."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.errors import SourceError
from umva.factory.data.sources.base import Column, Columns, Source, reading

if TYPE_CHECKING:
    from umva.factory.data.sources.base import Array

__all__ = ["MemorySource", "arrays_of", "open_arrays"]


@dataclass(frozen=True, kw_only=True, eq=False)
class MemorySource(Source):
    """Arrays; their chunks are views."""

    arrays: Mapping[str, Array] = field(repr=False)

    kind: ClassVar[str] = "arrays"

    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        for start in range(0, self.n_entries, n_events):
            yield {name: self.arrays[name][start : start + n_events] for name in names}


def arrays_of(thing: object) -> tuple[str, Mapping[str, Any]] | None:
    """Return what ``thing`` is called and its columns, or None if it holds no events.

    Examples
    --------
    >>> arrays_of({"x": [1.0, 2.0]})
    ('arrays', {'x': [1.0, 2.0]})
    """
    pandas, awkward = sys.modules.get("pandas"), sys.modules.get("awkward")
    if isinstance(thing, Mapping):
        return "arrays", {str(name): values for name, values in thing.items()}
    if pandas is not None and isinstance(thing, pandas.DataFrame):
        _check_names([str(name) for name in thing.columns])
        return "DataFrame", {str(name): thing.iloc[:, position] for position, name in enumerate(thing.columns)}
    if awkward is not None and isinstance(thing, awkward.Array) and thing.fields:
        return "awkward array", {name: thing[name] for name in thing.fields}
    if isinstance(thing, np.ndarray) and thing.dtype.names is not None:
        return "structured array", {name: thing[name] for name in thing.dtype.names}
    return None


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            msg = f"DataFrame: {names.count(name)} columns are called {name!r}"
            raise SourceError(msg)


def open_arrays(label: str, arrays: Mapping[str, Any]) -> MemorySource:
    """Make a source of arrays of one length.

    Lists of different lengths become jagged; missing numbers become NaN and missing strings empty.

    Raises
    ------
    SourceError
        If there are no arrays, or they differ in length.

    Examples
    --------
    >>> source = open_arrays("arrays", {"x": [1.0, 2.0], "jets": [[3.0], []], "label": ["s", "b"]})
    >>> [(each.name, each.dtype) for each in source.columns.values()]
    [('x', 'float64'), ('jets', 'var * float64'), ('label', 'string')]
    """
    columns: list[Column] = []
    plain: dict[str, Array] = {}
    for name, values in arrays.items():
        with reading(f"{label}, column {name!r},"):
            for column, array in _columns(name, values):
                columns.append(column)
                plain[column.name] = array
    lengths = {name: len(array) for name, array in plain.items()}
    if not lengths:
        msg = f"{label}: there are no columns in it"
        raise SourceError(msg)
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name!r} has {length}" for name, length in list(lengths.items())[:12])
        msg = f"{label}: the columns differ in length: {listed}"
        raise SourceError(msg)
    n_entries = next(iter(lengths.values()))
    return MemorySource(label=label, where=label, columns=Columns(columns), n_entries=n_entries, arrays=plain)


def _columns(name: str, values: Any) -> Iterator[tuple[Column, Array]]:
    """Give the columns of one array: itself, or its fields if it holds records."""
    array = values if _is_awkward(values) else _regular(values)
    if not isinstance(array, np.ndarray):
        yield from _awkward_columns(name, array)
    elif array.dtype.names is not None:
        for inner in array.dtype.names:
            yield from _columns(f"{name}.{inner}", array[inner])
    elif not array.ndim:
        msg = "it is a single value, not an array"
        raise ValueError(msg)
    elif array.dtype.kind in "biufU" or _is_text(array):
        text = "string" if array.dtype.kind in "UO" else array.dtype.name
        shape = "".join(f"{size} * " for size in array.shape[1:])
        yield (
            Column(name, shape + text),
            array.astype(object if text == "string" else array.dtype.newbyteorder("="), copy=False),
        )
    else:
        reason = f"values of type {array.dtype} are neither numbers nor strings"
        yield Column(name, str(array.dtype), readable=False, reason=reason), array


def _awkward_columns(name: str, array: Any) -> Iterator[tuple[Column, Array]]:
    from umva.factory.data.sources.forms import leaves, plain

    for leaf in leaves(array.type.content):
        inner = array
        for step in leaf.steps:
            inner = inner[step]
        column = Column(".".join((name, *leaf.steps)), leaf.dtype, leaf.reason is None, leaf.reason)
        yield column, plain(inner) if column.readable else inner


def _is_awkward(values: object) -> bool:
    awkward = sys.modules.get("awkward")
    return awkward is not None and isinstance(values, awkward.Array)


def _regular(values: Any) -> Any:
    """Return a numpy array, or an awkward one of what numpy could only hold as objects: lists, missing values."""
    try:
        array = np.asarray(values)
    except ValueError:
        array = None
    if array is not None and array.dtype.kind == "S":
        return np.char.decode(array, "utf-8", "replace")
    if array is not None and (array.dtype.kind != "O" or _is_text(array)):
        return array
    import awkward as ak

    try:
        return ak.Array([None if _is_missing(value) else value for value in values])
    except (TypeError, ValueError):
        return np.asarray(values, dtype=object)


def _is_text(array: Any) -> bool:
    return array.dtype.kind == "O" and all(isinstance(value, str) for value in array.flat)


def _is_missing(value: Any) -> bool:
    """Whether it is None, NaN or pandas.NA, which alone differ from themselves or know no truth."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value  # noqa: PLR0124

"""How columns lie in HDF5: as the fields of one compound dataset, or as one dataset each. Loaded only with h5py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np

from umva.errors import SourceError
from umva.factory.data.sources.base import Column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from umva.factory.data.sources.base import Array

__all__ = ["Layout", "Place", "column_at", "columns_layout", "compound_layout", "is_table", "members", "values_of"]


@dataclass(frozen=True)
class Place:
    """Where a column lies.

    Parameters
    ----------
    dataset
        Absolute path of the dataset.
    dtype
        Type of an entry, as in :class:`umva.factory.data.sources.base.Column`.
    steps
        Fields to follow inside a compound dataset.
    item
        Position on the second axis, where one block holds several columns.
    """

    dataset: str
    dtype: str
    steps: tuple[str, ...] = ()
    item: int | None = None


@dataclass(frozen=True)
class Layout:
    """The columns of a table, their places and the number of events."""

    n_entries: int
    columns: tuple[Column, ...]
    places: Mapping[str, Place]


def is_table(node: Any) -> bool:
    """Whether ``node`` is a one-dimensional compound dataset."""
    return isinstance(node, h5py.Dataset) and node.ndim == 1 and node.dtype.names is not None


def compound_layout(dataset: Any) -> Layout:
    """Return the fields of a compound dataset; those of nested compounds are called ``outer.inner``."""
    columns, places = [], {}
    for steps, dtype, kind in members(dataset.dtype, dataset.id.get_type()):
        column = column_at(".".join(steps), dtype, kind)
        columns.append(column)
        places[column.name] = Place(dataset.name, column.dtype, steps)
    return Layout(len(dataset), tuple(columns), places)


def columns_layout(group: Any, where: str) -> Layout:
    """Return the datasets of a group as columns.

    Raises
    ------
    SourceError
        If they differ in length.
    """
    nodes = {name: node for name, node in group.items() if isinstance(node, h5py.Dataset)}
    lengths = {name: len(node) for name, node in nodes.items() if node.ndim}
    n_entries = max(lengths.values())
    if min(lengths.values()) != n_entries:
        listed = ", ".join(f"{name!r} has {length}" for name, length in list(lengths.items())[:12])
        msg = f"{where} is no table, for its columns differ in length: {listed}"
        raise SourceError(msg)
    columns = tuple(_column_of(name, node) for name, node in nodes.items())
    places = {column.name: Place(nodes[column.name].name, column.dtype) for column in columns}
    return Layout(n_entries, columns, places)


def _column_of(name: str, node: Any) -> Column:
    if not node.ndim:
        return Column(name, str(node.dtype), readable=False, reason="it is a single value, not one an event")
    return column_at(name, np.dtype((node.dtype, node.shape[1:])), node.id.get_type())


def members(dtype: np.dtype[Any], kind: Any) -> Iterator[tuple[tuple[str, ...], np.dtype[Any], Any]]:
    """Give the innermost fields of a compound type: names that lead there, numpy type, HDF5 type."""
    for name in dtype.names or ():
        member = kind.get_member_type(kind.get_member_index(name.encode()))
        if dtype[name].names is None:
            yield (name,), dtype[name], member
        else:
            for steps, inner, inner_kind in members(dtype[name], member):
                yield (name, *steps), inner, inner_kind


def column_at(name: str, dtype: np.dtype[Any], kind: Any) -> Column:
    """Describe a column of numpy type ``dtype`` and HDF5 type ``kind``."""
    base, shape = dtype.base, dtype.shape
    vlen = h5py.check_vlen_dtype(base)
    if base.kind in "biuf":
        text = "bool" if _is_bitfield(kind) else base.name
    elif h5py.check_string_dtype(base) is not None:
        text = "string"
    elif vlen is not None and vlen.kind in "biuf" and not shape:
        text = f"var * {vlen.name}"
    else:
        reason = f"values of type {dtype} are neither numbers, strings nor lists of numbers"
        return Column(name, str(dtype), readable=False, reason=reason)
    return Column(name, "".join(f"{size} * " for size in shape) + text)


def _is_bitfield(kind: Any) -> bool:
    """Whether bytes are meant as truth values; PyTables, and so pandas, writes them as bit fields."""
    if isinstance(kind, h5py.h5t.TypeArrayID):
        kind = kind.get_super()
    return isinstance(kind, h5py.h5t.TypeBitfieldID)


def values_of(raw: NDArray[Any], place: Place) -> Array:
    """Return the values of a column from what was read of its dataset: native byte order, strings decoded."""
    for step in place.steps:
        raw = raw[step]
    if place.item is not None:
        raw = raw[:, place.item]
    if place.dtype.startswith("var"):
        return _jagged(raw)
    if place.dtype.endswith("string"):
        return _decoded(raw)
    dtype = np.dtype(bool) if place.dtype.endswith("bool") else raw.dtype.newbyteorder("=")
    return np.ascontiguousarray(raw, dtype=dtype)


def _decoded(raw: NDArray[Any]) -> NDArray[Any]:
    decoded = np.empty(raw.shape, dtype=object)
    decoded.ravel()[:] = [value.decode("utf-8", "replace") for value in raw.flat]
    return decoded


def _jagged(raw: NDArray[Any]) -> Array:
    import awkward as ak

    return ak.unflatten(np.concatenate(raw), [len(value) for value in raw])

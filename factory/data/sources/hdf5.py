"""HDF5 files: compound tables, groups of column datasets, and the stores that pandas writes.

Three layouts are understood; each becomes a :class:`Layout`, and one reader serves them all. Loaded only together with
h5py. See :mod:`umva.factory.data.sources.pandas_store` for the third layout.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import h5py

from umva.errors import SourceError, did_you_mean
from umva.factory.data.sources import pandas_store
from umva.factory.data.sources.base import Columns, Source, reading
from umva.factory.data.sources.hdf5_layout import columns_layout, compound_layout, is_table, values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from umva.factory.data.sources.base import Array
    from umva.factory.data.sources.hdf5_layout import Layout, Place

__all__ = ["Hdf5Source", "list_hdf5", "open_hdf5"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Hdf5Source(Source):
    """A table of an HDF5 file.

    Parameters
    ----------
    places
        By column, where it lies.
    """

    path: Path
    places: Mapping[str, Place] = field(repr=False)

    kind: ClassVar[str] = "HDF5"

    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        with _opened(self.path) as file:
            for start in range(0, self.n_entries, n_events):
                yield self._slice(file, names, start, min(start + n_events, self.n_entries))

    def _slice(self, file: Any, names: Sequence[str], start: int, stop: int) -> dict[str, Array]:
        """Read each dataset once, however many columns lie in it."""
        wanted: dict[str, list[str]] = {}
        for name in names:
            wanted.setdefault(self.places[name].dataset, []).append(name)
        given: dict[str, Array] = {}
        for dataset, inside in wanted.items():
            fields = list(dict.fromkeys(self.places[name].steps[0] for name in inside if self.places[name].steps))
            with reading(f"{self.where}, dataset {dataset!r}, entries {start} to {stop}"):
                node = file[dataset]
                raw = node.fields(fields)[start:stop] if fields else node[start:stop]
                given |= {name: values_of(raw, self.places[name]) for name in inside}
        return {name: given[name] for name in names}


def open_hdf5(path: Path, table: str | None = None) -> Hdf5Source:
    """Open one table.

    Parameters
    ----------
    path
        The file.
    table
        Dataset or group, such as ``"/events"``; None for the root group, if it holds columns, or the only table.

    Raises
    ------
    SourceError
        If the file is damaged, or the table is not in it, cannot be understood, or is one of several.
    """
    with _opened(path) as file:
        tables = _tables(file)
        name = _only(path, tables) if table is None else table.strip("/")
        where = f"{path}:{name}" if name else str(path)
        if tables.get(name.removesuffix("/table")) == "pandas table":
            name = name.removesuffix("/table")
        node = file.get(name) if name else file
        if node is None:
            msg = f"{path} has no table {table!r}; {did_you_mean(name, tables)}"
            raise SourceError(msg)
        with reading(where):
            layout = _layout(node, where)
        return Hdf5Source(
            label=f"{path.name}:{name}" if name else path.name,
            where=where,
            columns=Columns(layout.columns, aliases=[(each.rpartition(".")[2], each) for each in layout.places]),
            places=layout.places,
            n_entries=layout.n_entries,
            path=path,
            n_bytes=path.stat().st_size,
        )


def list_hdf5(path: Path) -> tuple[tuple[str, str], ...]:
    """Return name and kind of each table of a file."""
    with _opened(path) as file:
        return tuple(_tables(file).items())


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with reading(str(path)), h5py.File(path, "r") as file:
        yield file


def _layout(node: Any, where: str) -> Layout:
    if pandas_store.is_store(node):
        return pandas_store.layout(node, where)
    if is_table(node):
        return compound_layout(node)
    if isinstance(node, h5py.Group) and _has_columns(node):
        return columns_layout(node, where)
    kind = "group without datasets" if isinstance(node, h5py.Group) else f"plain dataset of {node.dtype}"
    msg = f"{where} is a {kind}, not a table: name a compound dataset or the group that holds the columns"
    raise SourceError(msg)


def _has_columns(group: Any) -> bool:
    return any(isinstance(each, h5py.Dataset) and each.ndim > 0 and not is_table(each) for each in group.values())


def _tables(file: Any) -> dict[str, str]:
    """Return the kind of each table by its path without the leading slash; the root group is ``""``."""
    found = {"": "HDF5 columns"} if _has_columns(file) else {}

    def visit(name: str, node: Any) -> None:
        if any(name.startswith(f"{store}/") for store, kind in found.items() if kind == "pandas table"):
            return
        if pandas_store.is_store(node):
            found[name] = "pandas table"
        elif is_table(node):
            found[name] = "HDF5 table"
        elif isinstance(node, h5py.Group) and _has_columns(node) and "/_i_" not in f"/{name}":
            found[name] = "HDF5 columns"

    file.visititems(visit)
    return found


def _only(path: Path, tables: Mapping[str, str]) -> str:
    if "" in tables or len(tables) == 1:
        return "" if "" in tables else next(iter(tables))
    if not tables:
        msg = f"{path} holds no table: neither compound datasets nor groups of columns"
    else:
        msg = f"{path} holds several tables; write {path}:NAME with one of {', '.join(tables)}"
    raise SourceError(msg)

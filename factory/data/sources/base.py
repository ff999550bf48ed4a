"""What a source of events is: named columns, a number of entries, and chunks of arrays, read one after another.

A source only remembers where its events are. It opens its file when chunks are asked for, reads the wanted columns and
nothing else, and closes the file when the last chunk is given or the reader turns away.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from umva.errors import ColumnError, SourceError, UmvaError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    import awkward as ak
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any] | ak.Array

__all__ = ["Chunk", "Column", "Columns", "Source", "TableInfo", "reading"]


@dataclass(frozen=True)
class Column:
    """A column (branch, field, dataset) of a source.

    Parameters
    ----------
    name
        Its name; a leaf of a branch or a field of a record is called ``branch.leaf``.
    dtype
        Type of an entry: ``"float32"``, ``"3 * float32"`` (fixed size), ``"var * float32"`` (jagged), ``"string"``.
    readable
        Whether :meth:`Source.chunks` can give it.
    reason
        Why not.

    Examples
    --------
    >>> Column("m_bb", "float32").readable
    True
    """

    name: str
    dtype: str
    readable: bool = True
    reason: str | None = None


class Columns(Mapping[str, Column]):
    """The columns of a source by name, in the order of the file; other spellings of a name find it too.

    Parameters
    ----------
    columns
        The columns; they alone are listed and counted.
    aliases
        Pairs of another spelling and a column's name. A spelling that could mean two columns, or that is the name of
        one, is left out.

    Examples
    --------
    >>> columns = Columns([Column("hit.x", "float64")], aliases=[("x", "hit.x")])
    >>> list(columns), columns["x"].name, "y" in columns
    (['hit.x'], 'hit.x', False)
    """

    def __init__(self, columns: Iterable[Column], *, aliases: Iterable[tuple[str, str]] = ()) -> None:
        self._columns = {each.name: each for each in columns}
        pairs = {pair for pair in aliases if pair[0] not in self._columns}
        meanings = Counter(alias for alias, _ in pairs)
        self._aliases = {alias: name for alias, name in pairs if meanings[alias] == 1}

    def __getitem__(self, name: str) -> Column:
        """Return the column that ``name`` or another spelling of it means."""
        return self._columns[self._aliases.get(name, name)]

    def __iter__(self) -> Iterator[str]:
        """Give the names, without other spellings."""
        return iter(self._columns)

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self._columns)

    def __repr__(self) -> str:
        """Return a short text, for there may be thousands."""
        return f"<{len(self)} columns>"


@dataclass(frozen=True)
class Chunk:
    """Consecutive events of a source.

    Parameters
    ----------
    start
        Entry number of the first event.
    n_events
        Number of events.
    columns
        The columns asked for, under the names they were asked by: numbers as numpy arrays ``(n_events,)`` or, of fixed
        size, ``(n_events, k)``; strings as object arrays of ``str``; anything jagged as awkward arrays.
    """

    start: int
    n_events: int
    columns: Mapping[str, Array]


@dataclass(frozen=True)
class TableInfo:
    """What :func:`umva.factory.data.sources.describe` tells of a tree or table.

    Parameters
    ----------
    name
        As one writes it behind the colon of ``file.root:name``; empty where a file is one table.
    kind
        ``"TTree"``, ``"RNTuple"``, ``"HDF5 table"``, ``"HDF5 columns"``, ``"pandas table"``, ``"CSV"``, ``"Parquet"``.
    n_entries
        Number of events.
    columns
        Its columns, in the order of the file.
    reason
        Why it cannot be opened, if so.
    """

    name: str
    kind: str
    n_entries: int
    columns: tuple[Column, ...]
    reason: str | None = None


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever a reading library raises into one sentence about ``what``.

    Raises
    ------
    SourceError
        For any error but our own.

    Examples
    --------
    >>> with reading("a.root"):
    ...     raise KeyError("basket")
    Traceback (most recent call last):
    umva.errors.SourceError: a.root cannot be read (KeyError: 'basket')
    """
    try:
        yield
    except UmvaError:
        raise
    except Exception as error:  # damaged bytes can raise anything in the libraries
        first, *_ = str(error).strip().splitlines() or [""]
        detail = f"{type(error).__name__}: {first}" if first else type(error).__name__
        msg = f"{what} cannot be read ({detail})"
        raise SourceError(msg) from error


@dataclass(frozen=True, kw_only=True, eq=False)
class Source(ABC):
    """Events in one tree, table or set of arrays.

    Parameters
    ----------
    label
        Short name: ``"higgs.root:sig_tree"``, ``"DataFrame"``.
    columns
        What can be asked for.
    n_entries
        Number of events.
    path, n_bytes
        The file and its size; None for arrays in memory and remote files.
    where
        The label with the whole path, for messages.
    """

    label: str
    columns: Mapping[str, Column] = field(repr=False)
    n_entries: int
    path: Path | None = None
    n_bytes: int | None = None
    where: str = field(repr=False)

    kind: ClassVar[str]
    """As in :class:`TableInfo`."""

    def sha256(self) -> str | None:
        """Return the fingerprint of the file, read piece by piece; None if there is no local file."""
        if self.path is None:
            return None
        with reading(str(self.path)), self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def chunks(self, names: Sequence[str], *, n_events: int = 200_000) -> Iterator[Chunk]:
        """Read the columns ``names``, at most ``n_events`` events at a time, in the order of the file.

        Former chunks are not kept, so memory is bounded by one chunk. Without names the chunks only count.

        Raises
        ------
        ColumnError
            If a name is unknown or its column cannot be read; at once, before anything is read.
        SourceError
            If the file is damaged or has changed.
        """
        if n_events < 1:
            msg = f"The 'n_events' parameter of Source.chunks must be at least 1. Got {n_events} instead."
            raise SourceError(msg)
        asked = {name: self._find(name).name for name in names}
        return self._chunks(asked, n_events) if asked else self._counts(n_events)

    def _find(self, name: str) -> Column:
        column = self.columns.get(name)
        if column is None:
            msg = f"{self.where} has no column {name!r}; {did_you_mean(name, self.columns)}"
            raise ColumnError(msg)
        if not column.readable:
            msg = f"{self.where}: the column {name!r} cannot be read: {column.reason}"
            raise ColumnError(msg)
        return column

    def _counts(self, n_events: int) -> Iterator[Chunk]:
        for start in range(0, self.n_entries, n_events):
            yield Chunk(start, min(n_events, self.n_entries - start), {})

    def _chunks(self, asked: Mapping[str, str], n_events: int) -> Iterator[Chunk]:
        start = 0
        for arrays in self._read(tuple(dict.fromkeys(asked.values())), n_events):
            lengths = {name: len(array) for name, array in arrays.items()}
            length = max(lengths.values())
            for name, found in lengths.items():
                if found != length:
                    msg = f"{self.where}: the column {name!r} ends after {start + found} of {self.n_entries} events"
                    raise SourceError(msg)
            if length:
                yield Chunk(start, length, {name: arrays[column] for name, column in asked.items()})
            start += length
            del arrays
        if start != self.n_entries:
            msg = f"{self.where}: only {start} of {self.n_entries} events could be read of {', '.join(asked)}"
            raise SourceError(msg)

    @abstractmethod
    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        """Give the columns ``names`` (as listed, at least one), at most ``n_events`` events at a time."""

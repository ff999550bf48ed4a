"""CSV and Parquet files, read in pieces with pandas and pyarrow. Loaded only when such a file is opened."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.errors import SourceError
from umva.factory.data.sources.base import Column, Columns, Source, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from umva.factory.data.sources.base import Array

__all__ = ["CsvSource", "ParquetSource", "open_csv", "open_parquet"]

_PIECE = 100_000
"""Rows looked at together while the types of a CSV file are found."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CsvSource(Source):
    """A text file of values between commas, semicolons or tabs, with the column names in the first line."""

    path: Path
    separator: str

    kind: ClassVar[str] = "CSV"

    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        types = {name: _CSV_TYPES.get(self.columns[name].dtype, str) for name in names}
        with (
            reading(self.where),
            _pieces(self.path, self.separator, n_events, usecols=list(names), dtype=types) as pieces,
        ):
            for piece in pieces:
                yield {name: _plain(piece[name]) for name in names}


_CSV_TYPES: Mapping[str, type] = {"float64": np.float64, "int64": np.int64, "uint64": np.uint64, "bool": np.bool_}


def open_csv(path: Path) -> CsvSource:
    """Open a CSV or TSV file, plain or compressed; it is read once through to count its rows and find the types.

    Between the values stand tabs in ``.tsv``, elsewhere commas or, if there are none in the first line, semicolons. A
    column holds whole numbers, numbers (an empty field is NaN), truth values, or else strings.

    Raises
    ------
    SourceError
        If it has no line of column names, or rows of different lengths.
    """
    with reading(str(path)):
        separator = "\t" if ".tsv" in path.suffixes else ","
        names = _header(path, separator)
        if len(names) == 1 and ";" in names[0]:
            separator = ";"
            names = _header(path, separator)
        types: dict[str, set[str]] = {name: set() for name in names}
        n_entries = 0
        with _pieces(path, separator, _PIECE) as pieces:
            for piece in pieces:
                n_entries += len(piece)
                for name in names:
                    types[name].add(_kind(piece[name].dtype))
    if all(_is_number(name) for name in names):
        msg = f"{path} has no line of column names: its first line holds numbers only"
        raise SourceError(msg)
    columns = Columns(Column(name, _common(types[name]) if n_entries else "float64") for name in names)
    return CsvSource(
        label=path.name, where=str(path), columns=columns, n_entries=n_entries, path=path, n_bytes=path.stat().st_size,
        separator=separator,
    )  # fmt: skip


def _header(path: Path, separator: str) -> list[str]:
    import pandas as pd

    return [str(name) for name in pd.read_csv(path, sep=separator, nrows=0).columns]


@contextmanager
def _pieces(path: Path, separator: str, n_rows: int, **options: Any) -> Iterator[Any]:
    """Read a file in pieces; a row longer than the header is an error, not a shift of all columns."""
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        with pd.read_csv(path, sep=separator, chunksize=n_rows, low_memory=False, index_col=False, **options) as pieces:
            yield pieces


def _kind(dtype: Any) -> str:
    return str(dtype) if str(dtype) in _CSV_TYPES else "string"


def _common(kinds: set[str]) -> str:
    """Return the one type that holds what the pieces of a column were found to be."""
    if len(kinds) == 1:
        return next(iter(kinds))
    return "float64" if kinds <= {"int64", "uint64", "float64"} else "string"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _plain(series: Any) -> Array:
    if _kind(series.dtype) == "string":
        return np.asarray(series.astype(object).where(series.notna(), ""), dtype=object)
    return np.asarray(series)


@dataclass(frozen=True, kw_only=True, eq=False)
class ParquetSource(Source):
    """A Parquet file."""

    path: Path

    kind: ClassVar[str] = "Parquet"

    def _read(self, names: Sequence[str], n_events: int) -> Iterator[Mapping[str, Array]]:
        import awkward as ak
        import pyarrow.parquet as pq

        from umva.factory.data.sources.forms import plain

        with reading(self.where), pq.ParquetFile(self.path) as file:
            for batch in file.iter_batches(batch_size=n_events, columns=list(names)):
                yield {name: plain(ak.from_arrow(_decoded(batch.column(name)))) for name in names}


def open_parquet(path: Path) -> ParquetSource:
    """Open a Parquet file.

    Missing numbers become NaN, missing strings empty. Columns of dates, decimals, maps or records are refused.
    """
    import pyarrow.parquet as pq

    with reading(str(path)), pq.ParquetFile(path) as file:
        columns = Columns(_arrow_column(each.name, each.type) for each in file.schema_arrow)
        n_entries = int(file.metadata.num_rows)
    return ParquetSource(
        label=path.name, where=str(path), columns=columns, n_entries=n_entries, path=path, n_bytes=path.stat().st_size
    )


def _decoded(array: Any) -> Any:
    """Return the values of an array that stores numbers of values."""
    return array.dictionary_decode() if hasattr(array, "dictionary_decode") else array


def _arrow_column(name: str, kind: Any) -> Column:
    import awkward as ak
    import pyarrow as pa

    from umva.factory.data.sources.forms import leaves

    try:
        ends = list(leaves(ak.from_arrow(_decoded(pa.array([], type=kind))).type.content))
    except (TypeError, ValueError, pa.ArrowException):
        ends = []
    if len(ends) == 1 and not ends[0].steps and ends[0].reason is None:
        return Column(name, ends[0].dtype)
    return Column(
        name, str(kind), readable=False, reason=f"values of type {kind} are neither numbers, strings nor lists"
    )

"""From what the user wrote to sources: files, trees in files, globs, lists, and arrays in memory."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from umva.errors import SourceError, did_you_mean
from umva.factory.data.sources.base import TableInfo, reading
from umva.factory.data.sources.memory import arrays_of, open_arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from umva.factory.data.sources.base import Source

__all__ = ["describe", "open_sources"]

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_WILD = re.compile(r"[*?\[]")
_SUFFIXES = re.compile(r"\.(root\d*|hdf5|hdf|h5|csv|tsv|parquet|pq)(\.(gz|bz2|xz|zst))?$", re.IGNORECASE)
_TEXT = (".csv", ".tsv")
_HDF5_STARTS = (0, 512, 1024, 2048)
"""Where the signature may stand: at the start, or behind a user block."""


def open_sources(spec: object) -> tuple[Source, ...]:
    """Open everything that ``spec`` names.

    Parameters
    ----------
    spec
        ``"file.root:dir/tree"``, ``"file.root"`` (the only tree in it), ``"file.h5:/group/table"``, ``"x.csv"``,
        ``"x.parquet"``, with wildcards in the file name or not; a path; a URL that uproot understands; a DataFrame, a
        dict of arrays, an awkward record array, a structured array; or a list of such.

    Returns
    -------
    tuple of Source
        One a file, those of a wildcard sorted by name.

    Raises
    ------
    SourceError
        If something is missing, damaged or ambiguous.

    Examples
    --------
    >>> source, = open_sources({"x": [1.0, 2.0, 3.0]})
    >>> [(chunk.start, chunk.columns["x"].tolist()) for chunk in source.chunks(["x"], n_events=2)]
    [(0, [1.0, 2.0]), (2, [3.0])]
    """
    found = tuple(_open(spec))
    if not found:
        msg = "no source of events was given: the list is empty"
        raise SourceError(msg)
    return found


def describe(path: str | Path) -> tuple[TableInfo, ...]:
    """Tell what is in a file: every tree, RNTuple, table or group of columns, with its entries and columns.

    Raises
    ------
    SourceError
        If the file is missing, damaged or of no known kind. A single table that cannot be opened is no error: it has
        a ``reason``.
    """
    if isinstance(path, str) and _REMOTE.match(path):
        return tuple(_infos(path, "root"))
    file = Path(path).expanduser()
    return tuple(_infos(file, _format(file)))


def _infos(file: Path | str, kind: str) -> Iterator[TableInfo]:
    if isinstance(file, Path) and kind in ("csv", "parquet"):
        source = _open_file(file, None)
        yield TableInfo("", source.kind, source.n_entries, tuple(source.columns.values()))
        return
    for name, table_kind in _tables(file, kind):
        try:
            source = _open_one(file, name or None, kind)
        except SourceError as error:
            yield TableInfo(name, table_kind, 0, (), str(error))
        else:
            yield TableInfo(name, table_kind, source.n_entries, tuple(source.columns.values()))


def _tables(file: Path | str, kind: str) -> tuple[tuple[str, str], ...]:
    if isinstance(file, Path) and kind == "hdf5":
        from umva.factory.data.sources.hdf5 import list_hdf5

        return list_hdf5(file)
    from umva.factory.data.sources.root import list_root

    return list_root(file)


def _open(spec: object) -> Iterator[Source]:
    arrays = arrays_of(spec)
    if arrays is not None:
        yield open_arrays(*arrays)
    elif isinstance(spec, str):
        yield from _open_text(spec)
    elif isinstance(spec, os.PathLike):
        yield from (_open_file(path, None) for path in _matching(os.fspath(spec)))
    elif isinstance(spec, list | tuple):
        for each in spec:
            yield from _open(each)
    else:
        msg = (
            f"events cannot be taken from a {type(spec).__name__}: give a file name such as 'file.root:tree', a path, "
            "a DataFrame, a dict of arrays, an awkward record array, a structured array, or a list of these"
        )
        raise SourceError(msg)


def _open_text(spec: str) -> Iterator[Source]:
    file, table = _split(spec)
    if _REMOTE.match(file):
        yield _open_one(file, table, "root")
    else:
        yield from (_open_file(path, table) for path in _matching(file))


def _split(spec: str) -> tuple[str, str | None]:
    """Split ``file:table`` at the colon that leaves an existing file, or else the name of a file of known kind."""
    remote, drive = _REMOTE.match(spec), _DRIVE.match(spec)
    first = remote.end() if remote else drive.end() if drive else 0
    colons = [at for at in range(len(spec) - 1, first - 1, -1) if spec[at] == ":"]
    if not remote:
        for at in (len(spec), *colons):
            if _exists(spec[:at]):
                return spec[:at], spec[at + 1 :] or None
    for at in (len(spec), *colons):
        if _SUFFIXES.search(spec[:at]):
            return spec[:at], spec[at + 1 :] or None
    return (spec[: colons[-1]], spec[colons[-1] + 1 :] or None) if colons and not remote else (spec, None)


def _exists(name: str) -> bool:
    path = Path(name).expanduser()
    return bool(name) and (path.exists() or (_WILD.search(name) is not None and any(_glob(path))))


def _glob(path: Path) -> Iterator[Path]:
    return Path(path.anchor).glob(str(path.relative_to(path.anchor)))


def _matching(name: str) -> list[Path]:
    """Return the file ``name``, or all files that a wildcard stands for, sorted."""
    path = Path(name).expanduser()
    if path.exists() or not _WILD.search(name):
        return [path]
    found = sorted(_glob(path))
    if not found:
        msg = f"no file matches {name!r}"
        raise SourceError(msg)
    return found


def _open_file(path: Path, table: str | None) -> Source:
    return _open_one(path, table, _format(path))


def _open_one(file: Path | str, table: str | None, kind: str) -> Source:
    if isinstance(file, str) or kind == "root":
        from umva.factory.data.sources.root import open_root

        return open_root(file, table)
    if kind == "hdf5":
        from umva.factory.data.sources.hdf5 import open_hdf5

        return open_hdf5(file, table)
    if table is not None:
        msg = f"{file} is one table; there is none called {table!r} inside it"
        raise SourceError(msg)
    from umva.factory.data.sources.tables import open_csv, open_parquet

    opener: Callable[[Path], Source] = open_csv if kind == "csv" else open_parquet
    return opener(file)


def _format(path: Path) -> str:
    """Tell the kind of a file by its first bytes, or, for text, by its name."""
    _check_file(path)
    with reading(str(path)), path.open("rb") as stream:
        start = stream.read(2056)
    if start.startswith(b"root"):
        return "root"
    if any(start[at : at + 8] == b"\x89HDF\r\n\x1a\n" for at in _HDF5_STARTS):
        return "hdf5"
    if start.startswith(b"PAR1"):
        return "parquet"
    suffix = _SUFFIXES.search(path.name)
    if suffix is not None and f".{suffix[1].lower()}" in _TEXT:
        return "csv"
    if suffix is None:
        msg = f"{path} is of no known kind; ROOT, HDF5, Parquet, CSV and TSV files can be read"
    else:
        named = {"h": "an HDF5", "p": "a Parquet", "r": "a ROOT"}[suffix[1][0].lower()]
        msg = f"{path} is not {named} file, for it begins with the bytes {start[:8].hex(' ')}"
    raise SourceError(msg)


def _check_file(path: Path) -> None:
    if path.is_dir():
        msg = f"{path} is a directory; name the files in it, for instance {path}/*.root:tree"
    elif path.exists():
        if path.stat().st_size:
            return
        msg = f"{path} is empty"
    elif path.parent.is_dir():
        names = sorted(each.name for each in path.parent.iterdir())
        msg = f"there is no file {path.name!r} in {path.parent}; {did_you_mean(path.name, names)}"
    else:
        msg = f"there is no file {path}: its folder does not exist"
    raise SourceError(msg)

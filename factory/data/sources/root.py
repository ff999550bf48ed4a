"""ROOT files: which trees and RNTuples a file holds, and opening one by name.

``name`` means its highest cycle, ``name;2`` that one; folders are written ``folder/name``. Loaded only together with
uproot.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umva.errors import SourceError, did_you_mean
from umva.factory.data.sources.base import reading
from umva.factory.data.sources.rntuple import RNTupleSource
from umva.factory.data.sources.root_file import fetch, opened
from umva.factory.data.sources.ttree import TreeSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from umva.factory.data.sources.base import Source

__all__ = ["list_root", "open_root"]

_CLASSES: dict[str, type[TreeSource | RNTupleSource]] = {
    "TTree": TreeSource,
    "TNtuple": TreeSource,
    "TNtupleD": TreeSource,
    "ROOT::RNTuple": RNTupleSource,
    "ROOT::Experimental::RNTuple": RNTupleSource,
}


def open_root(file: Path | str, tree: str | None = None) -> Source:
    """Open one tree or RNTuple.

    Parameters
    ----------
    file
        A local file, or the URL of a remote one.
    tree
        Its name; None for the only one in the file.

    Raises
    ------
    SourceError
        If the file is damaged, or the tree is not in it, or is one of several.
    """
    with _checked(file) as directory:
        classes = _classes(directory)
        newest = _newest(classes)
        name = _only(file, list(newest)) if tree is None else tree.strip("/")
        key = newest.get(name, name)
        if key not in classes:
            msg = f"{file} has no tree {name!r}; {did_you_mean(name, newest)}"
            raise SourceError(msg)
        details: dict[str, Any] = {
            "file": str(file),
            "tree": key,
            "label": f"{Path(file).name}:{name}",
            "where": f"{file}:{name}",
            "path": file if isinstance(file, Path) else None,
            "n_bytes": file.stat().st_size if isinstance(file, Path) else None,
        }
        with reading(f"{file}:{name}"):
            return _CLASSES[classes[key]].of(fetch(directory, key), **details)


def list_root(file: Path | str) -> tuple[tuple[str, str], ...]:
    """Return name and kind of each tree and RNTuple of a file; older cycles come last, as ``name;cycle``."""
    with _checked(file) as directory:
        classes = _classes(directory)
    newest = _newest(classes)
    older = {key: key for key in classes if key not in newest.values()}
    return tuple((name, _CLASSES[classes[key]].kind) for name, key in (newest | older).items())


@contextmanager
def _checked(file: Path | str) -> Iterator[Any]:
    if isinstance(file, Path):
        _check_complete(file)
    with reading(str(file)), opened(file) as directory:
        yield directory


def _check_complete(file: Path) -> None:
    """Compare the size of the file with the end that its header names (fEND, 4 bytes, or 8 in large files)."""
    with reading(str(file)), file.open("rb") as stream:
        header = stream.read(20)
        large = int.from_bytes(header[4:8], "big") >= 1_000_000
        end = int.from_bytes(header[12:20] if large else header[12:16], "big")
        size = file.stat().st_size
    if size < end:
        msg = f"{file} is truncated: it has {size} of the {end} bytes that its header names"
        raise SourceError(msg)


def _classes(directory: Any) -> dict[str, str]:
    """Return the class of each tree by ``name;cycle``."""
    found: dict[str, str] = directory.classnames(recursive=True, cycle=True)
    return {key: name for key, name in found.items() if name in _CLASSES}


def _newest(classes: dict[str, str]) -> dict[str, str]:
    """Return for each name the key with the highest cycle."""
    newest: dict[str, str] = {}
    for key in sorted(classes, key=lambda key: int(key.rpartition(";")[2])):
        newest[key.rpartition(";")[0]] = key
    return {key.rpartition(";")[0]: newest[key.rpartition(";")[0]] for key in classes}


def _only(file: Path | str, names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    if not names:
        msg = f"{file} holds no tree and no RNTuple"
    else:
        msg = f"{file} holds several trees; write {file}:NAME with one of {', '.join(names)}"
    raise SourceError(msg)

"""Writing scores beside the events they belong to: a friend tree (ROOT) or a group of columns (HDF5), chunk by chunk.

The file grows under another name in the same folder and gets its own name when all is written, so that a reader never
meets half of it, and an older file survives a failure.
"""

from __future__ import annotations

import re
import uuid
from abc import ABC, abstractmethod
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.errors import RunError, UmvaError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from numpy.typing import ArrayLike, NDArray

__all__ = ["FriendWriter", "open_friend"]

_TREE = re.compile(r"[\w-]+(/[\w-]+)*", re.ASCII)
_NOT_IN_BRANCH = re.compile(r"[^\w-]", re.ASCII)


class FriendWriter(ABC):
    """Writes columns to one new file; a context manager.

    Parameters
    ----------
    path
        The file to be. One that exists is replaced when all is written.
    tree
        Name of the tree or group.

    Raises
    ------
    RunError
        If the tree cannot have this name, or the folder cannot be written, at once.
    """

    def __init__(self, path: Path, *, tree: str) -> None:
        self.path = path
        self.tree = tree
        self.n_events = 0
        self._names: dict[str, str] = {}
        self._dtypes: dict[str, np.dtype[Any]] = {}
        self._part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
        if not _TREE.fullmatch(tree):
            msg = f"{tree!r} cannot be the name of a tree: write letters, digits, _ and -, with / after a folder"
            raise RunError(msg)
        if path.is_dir():
            msg = f"{path} cannot be written: it is a directory"
            raise RunError(msg)
        if not path.parent.is_dir():
            msg = f"{path} cannot be written: there is no folder {path.parent}"
            raise RunError(msg)
        with _writing(path):
            self._file = self._create(self._part)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give the file its name, or remove what was written if there was an error."""
        try:
            with _writing(self.path):
                self._file.close()
            if kind is None:
                self._finish()
        finally:
            self._part.unlink(missing_ok=True)

    def _finish(self) -> None:
        if not self._names:
            msg = f"{self.path} was not written: no columns were given"
            raise RunError(msg)
        with _writing(self.path):
            self._part.replace(self.path)

    def append(self, columns: Mapping[str, ArrayLike]) -> None:
        """Write some more events.

        Parameters
        ----------
        columns
            Arrays ``(n_events,)`` by name; the names of the first call stand for all. float32 stays so, any other
            number is written as float64.

        Raises
        ------
        RunError
            If names or lengths do not fit, or the disk is full.
        """
        arrays = {name: np.asarray(values) for name, values in columns.items()}
        self._check(arrays)
        if not self._names:
            self._names = self._chosen(arrays)
            self._dtypes = {name: _dtype(array) for name, array in arrays.items()}
            with _writing(self.path):
                self._start({self._names[name]: dtype for name, dtype in self._dtypes.items()})
        n_events = len(next(iter(arrays.values())))
        if n_events:
            with _writing(self.path):
                self._extend({self._names[name]: array.astype(self._dtypes[name]) for name, array in arrays.items()})
            self.n_events += n_events

    def _check(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        if not arrays:
            msg = f"{self.path}: no columns were given"
            raise RunError(msg)
        for name in arrays.keys() ^ self._names.keys() if self._names else ():
            known = "a new" if name in arrays else "no"
            msg = f"{self.path}: {known} column {name!r} in a later chunk; {did_you_mean(name, self._names)}"
            raise RunError(msg)
        shapes = {name: array.shape for name, array in arrays.items()}
        if any(len(shape) != 1 for shape in shapes.values()) or len(set(shapes.values())) > 1:
            listed = ", ".join(f"{name!r} has shape {shape}" for name, shape in shapes.items())
            msg = f"{self.path}: columns must be of one length and one dimension; {listed}"
            raise RunError(msg)

    def _chosen(self, arrays: Mapping[str, NDArray[Any]]) -> dict[str, str]:
        """Return the name in the file for each column."""
        chosen: dict[str, str] = {}
        for name in arrays:
            written = self._allowed(name)
            for other, taken in chosen.items():
                if written == taken:
                    msg = (
                        f"{self.path}: the columns {other!r} and {name!r} would both be called {written!r} in the file"
                    )
                    raise RunError(msg)
            chosen[name] = written
        return chosen

    @abstractmethod
    def _create(self, part: Path) -> Any:
        """Create the file."""

    @abstractmethod
    def _allowed(self, name: str) -> str:
        """Return ``name`` without what the format cannot have in one."""

    @abstractmethod
    def _start(self, dtypes: Mapping[str, np.dtype[Any]]) -> None:
        """Create the columns."""

    @abstractmethod
    def _extend(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Write events."""


class _RootFriend(FriendWriter):
    def _create(self, part: Path) -> Any:
        import uproot

        return uproot.recreate(part)

    def _allowed(self, name: str) -> str:
        return _NOT_IN_BRANCH.sub("_", name) or "_"

    def _start(self, dtypes: Mapping[str, np.dtype[Any]]) -> None:
        self._file.mktree(self.tree, dict(dtypes))

    def _extend(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._file[self.tree].extend(dict(arrays))


class _Hdf5Friend(FriendWriter):
    def _create(self, part: Path) -> Any:
        import h5py

        return h5py.File(part, "x")

    def _allowed(self, name: str) -> str:
        return name.replace("/", "_").strip(".") or "_"

    def _start(self, dtypes: Mapping[str, np.dtype[Any]]) -> None:
        group = self._file.create_group(self.tree, track_order=True)
        for name, dtype in dtypes.items():
            group.create_dataset(name, shape=(0,), maxshape=(None,), dtype=dtype, chunks=(1 << 14,), compression="gzip")

    def _extend(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        for name, array in arrays.items():
            dataset = self._file[self.tree][name]
            dataset.resize((self.n_events + len(array),))
            dataset[self.n_events :] = array


_WRITERS: Mapping[str, type[FriendWriter]] = {".root": _RootFriend, ".h5": _Hdf5Friend, ".hdf5": _Hdf5Friend}


def open_friend(path: str | Path, *, tree: str = "umva") -> FriendWriter:
    """Begin a friend file: a TTree in ``.root``, a group with one dataset a column in ``.h5`` or ``.hdf5``.

    Characters that the format cannot have in a name become underscores.

    Raises
    ------
    RunError
        If the ending is another, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from umva.factory.data.sources import open_sources
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open_friend(f"{folder}/scores.h5") as friend:
    ...         friend.append({"BDT": [0.25, 0.5]})
    ...     source, = open_sources(f"{folder}/scores.h5:umva")
    ...     next(source.chunks(["BDT"])).columns["BDT"].tolist()
    [0.25, 0.5]
    """
    file = Path(path).expanduser()
    writer = _WRITERS.get(file.suffix.lower())
    if writer is None:
        msg = f"{file} cannot be written: its name must end in one of {', '.join(_WRITERS)}"
        raise RunError(msg)
    return writer(file, tree=tree)


def _dtype(array: NDArray[Any]) -> np.dtype[Any]:
    return np.dtype(np.float32 if array.dtype == np.float32 else np.float64)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except UmvaError:
        raise
    except Exception as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        first, *_ = said.strip().splitlines() or [type(error).__name__]
        msg = f"{path} cannot be written ({first})"
        raise RunError(msg) from error

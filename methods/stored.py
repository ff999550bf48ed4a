"""Arrays of numbers in npz files: read in one way everywhere, without executing anything that they hold."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["stored"]


@contextmanager
def stored(path: Path, what: str) -> Iterator[dict[str, NDArray[Any]]]:
    """Give the arrays of a file for a ``with`` statement, in which they are also found to be sound or not.

    Parameters
    ----------
    path
        The npz file.
    what
        What it should hold, for the error: ``"the state of a KNN"``.

    Raises
    ------
    RunError
        If it cannot be read or holds anything but numbers; or if the ``with`` statement finds that an array is lacking or
        does not fit, by raising LookupError, TypeError or ValueError.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "ranges.npz"
    ...     np.savez(path, low=[1.0, 2.0])
    ...     with stored(path, "ranges") as arrays:
    ...         arrays["low"].tolist()
    [1.0, 2.0]
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = dict(archive)
    except Exception as error:  # damaged archives raise whatever their decoder runs into
        raise _unreadable(path, what, error) from error
    if wrong := [name for name, each in arrays.items() if each.dtype.kind not in "biuf"]:
        raise _unreadable(path, what, f"{', '.join(wrong)} holds no numbers")
    try:
        yield arrays
    except (LookupError, TypeError, ValueError, OverflowError) as error:
        raise _unreadable(path, what, error) from error


def _unreadable(path: Path, what: str, reason: object) -> RunError:
    return RunError(f"{path}: cannot be read as {what} ({reason})")

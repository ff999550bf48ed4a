"""Text files with their checksum beside them, so that damage is found before anything is made of them.

A flipped byte can leave a model file well formed, and wrong; it can also crash the library that reads it. The checksum is
SHA-256 in the layout that ``sha256sum --check`` understands. It tells damage, not forgery: readers check what they get.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

from umva.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["dump", "restore"]

T = TypeVar("T")


def dump(text: str, path: Path) -> None:
    """Write ``text`` to ``path``, and its checksum beside it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     dump("1 2 3", Path(folder) / "numbers.txt")
    ...     restore(Path(folder) / "numbers.txt", str.split, "list of numbers")
    ['1', '2', '3']
    """
    content = text.encode()
    path.write_bytes(content)
    _seal(path).write_text(f"{hashlib.sha256(content).hexdigest()}  {path.name}\n", encoding="ascii")


def restore(path: Path, parse: Callable[[str], T], kind: str) -> T:
    """Return what ``parse`` makes of the text in ``path``.

    Parameters
    ----------
    path
        What :func:`dump` wrote.
    parse
        Raises LookupError, OverflowError, TypeError or ValueError if the text is not what it must be.
    kind
        What the file holds, for the error message.

    Raises
    ------
    RunError
        If the file cannot be read, has another checksum than it was written with, or cannot be parsed.
    """
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != _seal(path).read_text(encoding="ascii").partition(" ")[0]:
            msg = "it is not what was written: its checksum differs"
            raise ValueError(msg)  # noqa: TRY301
        return parse(content.decode())
    except (AttributeError, LookupError, OSError, OverflowError, RecursionError, TypeError, ValueError) as error:
        reason = str(error).strip().partition("\n")[0]
        msg = f"{path}: cannot be read as {kind} ({reason})"
        raise RunError(msg) from error


def _seal(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")

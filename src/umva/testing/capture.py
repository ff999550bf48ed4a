"""Catching what is printed and warned, by Python or by compiled code."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["caught"]

_STREAMS = (1, 2)  # the file descriptors of what is printed and of errors


@contextlib.contextmanager
def caught() -> Iterator[list[str]]:
    """Give a list that holds, once the block is left, all that was printed in it and all warnings.

    Examples
    --------
    >>> import os
    >>> with caught() as said:
    ...     _ = os.write(2, b"one")
    ...     warnings.warn("two", stacklevel=1)
    >>> said
    ['one', 'UserWarning: two']
    """
    said: list[str] = []
    sys.stdout.flush()
    sys.stderr.flush()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        kept = [os.dup(stream) for stream in _STREAMS]
        for stream in _STREAMS:
            os.dup2(file.fileno(), stream)
        try:
            with (
                warnings.catch_warnings(record=True) as warned,
                contextlib.redirect_stdout(file),
                contextlib.redirect_stderr(file),
            ):
                warnings.simplefilter("always")
                yield said
        finally:
            file.flush()
            for stream, copy in zip(_STREAMS, kept, strict=True):
                os.dup2(copy, stream)
                os.close(copy)
        file.seek(0)
        said += filter(None, ["".join(file.read().split("\n"))])
    said += [f"{each.category.__name__}: {each.message}" for each in warned]

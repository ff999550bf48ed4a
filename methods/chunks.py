"""Going through events in pieces, so that what is computed on the way does not grow with their number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["chunks"]


def chunks(n_events: int, size: int = 65536) -> Iterator[slice]:
    """Yield slices that cover ``n_events`` in steps of ``size``.

    Examples
    --------
    >>> list(chunks(5, 3))
    [slice(0, 3, None), slice(3, 6, None)]
    """
    for start in range(0, n_events, size):
        yield slice(start, start + size)

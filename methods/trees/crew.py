"""Threads that share the work on many events; what they do does not depend on how many they are."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["ALONE", "PIECE", "Crew", "hire", "pieces", "usable_threads"]

_WORTH_THREADS = 10_000_000

PIECE = 16384
"""Events that are summed up together, whoever does it: sums of pieces are added in the order of the pieces."""


class Crew(NamedTuple):
    """So many threads, and a ``map`` that works in them."""

    n_threads: int
    map: Callable[..., Iterator[Any]]


ALONE = Crew(1, map)
"""No threads but the caller's."""


@contextmanager
def hire(n_threads: int) -> Iterator[Crew]:
    """Give a crew of threads for a while.

    Examples
    --------
    >>> with hire(2) as crew:
    ...     sum(crew.map(abs, [-1, -2, 3]))
    6
    """
    if n_threads < 2:
        yield ALONE
        return
    with ThreadPoolExecutor(n_threads) as pool:

        def share(work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
            parts = list(parts)
            return pool.map(work, parts) if len(parts) > 1 else map(work, parts)

        yield Crew(n_threads, share)


def usable_threads(n_steps: int) -> int:
    """Return how many threads to use for so many steps of a few nanoseconds: all processors for many, one for few."""
    return len(os.sched_getaffinity(0)) if n_steps > _WORTH_THREADS and hasattr(os, "sched_getaffinity") else 1


def pieces(n_events: int, size: int = PIECE) -> list[slice]:
    """Return slices of ``size`` events that cover all, the last one smaller.

    Examples
    --------
    >>> pieces(5, 3)
    [slice(0, 3, None), slice(3, 5, None)]
    """
    return [slice(start, min(start + size, n_events)) for start in range(0, n_events, size)]

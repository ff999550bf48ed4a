"""How loops over events are compiled: once, kept on disk, holding no lock; with the types of the arrays they take.

This module and those with such loops alone know numba; they are imported only when used. What numba keeps on disk of a loop is
found outdated by a change of the loop's own file only: one who changes what others call has to delete ``__pycache__``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numba
from numba import types

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["B1", "F4", "F8", "F8_2", "I4", "I8", "I8_2", "INPUTS", "compiled"]

# What is only read may be a read-only view or memory map.
INPUTS = types.Array(types.float32, 2, "C", readonly=True)
B1 = types.Array(types.boolean, 1, "C", readonly=True)
F4 = types.Array(types.float32, 1, "C", readonly=True)
F8 = types.Array(types.float64, 1, "C", readonly=True)
F8_2 = types.Array(types.float64, 2, "C", readonly=True)
I4 = types.Array(types.int32, 1, "C", readonly=True)
I8 = types.Array(types.int64, 1, "C", readonly=True)
I8_2 = types.Array(types.int64, 2, "C", readonly=True)

F = TypeVar("F", bound="Callable[..., Any]")


def compiled(signature: Any = None, *, any_order: bool = False) -> Callable[[F], F]:
    """Compile the decorated loop, for arrays of these types or, if none are said, of those that it is first called with.

    Callers may run it in threads on different events. A number divided by 0 is infinite or NaN, as in numpy; sums may be taken
    in any order, the same each time, only where that is said.
    """
    made: Callable[[F], F] = numba.njit(
        signature, cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"} if any_order else False
    )
    return made

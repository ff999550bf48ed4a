"""How loops over events are compiled: once, kept on disk, holding no lock; with the types of arrays they take.

This module and those with loops (``counting``, ``kernels``, ``walks``, ``loops``) alone know numba; they are imported only when trees are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BINS", "F4", "F8", "I4", "I8", "INPUTS", "SUMS", "TABLES", "U1", "U4", "compiled", "prefetch"]

# What is only read may be a read-only view or memory map.
INPUTS = types.Array(types.float32, 2, "C", readonly=True)
BINS = types.Array(types.uint8, 2, "C", readonly=True)
F4 = types.Array(types.float32, 1, "C", readonly=True)
F8 = types.Array(types.float64, 1, "C", readonly=True)
I4 = types.Array(types.int32, 1, "C", readonly=True)
I8 = types.Array(types.int64, 1, "C", readonly=True)
U1 = types.Array(types.uint8, 1, "C", readonly=True)
U4 = types.Array(types.uint32, 1, "C", readonly=True)
SUMS = types.Array(types.int64, 2, "C", readonly=True)
TABLES = types.Array(types.int64, 4, "C", readonly=True)

F = TypeVar("F", bound="Callable[..., Any]")


def compiled(signature: Any) -> Callable[[F], F]:
    """Compile the decorated loop for arrays of these types; callers may run it in threads on different events."""
    made: Callable[[F], F] = numba.njit(signature, cache=True, nogil=True)
    return made


def _prefetch(_context: Any, array: Any, row: Any, column: Any) -> Any:
    """Make the machine code of :data:`prefetch`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        where = context.make_array(kind)(context, builder, arguments[0])
        places = [
            context.cast(builder, each, given, types.intp)
            for each, given in zip(arguments[1:], signature.args[1:], strict=True)
        ]
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        pointer = cgutils.get_item_pointer(context, builder, kind, where, places, wraparound=False)  # type: ignore[no-untyped-call]
        shape = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = cgutils.get_or_insert_function(builder.module, shape, "llvm.prefetch.p0i8")  # type: ignore[no-untyped-call]
        builder.call(hint, [builder.bitcast(pointer, byte), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, row, column), generate


prefetch: Callable[..., None] = intrinsic(_prefetch)
"""Have ``array[row, column]`` brought near while something else is counted; no more than a hint.

Rows of a node lie apart in memory, where no processor guesses them.
"""

"""A hint to the processor, for compiled loops that read where it cannot guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["prefetch"]


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

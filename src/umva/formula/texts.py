"""Columns of text, which formulas compare for equality and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.formula.arrays import is_awkward

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_text", "same_text"]


def is_text(column: Any) -> bool:
    """Return whether a column holds text: fixed-width, objects, or awkward strings."""
    if is_awkward(column):
        return column.layout.parameter("__array__") in {"string", "bytestring"}
    kind = np.asarray(column).dtype.kind
    return kind in "SUT" or (kind == "O" and len(column) > 0 and isinstance(column[0], str | bytes))


def same_text(left: Any, right: Any) -> NDArray[np.float64]:
    """Return 1 where two texts are the same and 0 elsewhere; each is a column or one text for all events."""
    one, other = (_letters(each) for each in (left, right))
    return np.asarray(one == other).astype(np.float64)


def _letters(text: Any) -> Any:
    """Return text of any storage as letters."""
    if isinstance(text, str):
        return text
    if is_awkward(text):
        import awkward as ak

        text = ak.to_numpy(text)
    column = np.asarray(text)
    if column.dtype.kind == "O" and any(isinstance(each, bytes) for each in column):
        column = column.astype(bytes)
    return np.char.decode(column, "utf-8", "replace") if column.dtype.kind == "S" else column

"""Formulas bound to a source: compiled against its columns, evaluated for its chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.factory.data.formula import Formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from umva.factory.data.sources import Chunk, Source

__all__ = ["bind", "branches_of", "compute", "inputs"]


def bind(text: str, source: Source) -> Formula:
    """Return the compiled formula; errors name the source.

    Raises
    ------
    FormulaError, ColumnError
        If the expression cannot be understood or names a branch that is not there.
    """
    try:
        return Formula(text, names=list(source.columns))
    except DataError as error:
        msg = f"{source.label}: {error}"
        raise type(error)(msg) from error


def branches_of(formulas: Iterable[Formula]) -> list[str]:
    """Return the branches that the formulas need, each once."""
    return list(dict.fromkeys(branch for each in formulas for branch in each.branches))


def compute(formula: Formula, chunk: Chunk) -> NDArray[np.float64]:
    """Return the values of a formula for the events of a chunk, float64, shape ``(n_events,)``."""
    return formula.evaluate(chunk.columns, start=chunk.start, n_events=chunk.n_events)


def inputs(formulas: Sequence[Formula], chunk: Chunk, keep: NDArray[np.bool_] | slice) -> NDArray[np.float32]:
    """Return the formulas' values for the kept events, float32 ``(n_kept, n_formulas)``; too large for float32 is inf."""
    columns = []
    for each in formulas:
        with np.errstate(over="ignore"):
            columns.append(compute(each, chunk)[keep].astype(np.float32))
    return np.stack(columns, axis=1)

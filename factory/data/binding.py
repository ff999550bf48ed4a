"""Formulas bound to a source: compiled against its columns, evaluated for its chunks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import DataError
from umva.formula import Formula

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from umva.factory.data.sources import Chunk, Source

__all__ = ["bind", "branches_of", "compute", "inputs", "mark_missing"]


def bind(text: str, source: Source) -> Formula:
    """Return the compiled formula; errors name the source.

    Raises
    ------
    FormulaError, ColumnError
        If the expression cannot be understood or names a branch that is not there.
    """
    with _named(source.label):
        return Formula(text, names=list(source.columns))


def branches_of(formulas: Iterable[Formula]) -> list[str]:
    """Return the branches that the formulas need, each once."""
    return list(dict.fromkeys(branch for each in formulas for branch in each.branches))


def compute(formula: Formula, chunk: Chunk, *, where: str) -> NDArray[np.float64]:
    """Return the values of a formula for the events of a chunk, float64, shape ``(n_events,)``.

    Raises
    ------
    FormulaError
        If it gives no number an event; the message names the source, ``where``.
    """
    with _named(where):
        return formula.evaluate(chunk.columns, start=chunk.start, n_events=chunk.n_events)


def inputs(
    formulas: Sequence[Formula], chunk: Chunk, keep: NDArray[np.bool_] | slice, *, where: str
) -> NDArray[np.float32]:
    """Return the formulas' values for the kept events, float32 ``(n_kept, n_formulas)``; those too large for it are inf."""
    columns = []
    for each in formulas:
        with np.errstate(over="ignore"):
            columns.append(compute(each, chunk, where=where)[keep].astype(np.float32))
    return np.stack(columns, axis=1)


def mark_missing(X: NDArray[np.float32], values: Sequence[float]) -> None:
    """Put NaN, in place, where an input is one of the values that stand for a missing one.

    Examples
    --------
    >>> X = np.array([[1.0, -999.0]], dtype=np.float32)
    >>> mark_missing(X, [-999.0])
    >>> X
    array([[ 1., nan]], dtype=float32)
    """
    if values:
        X[np.isin(X, np.asarray(values, dtype=np.float32))] = np.nan


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Put the name of the source before the message of an error."""
    try:
        yield
    except DataError as error:
        msg = f"{where}: {error}"
        raise type(error)(msg) from error

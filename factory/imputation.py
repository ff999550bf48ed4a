"""Missing inputs, for methods that cannot take them: the median in their place, and whether one was missing as an input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.methods.stored import stored

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Imputation", "weighted_median"]


@dataclass(frozen=True)
class Imputation:
    """What stands in place of a missing input.

    Parameters
    ----------
    median
        Weighted median of each variable over the training events that have it, shape ``(n_variables,)``. The absolute
        values of the weights count: with negative ones a median need not exist.
    indicated
        Columns of the variables that some training event lacks. Each adds an input: 1 where it is missing, else 0.

    Examples
    --------
    >>> X = np.array([[1.0, 5.0], [np.nan, 6.0], [3.0, 7.0], [2.0, 8.0]], dtype=np.float32)
    >>> found = Imputation.fit(X, np.ones(4))
    >>> found.indicators(found.fill(X), X)[1]
    array([2., 6., 1.], dtype=float32)
    """

    median: NDArray[np.float32]
    indicated: NDArray[np.int64]

    @classmethod
    def fit(cls, X: NDArray[np.float32], weight: NDArray[np.float64]) -> Self:
        """Return the imputation for training events ``X``, shape ``(n_events, n_variables)``."""
        missing = [np.isnan(X[:, column]) for column in range(X.shape[1])]
        median = [weighted_median(X[~gap, column], np.abs(weight[~gap])) for column, gap in enumerate(missing)]
        indicated = [column for column, gap in enumerate(missing) if gap.any()]
        return cls(np.asarray(median, dtype=np.float32), np.asarray(indicated, dtype=np.int64))

    def fill(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return ``X`` with the medians in place of NaN."""
        return np.where(np.isnan(X), self.median, X)

    def indicators(self, filled: NDArray[np.float32], X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return ``filled`` with a column for each of ``indicated`` that tells where ``X`` has no value."""
        if not len(self.indicated):
            return filled
        return np.concatenate([filled, np.isnan(X[:, self.indicated]).astype(np.float32)], axis=1)

    def gathered(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return Shapley values with those of the indicators added to their variables', ``(n_events, n_variables, ...)``."""
        n_variables = len(self.median)
        own = values[:, :n_variables].copy()
        own[:, self.indicated] += values[:, n_variables:]
        return own

    @property
    def note(self) -> str:
        """What was done, for the report."""
        n = len(self.indicated)
        variables = "1 variable" if n == 1 else f"{n} variables"
        return (
            f"Missing values of {variables} were replaced by the median, and whether one is missing is a further input."
        )

    def save(self, path: Path) -> None:
        """Write it as ``.npz``."""
        np.savez(path, median=self.median, indicated=self.indicated)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return what :meth:`save` wrote.

        Raises
        ------
        RunError
            If the file cannot be read or its columns do not fit each other.
        """
        with stored(path, "an imputation") as arrays:
            median, indicated = arrays["median"].astype(np.float32), arrays["indicated"].astype(np.int64)
            if median.ndim != 1 or indicated.ndim != 1 or not np.isin(indicated, np.arange(len(median))).all():
                msg = "its columns do not fit each other"
                raise ValueError(msg)
        return cls(median, indicated)


def weighted_median(values: NDArray[np.float32], weight: NDArray[np.float64]) -> float:
    """Return the smallest value that has half of the weight, which must not be negative, at or below it; 0 of nothing.

    Examples
    --------
    >>> weighted_median(np.array([3.0, 1.0, 2.0], dtype=np.float32), np.array([5.0, 1.0, 1.0]))
    3.0
    """
    if not len(values):
        return 0.0
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weight[order])
    return float(values[order[min(np.searchsorted(below, below[-1] / 2), len(order) - 1)]])

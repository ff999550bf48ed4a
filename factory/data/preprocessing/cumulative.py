"""U and G: each variable becomes uniform, or Gaussian, by its own cumulative distribution.

The distribution is a histogram (see :mod:`umva.factory.data.preprocessing.binning`), interpolated linearly between the
centres of its bins, tabulated at the centres of 10000 equal bins between its ends, and interpolated linearly again. TMVA
keeps the table in 32 bits, and so do we: its answers are met to 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import DataError
from umva.factory.data.preprocessing.binning import cumulative_histogram
from umva.factory.data.preprocessing.transformation import Transformation
from umva.methods.densities.splines import lines
from umva.methods.densities.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.factory.data.preprocessing.transformation import Sample

__all__ = ["Gaussian", "Uniform"]

_FLAT_MARGIN = 1e-9
_ERF_LIMIT = 0.99999999
_SQRT2 = 1.414213562  # TMVA's


@dataclass(frozen=True, eq=False)
class Uniform(Transformation):
    """The fraction of training events below ``x``, from 1e-9 to 1 - 1e-9; beyond the training range one of these.

    Parameters
    ----------
    n_bins
        Number of bins of each variable's histogram, shape ``(n_columns,)``.
    edges
        Their edges, one variable after the other, shape ``(sum(n_bins + 1),)``.
    fractions
        Fraction of events up to each bin's end, shape ``(sum(n_bins),)``.
    """

    letter: ClassVar[str] = "U"
    words: ClassVar[tuple[str, ...]] = ("uniform",)

    n_bins: NDArray[np.int64]
    edges: NDArray[np.float32]
    fractions: NDArray[np.float32]

    @classmethod
    def fit(cls, sample: Sample) -> Self:
        """Return the cumulative distributions of the variables; events that lack a value are left out of its own."""
        sample.check_weights()
        columns = [_fit_column(cls.letter, sample, column) for column in range(len(sample.names))]
        edges, fractions = zip(*columns, strict=True)
        n_bins = np.array([len(each) for each in fractions], dtype=np.int64)
        return cls(n_bins, np.concatenate(edges), np.concatenate(fractions))

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return len(self.n_bins)

    @cached_property
    def _tables(self) -> Sequence[Table]:
        ends = np.cumsum(self.n_bins)[:-1]
        edges = np.split(self.edges.astype(np.float64), ends + np.arange(1, len(self.n_bins)))
        fractions = np.split(self.fractions.astype(np.float64), ends)
        return [_tabulated(*each) for each in zip(edges, fractions, strict=True)]

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the fractions of training events below each value."""
        flat = np.empty(X.shape)
        for column, table in enumerate(self._tables):
            flat[:, column] = table(X[:, column])
        return np.clip(flat, _FLAT_MARGIN, 1 - _FLAT_MARGIN, out=flat)


@dataclass(frozen=True, eq=False)
class Gaussian(Uniform):
    """The standard normal variable with the same fraction of events below; from about -5.7 to 5.7."""

    letter: ClassVar[str] = "G"
    words: ClassVar[tuple[str, ...]] = ("gauss", "gaussian")

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return values that are normally distributed for the training events."""
        from scipy.special import erfinv

        argument = super().apply(X)
        argument *= 2
        argument -= 1
        np.clip(argument, -_ERF_LIMIT, _ERF_LIMIT, out=argument)
        gauss: NDArray[np.float64] = erfinv(argument, out=argument)
        gauss *= _SQRT2
        return gauss


def _tabulated(edges: NDArray[np.float64], fractions: NDArray[np.float64]) -> Table:
    """Return the table of a cumulative histogram, interpolated linearly between the centres of its bins."""

    def source(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return fractions[np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(fractions) - 1)]

    return Table.sampled(float(edges[0]), float(edges[-1]), lines((edges[1:] + edges[:-1]) / 2, fractions), source)


def _fit_column(letter: str, sample: Sample, column: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return edges and fractions of one variable."""
    x = np.ascontiguousarray(sample.X[:, column])
    present = ~np.isnan(x)
    x, weight = x[present], sample.weight[present]
    name = sample.names[column]
    if not len(x) or x.min() == x.max():
        value = f"always {x[0]:g}" if len(x) else "always missing"
        msg = f"variable {name!r} is {value} among {sample.events}: {letter} cannot spread it; leave it out"
        raise DataError(msg)
    try:
        return cumulative_histogram(x, weight)
    except DataError as error:
        msg = f"variable {name!r} among {sample.events}: {error}; {letter} needs one"
        raise DataError(msg) from error

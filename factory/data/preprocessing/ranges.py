"""N: each variable's training range becomes -1 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import DataError
from umva.factory.data.preprocessing.transformation import Transformation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.factory.data.preprocessing.transformation import Sample

__all__ = ["Normalise"]


@dataclass(frozen=True, eq=False)
class Normalise(Transformation):
    """``2 (x - low) / (high - low) - 1``; events outside the training range leave -1 to 1.

    Weights, negative ones included, do not matter: every event counts for the range.

    Parameters
    ----------
    low, high
        Range of each variable, shape ``(n_columns,)``.

    Examples
    --------
    >>> Normalise(low=np.array([0.0]), high=np.array([4.0])).apply(np.array([[1.0], [6.0]], dtype=np.float32)).ravel()
    array([-0.5,  2. ])
    """

    letter: ClassVar[str] = "N"
    words: ClassVar[tuple[str, ...]] = ("norm", "normalise", "normalize")

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def fit(cls, sample: Sample) -> Self:
        """Return the ranges of the variables."""
        low = np.fmin.reduce(sample.X, axis=0, initial=np.inf).astype(np.float64)
        high = np.fmax.reduce(sample.X, axis=0, initial=-np.inf).astype(np.float64)
        for name, smallest, largest in zip(sample.names, low, high, strict=True):
            if not smallest < largest:
                value = f"always {smallest:g}" if smallest == largest else "always missing"
                msg = f"variable {name!r} is {value} among {sample.events}: N cannot normalise it; leave it out"
                raise DataError(msg)
        return cls(low, high)

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return len(self.low)

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the variables scaled to the training range."""
        scaled: NDArray[np.float64] = (X - self.low) * (2 / (self.high - self.low)) - 1
        return scaled

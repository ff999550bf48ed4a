"""The targets of a regression under VarTransform=N: as TMVA does, they are normalised with the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.methods.stored import stored

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["TargetRanges"]


@dataclass(frozen=True, eq=False)
class TargetRanges:
    """The training ranges of the targets, which a method learns as -1 to 1.

    Parameters
    ----------
    low, high
        Range of each target, shape ``(n_targets,)``; weights do not matter. A target that is always the same is only shifted.

    Examples
    --------
    >>> ranges = TargetRanges.of(np.array([[10.0], [30.0]]))
    >>> ranges.shrink(np.array([[25.0]])).tolist(), ranges.stretch(np.array([[0.5]])).tolist()
    ([[0.5]], [[25.0]])
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, y: NDArray[np.float64]) -> Self:
        """Return the ranges of targets, shape ``(n_events, n_targets)``."""
        return cls(y.min(axis=0), y.max(axis=0))

    @property
    def half(self) -> NDArray[np.float64]:
        """Half the width of each range: what 1 stands for."""
        return np.where(self.high > self.low, 0.5 * (self.high - self.low), 1.0)

    def shrink(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return targets as the method learns them."""
        small: NDArray[np.float64] = (y - 0.5 * (self.low + self.high)) / self.half
        return small

    def stretch(self, estimates: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the method's estimates in the units of the targets."""
        return estimates * self.half + 0.5 * (self.low + self.high)

    def save(self, path: Path) -> None:
        """Write the ranges into an npz file."""
        np.savez(path, low=self.low, high=self.high)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the ranges that :meth:`save` wrote; nothing in the file is executed.

        Raises
        ------
        RunError
            If it does not hold any.
        """
        with stored(path, "the ranges of targets") as arrays:
            low, high = arrays["low"], arrays["high"]
            if low.dtype != np.float64 or low.ndim != 1 or low.shape != high.shape:
                msg = "they are not one range a target"
                raise ValueError(msg)
            if not np.isfinite([low, high]).all():
                msg = "they are not finite"
                raise ValueError(msg)
        return cls(low, high)

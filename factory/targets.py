"""The targets of a regression under VarTransform=N: as TMVA does, they are normalised with the inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from zipfile import BadZipFile

import numpy as np

from umva.errors import RunError

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
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                low, high = (_numbers(stored[key]) for key in ("low", "high"))
        except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
            msg = f"{path}: cannot be read as the ranges of targets ({error})"
            raise RunError(msg) from error
        return cls(low, high)


def _numbers(array: NDArray[Any]) -> NDArray[np.float64]:
    if array.dtype != np.float64 or array.ndim != 1 or not np.isfinite(array).all():
        msg = "they are not finite numbers, one a target"
        raise ValueError(msg)
    return array

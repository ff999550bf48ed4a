"""Numbers in units of their spread about their mean, so that any unit is learnt alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["Scale", "standard"]


def standard(
    values: NDArray[np.floating], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weighted mean and standard deviation of each column, shape ``(n_columns,)``; 1 for one that is constant.

    Examples
    --------
    >>> mean, spread = standard(np.array([[0.0, 0.1], [4.0, 0.1]], np.float32), np.array([3.0, 1.0]))
    >>> mean.round(6).tolist(), spread.round(6).tolist()
    ([1.0, 0.1], [1.732051, 1.0])
    """
    total = weight.sum()
    mean = sum((weight[part] @ values[part] for part in chunks(len(values))), np.zeros(values.shape[1])) / total
    squares = (weight[part] @ (values[part] - mean) ** 2 for part in chunks(len(values)))
    spread = np.sqrt(sum(squares, np.zeros(values.shape[1])) / total)
    return mean, np.where(spread > 1e-7 * np.abs(mean), spread, 1.0)  # less is the rounding of 32 bits


@dataclass(frozen=True)
class Scale:
    """Targets in units of their spread about their mean, so that any unit is learnt alike.

    Parameters
    ----------
    mean, spread
        Of each target, shape ``(n_targets,)``.

    Examples
    --------
    >>> scale = Scale(np.array([100.0]), np.array([10.0]))
    >>> scale.shrink(np.array([[120.0]])).tolist(), scale.stretch(np.array([[2.0]])).tolist()
    ([[2.0]], [[120.0]])
    """

    mean: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, train: Events) -> Scale:
        """Return the scale of these events' targets, with their weights."""
        return cls(*standard(train.y, train.weight))

    @classmethod
    def unit(cls, n_targets: int) -> Scale:
        """Return the scale that changes nothing."""
        return cls(np.zeros(n_targets), np.ones(n_targets))

    def shrink(self, y: NDArray[Any]) -> NDArray[np.float32]:
        """Return targets as a network learns them."""
        small: NDArray[np.float64] = (y - self.mean) / self.spread
        return small.astype(np.float32)

    def stretch(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a network's outputs as targets."""
        return outputs * self.spread + self.mean

"""Ranking of the inputs, as a method itself sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ranking"]


@dataclass(frozen=True)
class Ranking:
    """What a method itself says of its inputs, with TMVA's definition; not comparable between methods.

    Parameters
    ----------
    quantity
        What the values are, in TMVA's words: ``"Variable Importance"``.
    values
        One number an input, in the order of the columns of ``X``; the largest is the best.
    """

    quantity: str
    values: NDArray[np.float64]

    def order(self) -> NDArray[np.int64]:
        """Return the columns, the best first; equal ones in their own order.

        Examples
        --------
        >>> Ranking("Importance", np.array([0.1, 0.7, 0.2])).order().tolist()
        [1, 2, 0]
        """
        return np.argsort(-self.values, kind="stable")

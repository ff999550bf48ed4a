"""What events add to the sums of a node, as integers: their sums do not depend on the order in which they are taken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from umva.methods.trees import counting
from umva.methods.trees.crew import pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew
    from umva.methods.trees.grow import Sample

__all__ = ["CRITERIA", "Sums"]

CRITERIA = (
    "RegressionVariance",
    "GiniIndex",
    "CrossEntropy",
    "GiniIndexWithLaplace",
    "MisClassificationError",
    "SDivSqrtSPlusB",
)
"""What a cut may be judged by, in the order in which :mod:`umva.methods.trees.cut_search` numbers them."""

_BITS = 62


class Sums(NamedTuple):
    """Copies, w, w t and, unless targets are 0 and 1, w t^2 of each event, as integers in small units.

    Parameters
    ----------
    each
        int64, ``(n_events, 2 or 3)``: copies and weight packed in one, w t, w t^2.
    bits
        The weight is below this bit of the first, the copies above.
    unit
        Units in 1 of w, w t, w t^2; powers of two.
    n_copies
        Events in the sample, each as often as it was drawn.
    """

    each: NDArray[np.int64]
    bits: int
    unit: NDArray[np.float64]
    n_copies: int

    @classmethod
    def of(cls, sample: Sample, criterion: str, crew: Crew) -> Self:
        """Return what each event adds; sums of weights keep 62 binary digits but those that counting events takes."""
        copies, weight, target = sample.copies, sample.weight, sample.target
        n_copies, *sizes = counting.measure(weight, target, copies)
        bits = _BITS - int(n_copies).bit_length()
        unit = np.array([_power(digits - 1, size) for digits, size in zip((bits, _BITS, _BITS), sizes, strict=True)])
        n_sums = 3 if criterion == "RegressionVariance" else 2
        each = np.empty((len(weight), n_sums), np.int64)

        def quantise(piece: slice) -> None:
            counting.quantise(weight, target, copies, piece.start, piece.stop, bits, unit, n_sums, each)

        list(crew.map(quantise, pieces(len(weight))))
        return cls(each, bits, unit, int(n_copies))


def _power(digits: int, size: float) -> float:
    """Return the power of two that makes of ``size`` a number of at most so many binary digits."""
    return 2.0 ** (digits - math.frexp(size)[1]) if size > 0 else 1.0

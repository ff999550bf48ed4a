"""Which cuts are allowed: of each variable a lower and an upper edge, each free within a range or pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["FORMS", "Edges"]

FORMS = ("NotEnforced", "FMax", "FMin", "FSmart")


@dataclass(frozen=True)
class Edges:
    """Edges of cuts, one element a variable; an event passes if ``lower < x <= upper``.

    Parameters
    ----------
    smallest, largest
        The range of the cuts, infinite where it has no end.
    lower_free, upper_free
        Whether the edge is free; a pinned one cuts nothing.
    """

    smallest: NDArray[np.float64]
    largest: NDArray[np.float64]
    lower_free: NDArray[np.bool_]
    upper_free: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        smallest: Sequence[float],
        largest: Sequence[float],
        forms: Sequence[str],
        *,
        signal_above: NDArray[np.bool_],
        method: str,
    ) -> Self:
        """Return the edges that the options describe.

        Parameters
        ----------
        smallest, largest
            Ranges; NaN has no end, and -1 to -1 none at all, as in TMVA.
        forms
            Of :data:`FORMS`: both edges free; the upper pinned; the lower pinned; the one pinned that lies on the side of the
            signal.
        signal_above
            Whether the signal's mean is the larger one.
        method
            For the error.

        Raises
        ------
        OptionError
            If a range is empty.
        """
        low, high = np.array(smallest, np.float64), np.array(largest, np.float64)
        unset = (low == -1) & (high == -1)
        low = np.where(unset | np.isnan(low), -np.inf, low)
        high = np.where(unset | np.isnan(high), np.inf, high)
        if (low >= high).any():
            j = int(np.flatnonzero(low >= high)[0])
            msg = f"{method}: cuts of variable {j} have no range, from {low[j]:g} to {high[j]:g} (CutRangeMin, CutRangeMax)"
            raise OptionError(msg)
        form = np.array(forms)
        form = np.where(form == "FSmart", np.where(signal_above, "FMax", "FMin"), form)
        return cls(low, high, lower_free=form != "FMin", upper_free=form != "FMax")

    @property
    def n_free(self) -> int:
        """Number of free edges."""
        return int(self.lower_free.sum() + self.upper_free.sum())

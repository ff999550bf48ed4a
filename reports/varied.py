"""What the studies on request are measured from: varied events, and responses after trainings on less."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Retrained", "Varied"]


@dataclass(frozen=True)
class Varied:
    """Test events on one side of a systematic variation.

    Parameters
    ----------
    source, direction
        The variation, and ``"up"`` or ``"down"``.
    words
        What is different.
    y, weight
        As in :class:`umva.reports.material.Part`; weights on the scale of those of the test part.
    row
        Which event of the test part each is, shape ``(n_events,)``; -1 for events that are none of them.
    """

    source: str
    direction: str
    words: str
    y: NDArray[Any]
    weight: NDArray[np.float64]
    row: NDArray[np.int64]


@dataclass(frozen=True)
class Retrained:
    """What became of a training on less than there is.

    Parameters
    ----------
    without
        The variable that was left out; none if empty.
    fraction
        The part of the training events that was used.
    scores
        Responses to the test events and, with a fraction, to the training events that were used, by part.
    rows
        Which training events were used; None for all.
    reason
        Why it failed.
    """

    without: str
    fraction: float
    scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    rows: NDArray[np.int64] | None = None
    reason: str | None = None

"""What a weight means in a training: how nearly an event of weight 2 is the event twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Repetition"]


@dataclass(frozen=True)
class Repetition:
    """How nearly integer weights equal repetitions of events, and how that is seen.

    ``umva.testing`` trains once on events of weight 1, 2 and 3 and once on the same events repeated as often, with weight 1.

    Parameters
    ----------
    tolerance
        Largest difference between the two responses to an event, as a share of their range.
    options
        Options for the comparison: none that draw events at random, or ask for a least number of events.
    repeated
        Those that differ for the repeated events, of which there are twice as many: ``{"n_neighbours": 40}``.
    reason
        Why they are not equal, if the tolerance is more than rounding, as a clause.

    Examples
    --------
    >>> Repetition(0.2, reason="a leaf divides by the sum of squared weights").exact
    False
    """

    tolerance: float = 1e-6
    options: Mapping[str, Any] = field(default_factory=dict)
    repeated: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def exact(self) -> bool:
        """Whether nothing but rounding tells the two apart."""
        return self.tolerance <= 1e-3

    @property
    def settings(self) -> str:
        """The options as they are written in a booking; those of the repeated events, where they differ, behind a bar."""
        return ", ".join(
            f"{key}={value!r}" + (f" | {self.repeated[key]!r}" if key in self.repeated else "")
            for key, value in self.options.items()
        )

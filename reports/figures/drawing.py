"""A figure with what it shows, in words and in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from umva.reports.figures.read_back import drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure
    from pandas import DataFrame


__all__ = ["Drawing", "Key"]

Key = tuple[str, ...]
"""What is drawn, and of which method, variable or class: ``("roc",)``, ``("response", "BDT")``."""


@dataclass(frozen=True)
class Drawing:
    """A figure and what it shows.

    Parameters
    ----------
    figure
        The figure, not tied to any window.
    alt
        What it shows in words and numbers, for readers who cannot see it.
    numbers
        Returns what :meth:`frame` does; without it the curves and points of the figure are read back.
    """

    figure: Figure
    alt: str
    numbers: Callable[[], DataFrame] | None = None

    def frame(self) -> DataFrame:
        """Return the numbers that the figure shows, one row for each bin, point or cell."""
        return drawn(self.figure) if self.numbers is None else self.numbers()

"""How classes of events are drawn, everywhere: signal blue and filled, background red and hatched, several as lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from umva.reports.figures.style import DASHES, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["REST", "Look", "against_rest", "class_looks", "heading"]

N_CLASSES = 8
OURS = {"signal", "background", "events"}
"""Words that stand for what a user may call otherwise."""


@dataclass(frozen=True)
class Look:
    """How the events of one class are drawn.

    Parameters
    ----------
    role
        The name of their colour in :mod:`umva.reports.figures.style`.
    hollow
        Hatched steps and open squares, not filled steps and discs.
    dash
        Pattern of a line.
    """

    role: str
    hollow: bool = False
    dash: tuple[float, ...] = ()

    @property
    def color(self) -> str:
        """The colour on the light page."""
        return LIGHT[self.role]


TWO = {"signal": Look("signal"), "background": Look("background", hollow=True)}
REST = Look("muted", hollow=True)
"""All classes but the one in question."""


def class_looks(labels: Iterable[str]) -> dict[str, Look]:
    """Return how each class is drawn.

    Parameters
    ----------
    labels
        ``"signal"`` and ``"background"``, the labels of several classes, or ``"events"`` alone.

    Examples
    --------
    >>> class_looks(["signal", "background"])["background"]
    Look(role='background', hollow=True, dash=())
    >>> [each.role for each in class_looks(["prompt", "feed-down", "combinatorial"]).values()]
    ['class-1', 'class-2', 'class-3']
    """
    names = list(labels)
    if set(names) <= OURS:
        return {each: TWO.get(each, TWO["signal"]) for each in names}
    return {
        each: Look(f"class-{place % N_CLASSES + 1}", dash=DASHES[place % len(DASHES)])
        for place, each in enumerate(names)
    }


def against_rest(label: str, labels: Iterable[str]) -> dict[str, Look]:
    """Return how two sides are drawn: signal and background, or one class of several (its label) and the rest."""
    return {label: replace(class_looks(labels)[label], dash=()), "rest": REST} if label else TWO


def heading(label: str, labels: Iterable[str]) -> str:
    """Return the name of a class as it heads a figure: our own words capitalised, those of the user as they are.

    Examples
    --------
    >>> heading("signal", ["signal", "background"]), heading("signal", ["signal", "qcd", "top"])
    ('Signal', 'signal')
    """
    return label.capitalize() if set(labels) <= OURS else label

"""What an experiment expects before any cut on a response: the yields that significances are computed for."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field

__all__ = ["Expectation", "Expected"]


@dataclass(frozen=True)
class Expected:
    """What the user says of the numbers of events that the experiment expects, before the cut on a response.

    Parameters
    ----------
    yields
        Numbers of events by class: ``"signal"`` and ``"background"``, or the labels of several classes. A class that is not
        named has the sum of its weights in all parts.
    origins
        Where each comes from, in words.
    background_uncertainty, merit
        See :class:`Expectation`.
    """

    yields: Mapping[str, float] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    background_uncertainty: float = 0.0
    merit: str = "Asimov"


@dataclass(frozen=True)
class Expectation:
    """Expected numbers of events before the cut on the response; they count as exact.

    Times an efficiency of :class:`CutScan` they are the numbers of events expected after the cut.

    Parameters
    ----------
    signal, background
        Numbers of events; of several classes, those of the class in question and of all others together.
    background_uncertainty
        Of the background after the cut, one standard deviation as a share of it: 0.1 for 10 %.
    merit
        What is to be largest at the working point, a key of ``umva.reports.measures.MERITS``.
    origin
        Where the yields come from, in words.
    """

    signal: float
    background: float
    background_uncertainty: float = 0.0
    merit: str = "Asimov"
    origin: str = "sum of the weights"

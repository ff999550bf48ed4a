"""What was studied on request: systematic variations, methods without a variable, methods trained on fewer events."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field

from umva.reports.results.quantities import Number  # noqa: TC001 - as above

__all__ = ["Envelope", "FixedCut", "LearningPoint", "LeftOut", "PointShift", "Shift", "Systematics", "VariationSummary"]


@dataclass(frozen=True)
class VariationSummary:
    """One side of a systematic variation, as it was declared.

    Parameters
    ----------
    source, direction
        Its name, and ``"up"`` or ``"down"``.
    words
        What is different.
    n_events, n_shared
        Numbers of its events, and of those among them that are events of the test part, too.
    """

    source: str
    direction: str
    words: str
    n_events: int
    n_shared: int


@dataclass(frozen=True)
class FixedCut:
    """A cut that is kept when the events are varied; two classes.

    Parameters
    ----------
    cut
        Events with at least this response pass.
    signal_efficiency, background_efficiency
        Weighted shares of the test part that pass.
    """

    cut: float
    signal_efficiency: Number
    background_efficiency: Number


@dataclass(frozen=True)
class PointShift:
    """What a variation does at a fixed cut: varied minus declared; two classes.

    Parameters
    ----------
    signal_efficiency, background_efficiency
        Change of the weighted shares that pass.
    signal_yield, background_yield
        Relative change of the sums of weights that pass.
    """

    signal_efficiency: Number
    background_efficiency: Number
    signal_yield: Number
    background_yield: Number


@dataclass(frozen=True)
class Shift:
    """What one side of a variation does to a method, with the statistical error, which shared events make small.

    Parameters
    ----------
    score
        Change of what methods are ranked by, see :attr:`umva.reports.results.MethodResult.score`.
    points
        At the cuts of :attr:`Systematics.cuts`.
    outputs
        Of several classes the change of each class's area against the rest; in a regression the change of each target's
        bias, in its unit.
    """

    score: Number
    points: Mapping[str, PointShift] = field(default_factory=dict)
    outputs: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Envelope:
    """Background efficiencies at the same signal efficiency, over all variations.

    Parameters
    ----------
    signal_efficiency
        Where the curves are read, rising.
    nominal, low, high
        Background efficiency of the declared events, and the smallest and largest of all variations and these.
    """

    signal_efficiency: tuple[float, ...]
    nominal: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Systematics:
    """What all variations do to one method.

    Parameters
    ----------
    cuts
        The cuts that are kept, by the background efficiency that they are meant for: ``"0.01"``, ``"0.10"``, ``"0.30"``.
    shifts
        By source, then by direction.
    envelope
        Of the ROC curve; two classes.
    reason
        Why there is nothing.
    """

    cuts: Mapping[str, FixedCut] = field(default_factory=dict)
    shifts: Mapping[str, Mapping[str, Shift]] = field(default_factory=dict)
    envelope: Envelope | None = None
    reason: str | None = None


@dataclass(frozen=True)
class LeftOut:
    """A method trained again without one variable.

    Parameters
    ----------
    loss
        By how much it does worse without, in what methods are ranked by, on the same test events; positive if the variable
        helps. The error is that of the test part; it does not know that another training might have ended elsewhere.
    p_value, p_corrected
        Probability of such a difference by chance; corrected (Holm) for the number of variables.
    reason
        Why it is not known.
    """

    loss: Number | None = None
    p_value: float | None = None
    p_corrected: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class LearningPoint:
    """A method trained on some of the training events.

    Parameters
    ----------
    fraction
        The part that was used.
    n_events
        Their number; 0 if it failed.
    train, test
        What methods are ranked by, on the events that were used and on the test part.
    reason
        Why it is not known.
    """

    fraction: float
    n_events: int
    train: Number | None = None
    test: Number | None = None
    reason: str | None = None

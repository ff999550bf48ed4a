"""How good a method is in parts of the sample."""

from __future__ import annotations

from dataclasses import dataclass

from umva.reports.results.quantities import Number  # noqa: TC001 - results.json is read by these annotations

__all__ = ["Sliced", "WeakSlice"]


@dataclass(frozen=True)
class Sliced:
    """What a method is ranked by, in slices of a variable or spectator; test part.

    Parameters
    ----------
    labels
        The slices in words: ``"12.3 to 45.6"``, ``"3"``, ``"no value"``.
    edges
        Edges of those that hold values.
    values, errors
        AUC, mean AUC of several classes, or root mean squared deviation, and its error; none where there are too few
        events.
    n_events
        Number of events, not weighted.
    """

    labels: tuple[str, ...]
    edges: tuple[float, ...]
    values: tuple[float | None, ...]
    errors: tuple[float | None, ...]
    n_events: tuple[int, ...]


@dataclass(frozen=True)
class WeakSlice:
    """A slice where a method does worse than in the other slices of the same variable.

    Parameters
    ----------
    variable, label
        Which.
    value, rest
        The figure there, and its mean over the other slices.
    n_events
        Number of events in it, not weighted.
    p_value, p_corrected
        Probability of such a difference, to either side, by chance; corrected (Holm) for the number of slices of all
        variables.
    """

    variable: str
    label: str
    value: Number
    rest: Number
    n_events: int
    p_value: float
    p_corrected: float

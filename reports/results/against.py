"""What has changed since an earlier run."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass, field

from umva.reports.results.quantities import Number  # noqa: TC001 - as above

__all__ = ["Against", "Change", "Fact"]


@dataclass(frozen=True)
class Fact:
    """Something that was another in the earlier run; a text is empty where there was nothing."""

    name: str
    before: str
    now: str


@dataclass(frozen=True)
class Change:
    """A method that both runs have.

    Parameters
    ----------
    before, now
        What methods are ranked by, test part: AUC, mean AUC of several classes, in a regression the mean over targets of
        the root mean squared deviation in units of the target's standard deviation.
    change
        ``now`` minus ``before``, with its error.
    paired
        Whether the error knows which test events both runs share; otherwise they are taken as independent.
    p_value, p_corrected
        Probability of such a change by chance; corrected (Holm) for the number of methods.
    verdict
        ``"better"``, ``"worse"`` or ``"same"``: no more than noise.
    negligible
        It hardly matters, however certain it is; see ``umva.reports.measures.hardly_matters``.
    options
        Options, transformation and kind of the method that differ.
    """

    before: Number
    now: Number
    change: Number
    paired: bool
    p_value: float
    p_corrected: float
    verdict: str
    negligible: bool = False
    options: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Against:
    """A run against an earlier one.

    Parameters
    ----------
    title, finished
        Of the earlier run; when it was finished, if that is known.
    events
        How the test events of the two are related, in a sentence.
    methods
        Measured methods that both have, in the order of the run itself.
    added, removed
        Methods that only the run itself has, or only the earlier one.
    facts
        Data, cuts, weights, split, seed and versions of packages that differ.
    """

    title: str
    finished: str
    events: str
    methods: Mapping[str, Change] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

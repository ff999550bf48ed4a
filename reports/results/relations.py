"""Methods beside each other, in numbers: background ratios, correlation and overlap of responses, agreement of rankings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from umva.reports.results.quantities import Number

__all__ = ["Agreement", "Overlap", "Pairs", "RankingAgreement", "RocRatio"]

Pairs: TypeAlias = Mapping[str, Mapping[str, Number]]
"""A number for pairs of methods. Where it is the same both ways it stands once, under the better method."""


@dataclass(frozen=True)
class RocRatio:
    """Background that passes, relative to the best method at the same signal efficiency, test part.

    Parameters
    ----------
    reference
        The best method.
    signal_efficiency
        Where both are cut, rising.
    ratio, error
        Background efficiency over that of the reference, below 1 where the method is better; its error has the
        correlation of the two, which see the same events.
    """

    reference: str
    signal_efficiency: tuple[float, ...]
    ratio: tuple[float, ...]
    error: tuple[float, ...]


@dataclass(frozen=True)
class Overlap:
    """Which events two methods select together, where each lets the same share of the signal pass.

    Parameters
    ----------
    signal, background
        Jaccard index: the weight that both select over the weight that either selects.
    background_shared
        Of the background that the first method selects, the share that the second selects, too; given both ways. (Of the
        signal, of which both select the same share, it is 2 J / (1 + J).)
    """

    signal: Pairs
    background: Pairs
    background_shared: Pairs


@dataclass(frozen=True)
class Agreement:
    """How alike methods answer, test part. The best 15 methods at most.

    Parameters
    ----------
    linear, rank
        Weighted linear (Pearson) and rank (Spearman) correlation coefficient of two responses: keys ``"signal"`` and
        ``"background"``, of several classes each label (its own events, the response for this class), in a regression
        each target (the deviations from the truth).
    overlap
        By signal efficiency (``"0.50"``, ``"0.70"``, ``"0.90"``), then by the class that is selected: ``"signal"`` or
        the label of one of several. None in a regression.
    """

    linear: Mapping[str, Pairs]
    rank: Mapping[str, Pairs]
    overlap: Mapping[str, Mapping[str, Overlap]] = field(default_factory=dict)


@dataclass(frozen=True)
class RankingAgreement:
    """How far methods order the variables alike: Kendall's coefficient, in which important variables weigh more.

    Parameters
    ----------
    shap, permutation
        Of the orders by Shapley shares, and by permutation importance.
    within
        By method: of the two orders of the same method.
    """

    shap: Pairs
    permutation: Pairs
    within: Mapping[str, Number]

"""Whether the response depends on a spectator: efficiencies in its bins, its shape in slices of the response."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass

from umva.reports.results.quantities import Histogram, HypothesisTest, Number  # noqa: TC001 - as above

__all__ = ["Flatness", "Selection", "Uniformity"]


@dataclass(frozen=True)
class Selection:
    """What one cut on the response does to the spectator, in one class.

    Parameters
    ----------
    cut
        Events with a larger response pass; of those that have just this one, a share that makes the background
        efficiency exactly that of the working point.
    efficiency
        Weighted share of all events of the class that passes.
    efficiencies, errors
        The same in each bin of the spectator; none where a bin has no positive sum of weights.
    spread
        Standard deviation of the efficiencies around their mean, in units of the mean, less what chance contributes.
    chi2
        Test that the efficiency is the same in all bins. Here and in ``ks``, the effective numbers of events are those
        that fail and those that pass.
    ks
        Kolmogorov-Smirnov test that events which fail and which pass have one distribution of the spectator.
    jsd
        Jensen-Shannon divergence of the two, in bits, 0 to 1.
    jsd_chance
        What chance alone makes of it on average.
    """

    cut: float
    efficiency: Number
    efficiencies: tuple[float | None, ...]
    errors: tuple[float | None, ...]
    spread: Number
    chi2: HypothesisTest
    ks: HypothesisTest
    jsd: Number
    jsd_chance: float


@dataclass(frozen=True)
class Uniformity:
    """How evenly the response treats the events of one class, whatever their value of the spectator.

    Parameters
    ----------
    labels, edges
        Bins of the spectator, with equal numbers of events of this class or, for whole numbers, one for each.
    selections
        At cuts that let 1, 10 and 30 % of the background (of several classes, of the rest) pass: keys ``"0.01"``, ``"0.10"``, ``"0.30"``.
    sde, sde_chance
        Standard deviation of efficiency over several cuts, and what chance alone makes of it.
    cvm
        Cramer-von Mises distance of the responses in the bins from that of all events, and its test.
    """

    labels: tuple[str, ...]
    edges: tuple[float, ...]
    selections: Mapping[str, Selection]
    sde: Number
    sde_chance: float
    cvm: HypothesisTest


@dataclass(frozen=True)
class Flatness:
    """Whether a cut on the response sculpts a spectator; test part.

    Parameters
    ----------
    verdict
        ``"none"``, ``"mild"`` or ``"strong"``: how much the background is sculpted; the thresholds stand in
        ``umva.reports.measures.sculpting``. Of several classes that may be background, the worst verdict: their mixture
        changes with the spectator, so each is looked at by itself.
    sentence
        What it means, for a reader in a hurry.
    own, of
        The signal, and the class that the verdict is about.
    classes
        The numbers of each class: ``"signal"`` and ``"background"``, or the labels of several.
    shapes
        Density of the spectator in the class ``of``, in slices of the response: keys ``"all"`` and, by the efficiencies of
        the background (of several classes, of the rest) between which a slice lies, ``"0.50-1.00"``, ``"0.30-0.50"``,
        ``"0.10-0.30"``, ``"0.00-0.10"``.
    """

    verdict: str
    sentence: str
    own: str
    of: str
    classes: Mapping[str, Uniformity]
    shapes: Mapping[str, Histogram]

    @property
    def judged(self) -> bool:
        """Whether enough events pass a cut to say anything."""
        return any(each.chi2.n_dof for each in self.background.selections.values())

    @property
    def background(self) -> Uniformity:
        """The numbers of the class that the verdict is about."""
        return self.classes[self.of]

    @property
    def signal(self) -> Uniformity:
        """The numbers of the signal."""
        return self.classes[self.own]

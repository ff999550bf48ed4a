"""The best cut on a response: where a figure of merit is largest, how well that is known, and how much of it is luck.

s and b are the efficiencies of the test part times the numbers of events that are expected, which count as exact. Their
errors are those of weighted binomial shares (:mod:`umva.reports.measures.roc`), that of the figure of merit follows from
them (delta method), the cut taken as given: at a maximum it matters only in the second order where exactly the cut is.

The position of the cut is known far less well than the value there, and the largest of many fluctuating values is too
large. How well, and by how much, is found from replicas of the sample (:mod:`umva.reports.measures.replicas`).

Only cuts that at least 10 effective background events pass, (sum w)^2 / sum w^2, are looked at: beyond them the background
is not known, and the largest value would be found where by chance there is none. If the best cut is at this edge and
those beyond look better still, that is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.reports.measures.replicas import Replicas
from umva.reports.measures.roc import full_roc
from umva.reports.measures.scan import passing_numbers
from umva.reports.results import Number, Optimum

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.reports.measures.merit import Merit
    from umva.reports.measures.ranked import Ranked
    from umva.reports.measures.roc import FullRoc

__all__ = ["FEWEST", "best_cuts"]

FEWEST = 10
"""Background events, effective ones, that the numbers at a cut should rest on."""

STEP = 1e-4
"""Relative step in which slopes are measured."""

CHOSEN = "the largest over all cuts, which is biased upwards where few events pass"


def best_cuts(ranked: Ranked, merits: Mapping[str, Merit], *, fewest: float = FEWEST) -> dict[str, Optimum]:
    """Return the best cut by each figure of merit; none if a class has no positive sum of weights.

    Parameters
    ----------
    ranked
        Responses of the test part with weights that sum to the numbers of events that are expected; negative ones count
        as they are, but efficiencies are made monotone.
    merits
        Figures of merit by name, such as :func:`umva.reports.measures.merits` has them.
    fewest
        Only cuts that so many effective background events pass are looked at; if there are none, the loosest cut.

    Examples
    --------
    >>> from umva.reports.measures import ams, rank
    >>> ranked = rank([0.1, 0.2, 0.4, 0.9], [0, 0, 1, 1], [5, 5, 8, 2])
    >>> best_cuts(ranked, {"AMS": ams}, fewest=0)["AMS"].cut
    0.4
    """
    if not ranked.measurable:
        return {}
    cuts = _Cuts.of(ranked, fewest)
    return {name: cuts.best(merit) for name, merit in merits.items()}


@dataclass(frozen=True)
class _Cuts:
    """What passes a cut at each distinct response, the tightest first.

    Parameters
    ----------
    curve
        Efficiencies and their errors; its point k + 1 belongs to the k-th cut.
    signal, background
        Expected numbers of events that pass.
    n_eff
        Effective number of background events that pass; 0 where negative weights leave none.
    fewest
        How many there must be.
    """

    ranked: Ranked
    curve: FullRoc
    signal: NDArray[np.float64]
    background: NDArray[np.float64]
    n_eff: NDArray[np.float64]
    fewest: float
    replicas: Replicas

    @classmethod
    def of(cls, ranked: Ranked, fewest: float) -> Self:
        """Return the cuts on these responses."""
        curve = full_roc(ranked)
        passing, squares = np.cumsum(ranked.background[::-1]), np.cumsum(ranked.background_squares[::-1])
        n_eff = np.divide(np.maximum(passing, 0.0) ** 2, squares, out=np.zeros_like(passing), where=squares > 0)
        signal, background = curve.signal[1:] * ranked.sum_signal, curve.background[1:] * ranked.sum_background
        return cls(ranked, curve, signal, background, n_eff, fewest, Replicas.of(ranked, curve))

    def best(self, merit: Merit) -> Optimum:
        """Return the best cut by a figure of merit."""
        found = merit(self.signal, self.background)
        finite = np.isfinite(found)
        known = finite & (self.n_eff >= self.fewest)
        known[-1] |= not known.any()
        allowed = np.where(known, found, -np.inf)
        k = int(np.argmax(allowed))
        beyond = float(found.max(initial=0.0, where=finite & ~known))
        limited = beyond > found[k] and self.n_eff[k] < 2.0 * self.fewest
        cut_error, optimism = self.replicas.luck(merit, allowed[self.replicas.places])
        n_signal, n_background = (int(passing_numbers(self.ranked, signal=each)[k]) for each in (True, False))
        signal, background = self._number(k, "signal"), self._number(k, "background")
        return Optimum(
            value=Number(float(found[k]), self._error(merit, k), note=CHOSEN),
            cut=float(self.ranked.score[::-1][k]),
            signal=_times(signal, self.ranked.sum_signal),
            background=_times(background, self.ranked.sum_background),
            cut_error=cut_error,
            optimism=optimism,
            signal_efficiency=signal,
            background_efficiency=background,
            purity=self._purity(k),
            n_signal=n_signal,
            n_background=n_background,
            warning=_warning(n_background, limited=limited),
        )

    def _number(self, k: int, name: str) -> Number:
        """Return the efficiency of signal or background at the k-th cut."""
        return Number(float(getattr(self.curve, name)[k + 1]), float(getattr(self.curve, f"{name}_error")[k + 1]))

    def _errors(self, k: int) -> tuple[float, float]:
        """Return the errors of the numbers of signal and background events at the k-th cut."""
        shares = float(self.curve.signal_error[k + 1]), float(self.curve.background_error[k + 1])
        return shares[0] * self.ranked.sum_signal, shares[1] * self.ranked.sum_background

    def _purity(self, k: int) -> Number:
        """Return the share of signal in what passes the k-th cut."""
        s, b = float(self.signal[k]), float(self.background[k])
        if s + b <= 0:
            return Number(0.0, note="not measurable: nothing passes")
        by_signal, by_background = self._errors(k)
        return Number(s / (s + b), math.hypot(b * by_signal, s * by_background) / (s + b) ** 2)

    def _error(self, merit: Merit, k: int) -> float:
        """Return the error of a figure of merit at the k-th cut, from its slopes in s and b."""
        s, b = float(self.signal[k]), float(self.background[k])
        step_s, step_b = (STEP * (each or s + b or 1.0) for each in (s, b))
        at_s, at_b = np.array([s + step_s, max(s - step_s, 0.0)]), np.array([b + step_b, max(b - step_b, 0.0)])
        slopes = (np.subtract(*merit(at_s, b)) / np.subtract(*at_s), np.subtract(*merit(s, at_b)) / np.subtract(*at_b))
        return math.hypot(*(float(slope) * error for slope, error in zip(slopes, self._errors(k), strict=True)))


def _times(share: Number, total: float) -> Number:
    """Return a share of a number that is known exactly."""
    return Number(share.value * total, None if share.error is None else share.error * total)


def _warning(n_background: int, *, limited: bool) -> str:
    """Say what a reader must know who wants to use the cut."""
    if limited:
        return "a tighter cut looks better still, but too few events of the other kind pass it to tell"
    if n_background < FEWEST:
        return f"only {n_background} test event{'s' * (n_background != 1)} of the other kind pass"
    return ""

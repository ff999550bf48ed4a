"""Kolmogorov's test of histograms, as TMVA makes it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TmvaKolmogorov"]


@dataclass(frozen=True)
class TmvaKolmogorov:
    """ROOT's TH1::KolmogorovTest of test against train, in the 40 bins of TMVA's overtraining plot.

    Parameters
    ----------
    distance
        Largest difference of the two distribution functions at the edges of the bins.
    p_value
        Kolmogorov's probability of a larger one, too large for histograms.
    p_thrown
        That of ROOT's option "X", which TMVA prints: the share of 1000 samples thrown from the test histogram that are
        farther from it; too small.
    """

    distance: float
    p_value: float
    p_thrown: float

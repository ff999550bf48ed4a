"""How well one response tells signal from the rest: every number of it, for two classes and for one of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from umva.reports.judging.working import cuts
from umva.reports.measures.auc import area
from umva.reports.measures.bootstrap import auc_bootstrap
from umva.reports.measures.efficiency import REJECTION_POINTS, WORKING_POINTS, rejection, signal_efficiency
from umva.reports.measures.histogram import density, fill
from umva.reports.measures.overtraining import overtraining
from umva.reports.measures.partial_area import partial_area
from umva.reports.measures.ranges import on_steps, tmva_response_binning
from umva.reports.measures.ranked import rank
from umva.reports.measures.roc import decimate, full_roc
from umva.reports.measures.separation import separation, significance
from umva.reports.results import Discrimination, ResponsePlot, TrainTest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from umva.reports.measures.histogram import Binning, Contents
    from umva.reports.measures.influence import Measured
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import Number

__all__ = ["Sides", "Told", "tell_apart"]

DRAWN_RMS = 5.0
"""Responses are drawn within so many standard deviations of the class means; TMVA's 10 leave much of a figure empty."""


@dataclass(frozen=True)
class Sides:
    """The events of one part, of which some are signal.

    Parameters
    ----------
    is_signal, weight
        Which events are signal, and the weights of all, shape ``(n_events,)``.
    """

    is_signal: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def classes(self, scores: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
        """Return responses and weights of signal and of the rest."""
        return [(scores[each], self.weight[each]) for each in (self.is_signal, ~self.is_signal)]


@dataclass(frozen=True)
class Told:
    """What was found, the areas on both parts with what is needed to combine and compare them, and the test part sorted."""

    numbers: Discrimination
    train: Measured
    test: Measured
    ranked: Ranked


def tell_apart(
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    sides: tuple[Sides, Sides],
    yields: NDArray[np.float64],
    *,
    background_uncertainty: float = 0.0,
    shap: dict[str, Number] | None = None,
) -> Told:
    """Measure one response.

    Parameters
    ----------
    scores
        Finite responses on train and test, larger for signal, shape ``(n_events,)`` each.
    sides
        The events of train and test.
    yields
        Weights of the test part, scaled to the numbers of events that are expected.
    background_uncertainty
        Relative uncertainty of the expected background.
    shap
        Shares of the inputs, which are handed on.
    """
    ranked = [rank(each, side.is_signal, side.weight) for each, side in zip(scores, sides, strict=True)]
    curves = [full_roc(each) for each in ranked]
    areas = [area(each) for each in ranked]
    auc = TrainTest(train=areas[0].number, test=areas[1].number)
    train, test = (side.classes(each) for each, side in zip(scores, sides, strict=True))
    tmva = tmva_response_binning(test)
    drawn = on_steps(tmva_response_binning([*train, *test], n_rms=DRAWN_RMS), scores)
    train_shape, test_shape = _shape(train, drawn), _shape(test, drawn)
    shapes = list(zip(train_shape, test_shape, strict=True))
    as_tmva = list(zip(_shape(train, tmva), _shape(test, tmva), strict=True))
    scaled = ranked[1].reweighted(yields)
    numbers = Discrimination(
        auc=auc,
        auc_bootstrap=auc_bootstrap(ranked[1]),
        signal_efficiency={
            key: TrainTest(train=signal_efficiency(curves[0], at), test=signal_efficiency(curves[1], at))
            for key, at in WORKING_POINTS.items()
        },
        rejection={
            key: TrainTest(
                *(rejection(c, at, n_eff_background=r.n_eff_background) for c, r in zip(curves, ranked, strict=True))
            )
            for key, at in REJECTION_POINTS.items()
        },
        separation=separation(*(each for _, each in as_tmva)),
        significance=significance(*test),
        partial_auc=partial_area(ranked[1]).number,
        roc=decimate(curves[1]),
        **cuts(scaled, background_uncertainty),
        response=ResponsePlot(*(density(each) for each in (*train_shape, *test_shape))),
        overtraining=overtraining(auc, (ranked[0], ranked[1]), *shapes, tmva=(as_tmva[0], as_tmva[1])),
        shap=shap or {},
    )
    return Told(numbers, areas[0], areas[1], ranked[1])


def _shape(
    classes: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]], binning: Binning
) -> tuple[Contents, Contents]:
    """Return the histograms of signal and the rest."""
    signal, rest = (fill(values, weight, binning) for values, weight in classes)
    return signal, rest

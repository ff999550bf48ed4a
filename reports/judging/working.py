"""Cuts on one response: what passes them, and the best ones."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypedDict

from umva.reports.measures.merit import efficiency_times_purity, merits
from umva.reports.measures.optimum import best_cuts
from umva.reports.measures.roc import full_roc
from umva.reports.measures.scan import cut_scan

if TYPE_CHECKING:
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import CutScan, Optimum

__all__ = ["Cuts", "cuts"]


class Cuts(TypedDict):
    """Fields of :class:`umva.reports.results.Discrimination`."""

    scan: CutScan | None
    ams: Optimum | None
    efficiency_times_purity: Optimum | None
    optima: dict[str, Optimum]


def cuts(ranked: Ranked, background_uncertainty: float = 0.0) -> Cuts:
    """Return what there is to know of cuts on a response.

    Parameters
    ----------
    ranked
        Responses of the test part, with weights that sum to the numbers of events that are expected.
    background_uncertainty
        Relative uncertainty of the background.
    """
    product = partial(efficiency_times_purity, total=ranked.sum_signal)
    optima = best_cuts(ranked, merits(background_uncertainty))
    best = [each.cut for each in optima.values()]
    return Cuts(
        scan=cut_scan(ranked, full_roc(ranked), through=best),
        ams=optima.pop("AMS", None),
        efficiency_times_purity=best_cuts(ranked, {"": product}, fewest=0).get(""),
        optima=optima,
    )

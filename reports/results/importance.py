"""What the test events say of the inputs of one method."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - results.json is read by these annotations
from dataclasses import dataclass

from umva.reports.results.quantities import Number  # noqa: TC001 - as above

__all__ = ["PermutationImportance"]


@dataclass(frozen=True)
class PermutationImportance:
    """How much worse a method is on test events among which one variable has been shuffled.

    Parameters
    ----------
    quantity
        What is worse: ``"AUC"``, ``"mean AUC"`` of several classes, or in a regression RMSE / sigma, the mean over
        targets of the root mean squared deviation in units of the target's standard deviation.
    score
        It, on the same events as they are.
    values
        By variable, what it loses (areas) or gains (deviations), largest first; the mean over the shuffles.
    n_events, n_shuffles
        Test events that were used, and how often each variable was shuffled.
    """

    quantity: str
    score: Number
    values: Mapping[str, Number]
    n_events: int
    n_shuffles: int

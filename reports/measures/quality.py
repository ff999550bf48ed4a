"""What methods are ranked by, alone: the same number as in the results, without all the others.

Of two classes the area under the ROC curve, of several the mean of their areas against the rest, in a regression the mean
over targets of the root mean squared deviation in units of the target's standard deviation, where less is better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from umva.reports.measures.auc import area, mean_area
from umva.reports.measures.deviation import deviations, mean_deviation
from umva.reports.measures.ranked import effective_number, rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from umva.reports.measures.influence import Measured

__all__ = ["quality"]


def quality(scores: NDArray[np.float64], y: NDArray[Any], weight: NDArray[np.float64], *, task: str) -> Measured:
    """Return what a method is ranked by, with the influence of each event.

    Parameters
    ----------
    scores
        Finite responses, shape ``(n_events,)``, or ``(n_events, n_classes)``, or ``(n_events, n_targets)``.
    y
        Classes, shape ``(n_events,)``: 1 for signal, or columns of ``scores``; or targets, shaped as ``scores``.
    weight
        Event weights; negative ones enter as they are.
    task
        ``"classification"``, ``"multiclass"`` or ``"regression"``.

    Examples
    --------
    >>> import numpy as np
    >>> quality(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]), np.ones(4), task="classification").value
    0.75
    """
    if task == "classification":
        return area(rank(scores, y, weight))
    outputs = range(scores.shape[1])
    if task == "regression":
        return mean_deviation([deviations(scores[:, k], y[:, k], weight).relative for k in outputs])
    sides = [y == k for k in outputs]
    n_eff = min(effective_number(float(weight[each].sum()), float(weight[each] @ weight[each])) for each in sides)
    return mean_area([area(rank(scores[:, k], sides[k], weight)) for k in outputs], n_eff)

"""Do two methods select the same events? Jaccard index and shared fraction of two selections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.reports.measures.share import share_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from umva.reports.results import Number

__all__ = ["jaccard", "shared"]


def jaccard(one: NDArray[np.bool_], other: NDArray[np.bool_], weight: NDArray[np.float64]) -> Number:
    """Return the weight that both select over the weight that either selects (Jaccard 1901): 1 if they agree, 0 if never.

    Parameters
    ----------
    one, other
        Which events each selects, shape ``(n_events,)``.
    weight
        Weights of the events; negative ones enter as they are and can take the share out of 0 to 1. The error is that
        of a weighted binomial share, the cuts taken as given.

    Examples
    --------
    >>> import numpy as np
    >>> jaccard(np.array([True, True, False]), np.array([False, True, True]), np.ones(3)).value
    0.3333333333333333
    """
    either = one | other
    return share_of(weight[either], (one & other)[either])


def shared(one: NDArray[np.bool_], other: NDArray[np.bool_], weight: NDArray[np.float64]) -> Number:
    """Return which share of the weight that the first selects is selected by the other, too.

    Parameters and error are those of :func:`jaccard`.

    Examples
    --------
    >>> import numpy as np
    >>> shared(np.array([True, True, False]), np.array([False, True, True]), np.ones(3)).value
    0.5
    """
    return share_of(weight[one], other[one])

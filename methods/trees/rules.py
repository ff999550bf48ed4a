"""How a tree is grown, on what, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from umva.methods.trees.codes import Codes

__all__ = ["FisherRules", "Rules", "Sample", "Structure"]


class FisherRules(NamedTuple):
    """Cuts in combinations of variables.

    ``least_correlation``: variables correlated by more, in signal or background, are combined. ``exclusive``: they are then not
    tried alone.
    """

    least_correlation: float = 0.8
    exclusive: bool = False


@dataclass(frozen=True)
class Rules:
    """How a tree is grown.

    Parameters
    ----------
    criterion
        One of :data:`CRITERIA`; ``"RegressionVariance"`` for targets other than 0 and 1.
    max_depth
        Cuts between root and leaf, at most.
    min_share
        Least size of a node as a share of the events the tree is grown on, both in events and in weight.
    n_cuts
        Candidate cuts of each variable in each node; -1 tries the middle between any two neighbouring values.
    n_variables
        So many variables, drawn anew for each node, are tried; None tries all.
    poisson
        ``n_variables`` is the mean of a Poisson number, not the number.
    grid
        ``"node"``: cuts are equally spaced between the ends of each variable in each node, as in TMVA. ``"sample"``: they are
        those of :class:`umva.methods.trees.codes.Codes`, the same in all nodes; faster on many events.
    fisher
        How combinations of variables are cut in, for targets 0 and 1; None cuts in one variable at a time.
    """

    criterion: str
    max_depth: int
    min_share: float
    n_cuts: int
    n_variables: int | None = None
    poisson: bool = True
    grid: str = "node"
    fisher: FisherRules | None = None


class Sample(NamedTuple):
    """The events a tree is grown on.

    ``X`` float32 ``(n_events, n_variables)``, C-contiguous, read in place; ``copies`` int32, how often each event is in the
    sample; ``weight`` float64, the weight of one copy; ``target`` float64, what the tree shall tell; ``codes`` the inputs in bins,
    for a grid of the whole sample.
    """

    X: NDArray[np.float32]
    copies: NDArray[np.int32]
    weight: NDArray[np.float64]
    target: NDArray[np.float64]
    codes: Codes | None = None


class Structure(NamedTuple):
    """A tree without answers.

    Node 0 is the root. ``feature`` (int32) is the variable cut in, -1 in a leaf; ``cut`` (float32): events with
    ``x >= cut`` go right; ``child`` (int32) is the left daughter, ``child + 1`` the right one. ``importance`` (float64, one a
    variable) sums ``(gain * node weight)^2`` over the cuts in it. A feature of ``n_variables + k`` is the combination of
    variables in row ``k`` of ``combinations`` (float64, ``(n_combinations, n_variables + 1)``, the last is a constant).
    ``leaves`` (int32, one an event) is the node that each event of the sample ends in, -1 if it was not drawn.
    """

    feature: NDArray[np.int32]
    cut: NDArray[np.float32]
    child: NDArray[np.int32]
    importance: NDArray[np.float64]
    combinations: NDArray[np.float64]
    leaves: NDArray[np.int32]

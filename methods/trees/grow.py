"""Growing one decision tree, node by node, with TMVA's rules.

In every node each variable's own range is cut at ``n_cuts`` equally spaced values, the best cut of all is made, and events
with ``x >= cut`` go right. Large nodes are summed up in pieces of fixed size, by as many threads as there are; the pieces
are added in their order, so the tree does not depend on the number of threads. This module is imported only when used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from umva.methods.trees import kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Map = Callable[..., Iterator[Any]]

__all__ = ["CRITERIA", "Rules", "Sample", "Structure", "grow"]

CRITERIA = (
    "RegressionVariance",
    "GiniIndex",
    "CrossEntropy",
    "GiniIndexWithLaplace",
    "MisClassificationError",
    "SDivSqrtSPlusB",
)
"""What a cut may be judged by, in the order in which :mod:`umva.methods.trees.kernels` numbers them."""

_PIECE = 65536
_LEAST_GAIN = 1e-8
_NEARLY = 1 - 1e-9
"""So that a node just large enough is so whatever the rounding of its weights."""


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
        Candidate cuts of each variable in each node.
    n_variables
        So many variables, drawn anew for each node, are tried; None tries all.
    poisson
        ``n_variables`` is the mean of a Poisson number, not the number.
    """

    criterion: str
    max_depth: int
    min_share: float
    n_cuts: int
    n_variables: int | None = None
    poisson: bool = True


class Sample(NamedTuple):
    """The events a tree is grown on.

    ``X`` float32 ``(n_events, n_variables)``, C-contiguous, read in place; ``copies`` int32, how often each event is in the
    sample; ``weight`` float64, its weight times its copies; ``target`` float64, what the tree shall tell.
    """

    X: NDArray[np.float32]
    copies: NDArray[np.int32]
    weight: NDArray[np.float64]
    target: NDArray[np.float64]


class Structure(NamedTuple):
    """A tree without answers.

    Node 0 is the root. ``feature`` (int32) is the variable cut in, -1 in a leaf; ``cut`` (float32): events with
    ``x >= cut`` go right; ``child`` (int32) is the left daughter, ``child + 1`` the right one. ``importance`` (float64, one a
    variable) sums ``(gain * node weight)^2`` over the cuts in it.
    """

    feature: NDArray[np.int32]
    cut: NDArray[np.float32]
    child: NDArray[np.int32]
    importance: NDArray[np.float64]


class _Cut(NamedTuple):
    variable: int
    value: np.float32
    importance: float


def grow(sample: Sample, rules: Rules, rng: np.random.Generator, parallel: Map = map) -> Structure:
    """Grow a tree breadth first.

    Parameters
    ----------
    sample, rules
        The events and how to cut them.
    rng
        Draws the variables tried, if not all are.
    parallel
        ``map``, or that of a pool of threads.
    """
    rows = np.flatnonzero(sample.copies).astype(np.int32)
    scratch = np.empty_like(rows)
    min_size = rules.min_share * float(sample.copies.sum()) * _NEARLY
    spans = [(0, len(rows), 0)]
    feature, cut, child = [], [], []
    importance = np.zeros(sample.X.shape[1])
    for start, stop, depth in spans:  # grows while it is walked through
        members = rows[start:stop]
        best = None if depth == rules.max_depth else _best_cut(sample, members, rules, min_size, rng, parallel)
        n_left = 0 if best is None else kernels.partition(sample.X, members, best.variable, best.value, scratch)
        if best is None or not 0 < n_left < len(members):
            feature.append(-1)
            cut.append(np.float32(0))
            child.append(-1)
            continue
        feature.append(best.variable)
        cut.append(best.value)
        child.append(len(spans))
        importance[best.variable] += best.importance
        middle = start + n_left
        spans += [(start, middle, depth + 1), (middle, stop, depth + 1)]
    return Structure(np.array(feature, np.int32), np.array(cut, np.float32), np.array(child, np.int32), importance)


def _best_cut(
    sample: Sample, rows: NDArray[np.int32], rules: Rules, min_size: float, rng: np.random.Generator, parallel: Map
) -> _Cut | None:
    """Return the cut that separates ``rows`` best, None if they are to stay together."""
    if len(rows) < 2:
        return None
    variables = _variables(sample.X.shape[1], rules, rng)
    pieces = [rows[start : start + _PIECE] for start in range(0, len(rows), _PIECE)]
    parallel = parallel if len(pieces) > 1 else map
    low, high, sums = _ranges(sample, pieces, variables, parallel)
    variance = sums[3] / sums[1] - (sums[2] / sums[1]) ** 2 if sums[1] > 0 else 0.0
    if min(sums[0], sums[1]) < 2 * min_size or not variance > 0:
        return None
    step = (high - low) / (rules.n_cuts + 1)
    spread = step > 0
    cuts = low[:, np.newaxis] + step[:, np.newaxis] * np.arange(1, rules.n_cuts + 1)
    cuts[~spread] = np.inf
    scale = np.divide(1.0, step, out=np.zeros_like(step), where=spread)
    edges = cuts.astype(np.float32)
    table = _table(sample, pieces, variables, low, scale, edges, parallel)
    criterion = CRITERIA.index(rules.criterion)
    column, place, gain = kernels.best_cut(table, sums, min_size, criterion)
    if criterion == 0:
        gain /= variance
    if gain < _LEAST_GAIN:
        return None
    return _Cut(int(variables[column]), edges[column, place], (gain * sums[1]) ** 2)


def _variables(n_all: int, rules: Rules, rng: np.random.Generator) -> NDArray[np.int32]:
    """Return the variables to try in a node, rising."""
    if rules.n_variables is None:
        return np.arange(n_all, dtype=np.int32)
    n = int(rng.poisson(rules.n_variables)) if rules.poisson else rules.n_variables
    return np.sort(rng.permutation(n_all)[: max(n, 1)]).astype(np.int32)


def _ranges(
    sample: Sample, pieces: list[NDArray[np.int32]], variables: NDArray[np.int32], parallel: Map
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return lowest and highest value of each variable, and the sums of copies, w, w t and w t^2."""
    X, copies, weight, target = sample

    def summarise(rows: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float64]]:
        low, high = np.full((2, len(variables)), np.float32(np.inf))
        np.negative(high, out=high)
        sums = np.zeros(4)
        kernels.summarise(X, rows, variables, weight, target, copies, low, high, sums)
        return low, high, sums

    low, high, sums = zip(*parallel(summarise, pieces), strict=True)
    # For the many small nodes, of one piece, this costs nothing.
    return reduce(np.minimum, low).astype(float), reduce(np.maximum, high).astype(float), reduce(np.add, sums)


def _table(
    sample: Sample,
    pieces: list[NDArray[np.int32]],
    variables: NDArray[np.int32],
    low: NDArray[np.float64],
    scale: NDArray[np.float64],
    cuts: NDArray[np.float32],
    parallel: Map,
) -> NDArray[np.float64]:
    """Return copies, w and w t between the cuts, shape ``(n_tried, n_cuts + 1, 3)``."""
    X, copies, weight, target = sample

    def fill(rows: NDArray[np.int32]) -> NDArray[np.float64]:
        table = np.zeros((len(variables), cuts.shape[1] + 1, 3))
        kernels.fill(X, rows, variables, weight, target, copies, low, scale, cuts, table)
        return table

    tables = parallel(fill, pieces)
    total: NDArray[np.float64] = next(tables)
    for table in tables:
        total += table
    return total

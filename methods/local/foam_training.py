"""Making foams of training events: the box, the cells, and what the events in a cell say.

A density is sampled at random points of a cell, in a small box around each; the sums of the samples in slices of each
dimension tell where to divide it. (Jadach, Foam, Comput. Phys. Commun. 152 (2003) 55, physics/0203033; Dannheim,
Voigt, Grahn, Speckmayer and Carli, NIM A 606 (2009) 717.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from umva.methods.local.foam_cells import Foam

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.local.foam_growth import Rules

    Floats = NDArray[np.float64]

__all__ = ["Builder", "limits"]

_CONTENTS = "Contents"
"""Divide a cell into halves of different densities."""

_BLIND = 0.01
"""Less than this share of the boxes holding any event is as good as none."""
_GLANCES = 2000

_TAIL = 0.01
"""Share beyond the foam on each side, at least, where densities are taken from the contents: slices of tails tell little."""


def limits(points: Floats, weight: Floats, tail: float) -> tuple[Floats, Floats]:
    """Return the box outside which, on each side of each dimension, at most ``tail`` of the weight lies.

    Examples
    --------
    >>> [each.tolist() for each in limits(np.arange(101.0)[:, None], np.ones(101), 0.02)]
    [[2.0], [98.0]]
    """
    from umva.methods.trees.quantiles import quantiles

    low, high = points.min(axis=0), points.max(axis=0)
    if tail > 0:
        for j, each in enumerate(np.ascontiguousarray(points.T)):
            lower, upper = (quantiles(each, weight, share)[0] for share in (tail, 1.0 - tail))
            low[j], high[j] = (lower, upper) if lower < upper else (low[j], high[j])
    return low, np.where(high > low, high, low + 1.0)


@dataclass(frozen=True, eq=False)
class Builder:
    """Makes foams of the same events; each call makes another.

    Parameters
    ----------
    points
        Events, float64, shape ``(n_events, n_dimensions)``.
    weight
        Their weights, not 0, of mean size 1; what they sum up to in a cell or box counts as 0 if it is negative.
    low, high
        The box, see :func:`limits`.
    n_cells, n_bins, n_samples, edge, min_events, max_depth
        How it is divided: cells at most; slices of a cell in each dimension; points at which the density is sampled, in boxes of
        so much of the foam's edge; cells of no more events, or so deep, are not divided (0: no limit).
    criterion
        Divide as a decision tree does, by one of ``umva.methods.trees.grow.CRITERIA`` in any case; None: by the density.
    """

    points: Floats
    weight: Floats
    low: Floats
    high: Floats
    n_cells: int
    n_bins: int
    n_samples: int
    edge: float
    min_events: int
    max_depth: int
    criterion: str | None

    @cached_property
    def dimensions(self) -> NDArray[np.intp]:
        """The dimensions in which events differ; in the others no cell is divided."""
        return np.flatnonzero(np.ptp(self.points, axis=0) > 0)

    @cached_property
    def place(self) -> Floats:
        """The events in units of the foam, in :attr:`dimensions` alone; of a tree those beyond it are at its edge."""
        place: Floats = (self.points - self.low) / (self.high - self.low)
        place = np.ascontiguousarray(place[:, self.dimensions])
        return place if self.criterion in (None, _CONTENTS) else np.clip(place, 0.0, 1.0)

    def seeing(self, rng: np.random.Generator, *, means: bool) -> Self:
        """Return a builder that is not blind, as one is when hardly any box holds an event, mostly in many dimensions.

        It divides cells by the events in them: for ``means`` as decision trees do, for densities where the halves differ most,
        within a foam that leaves out the farthest events.
        """
        from umva.methods.local.boxes import Boxes

        boxes = Boxes(self.place.astype(np.float32), np.ones((len(self.place), 1)))
        sample = _spread_out(_GLANCES, len(self.dimensions), rng)
        seen = np.mean(boxes.sums(sample - 0.5 * self.edge, sample + 0.5 * self.edge) > 0)
        if seen >= _BLIND:
            return self
        if means:
            return replace(self, criterion="RegressionVariance")
        low, high = limits(self.points, np.abs(self.weight), _TAIL)
        return replace(self, criterion=_CONTENTS, low=np.maximum(low, self.low), high=np.minimum(high, self.high))

    def mean(self, answer: Floats, rng: np.random.Generator) -> Foam:
        """Return a foam whose element is the mean answer of the events in a cell; an empty one has its mother's.

        Parameters
        ----------
        answer
            Target, or 1 for signal and 0 for background, shape ``(n_events,)``. The mean stays within its range.
        rng
            Source of the points at which it is sampled.
        """
        least, span = float(answer.min()), float(np.ptp(answer))
        above = answer - least  # so that no cell is preferred for where the target has its origin
        columns = np.column_stack([self.weight * above, self.weight])
        foam, sums = self._grown(columns, self._rules(span), rng)
        filled = sums[:, 1] > 0
        found = np.full(foam.n_cells, 0.5 * span)  # of the whole, should all weights cancel
        np.divide(sums[:, 0], sums[:, 1], out=found, where=filled)
        for mother in np.flatnonzero(foam.daughters[:, 0] >= 0):
            for cell in foam.daughters[mother]:
                found[cell] = found[cell] if filled[cell] else found[mother]
        return _with(foam, least + np.clip(found, 0.0, span)[:, None])

    def density(self, rng: np.random.Generator, rows: NDArray[np.bool_] | None = None) -> Foam:
        """Return a foam whose element is the weight in a cell by its volume, of the events of ``rows`` alone if given."""
        weight = self.weight if rows is None else np.where(rows, self.weight, 0.0)
        foam, sums = self._grown(np.column_stack([weight, weight]), self._rules(), rng, weight != 0)
        return _with(foam, (np.maximum(sums[:, 0], 0.0) / foam.volume())[:, None])

    def targets(self, n_targets: int, rng: np.random.Generator) -> Foam:
        """Return a foam whose elements are the weight in a cell and the means there of the last ``n_targets`` dimensions."""
        targets = self.points[:, -n_targets:]
        columns = np.column_stack([self.weight, self.weight, self.weight[:, None] * targets])
        foam, sums = self._grown(columns, self._rules(), rng)
        content = np.maximum(sums[:, :1], 0.0)
        mean = np.divide(sums[:, 2:], content, out=np.zeros((foam.n_cells, n_targets)), where=content > 0)
        return _with(foam, np.hstack([content, np.clip(mean, targets.min(axis=0), targets.max(axis=0))]))

    def _rules(self, most: float | None = None) -> Rules:
        """Return how to grow a foam of means up to ``most``, of densities if that is not given."""
        from umva.methods.local.foam_growth import COUNTED, SAMPLED, Rules

        criterion = SAMPLED if self.criterion is None else COUNTED
        if self.criterion not in (None, _CONTENTS):
            from umva.methods.trees.grow import CRITERIA

            criterion = [each.lower() for each in CRITERIA].index(self.criterion.lower())
        return Rules(
            n_cells=self.n_cells,
            n_bins=self.n_bins,
            min_events=float(self.min_events),
            max_depth=self.max_depth,
            criterion=criterion,
            half=0.5 * self.edge,
            ratio=most is not None,
            most=most or 0.0,
        )

    def _grown(
        self, columns: Floats, rules: Rules, rng: np.random.Generator, rows: NDArray[np.bool_] | slice = slice(None)
    ) -> tuple[Foam, Floats]:
        """Return a foam without elements, and the sums of columns in its cells; the first two say how to divide them."""
        from umva.methods.local import foam_kernels

        cells = self._cells(np.ascontiguousarray(columns[rows, :2]), rules, rng, rows)
        foam = Foam(self.low, self.high, *cells, np.empty((len(cells[1]), 0)))
        home = foam.find(foam.place(self.points))
        sums: Floats = np.column_stack([np.bincount(home, each, foam.n_cells) for each in columns.T])
        foam_kernels.add_up(foam.daughters, sums)
        return foam, sums

    def _cells(
        self, value: Floats, rules: Rules, rng: np.random.Generator, rows: NDArray[np.bool_] | slice
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """Return daughters, dimensions and divisions of the cells that these events make."""
        from umva.methods.local.boxes import Boxes
        from umva.methods.local.foam_growth import COUNTED, SAMPLED, grow

        n_dimensions = len(self.dimensions)
        if n_dimensions == 0:
            return np.full((1, 2), -1, np.int32), np.zeros(1, np.int32), np.zeros(1)
        sampled = rules.criterion == SAMPLED
        place, size = self.place[rows], np.abs(self.weight)[rows]
        if rules.criterion == COUNTED:  # at the edge, those beyond it would be a density without limit
            inside = ((place >= 0.0) & (place <= 1.0)).all(axis=1)
            place, size, value = place[inside], size[inside], value[inside]
        boxed = slice(None if sampled else 1)  # a tree asks for no boxes
        boxes = Boxes(place[boxed].astype(np.float32), value[boxed])
        sample = _spread_out(self.n_samples if sampled else 0, n_dimensions, rng)
        shift = rng.random((2 * self.n_cells - 1, n_dimensions))
        daughters, dimension, division = grow(boxes.tree, place, value, size, sample, shift, rules)
        return daughters, self.dimensions[dimension].astype(np.int32), division


def _with(foam: Foam, elements: Floats) -> Foam:
    """Return the foam with elements."""
    return replace(foam, elements=np.ascontiguousarray(elements))


def _spread_out(n_points: int, n_dimensions: int, rng: np.random.Generator) -> Floats:
    """Return random points of the unit cube, each dimension evenly covered: a Latin hypercube.

    The slices that decide where a cell is divided then have equally many points each, and divisions fluctuate less.
    """
    ranks = np.tile(np.arange(n_points, dtype=np.float64)[:, None], n_dimensions)
    points: Floats = (rng.permuted(ranks, axis=0) + rng.random(ranks.shape)) / max(n_points, 1)
    return points

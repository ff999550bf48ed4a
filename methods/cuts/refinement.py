"""A chain of nested boxes, bent until its area under the ROC curve is largest.

An edge moves along a stretch of the chain at a time, so that few numbers describe all boxes: what is gained on the training
events stays gained on others, while a better search for each box alone only learns them by heart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from umva.methods.cuts.boxes import Boxes

__all__ = ["refined"]

_STRETCHES = 5
_MOVES = (0.16, 0.08, 0.04, 0.02)  # of all values of a variable; one pass each


def refined(
    low: NDArray[np.int32], high: NDArray[np.int32], boxes: Boxes
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the chain that no move of an edge improves, as far as the passes go.

    ``low`` and ``high`` have shape ``(n_boxes, n_variables)``, each box inside the next; the first and the last stay as they are.
    """
    n_variables = low.shape[1]
    chain = np.concatenate([-low, high], axis=1)  # as negative ranks lower edges rise as the upper ones do
    free = np.flatnonzero(chain[0] < chain[-1])
    tables = [_shut_out(boxes, chain[:, edge], edge) for edge in range(2 * n_variables)]
    best = -np.inf
    for move in _MOVES:
        for edge in free.tolist():
            area = _Area(boxes, tables, edge, len(chain))
            best = max(best, area(tables[edge]))
            for moved in _moves(len(chain), max(move * boxes.last[edge % n_variables], 1.0)):
                tried = np.maximum.accumulate(np.round(chain[:, edge] + moved)).astype(np.int32)
                tried = np.clip(tried, chain[0, edge], chain[-1, edge])
                table = _shut_out(boxes, tried, edge)
                if (found := area(table)) > best:
                    best, chain[:, edge], tables[edge] = found, tried, table
    return np.ascontiguousarray(-chain[:, :n_variables]), np.ascontiguousarray(chain[:, n_variables:])


def _moves(n_boxes: int, size: float) -> Iterator[NDArray[np.float64]]:
    """Yield moves of an edge to both sides, each largest at one place and falling to 0 at the next."""
    along = np.linspace(0, _STRETCHES, n_boxes)
    for place in range(1, _STRETCHES):
        hat = size * np.maximum(1 - np.abs(along - place), 0.0)
        yield hat
        yield -hat


class _Area:
    """The area under the ROC curve of a chain as a function of one edge: one look at each event, however many boxes."""

    def __init__(self, boxes: Boxes, tables: Sequence[NDArray[np.int32]], edge: int, n_boxes: int) -> None:
        n_variables = len(boxes.last)
        self._n_boxes = n_boxes
        self._classes = []
        for ranks, weight in boxes.classes:
            others = np.zeros(len(weight), np.int32)
            for k, table in enumerate(tables):
                if k != edge:
                    np.maximum(others, table[ranks[k % n_variables]], out=others)
            self._classes.append((ranks[edge % n_variables], weight, others))

    def __call__(self, table: NDArray[np.int32]) -> float:
        """Return the area with this table of the edge, to twelve digits."""
        signal, background = (
            np.cumsum(np.bincount(np.maximum(others, table[ranks]), weight, minlength=self._n_boxes + 1))
            for ranks, weight, others in self._classes
        )
        return round(1 - float(np.trapezoid(np.append(0.0, background), np.append(0.0, signal))), 12)


def _shut_out(boxes: Boxes, column: NDArray[np.int32], edge: int) -> NDArray[np.int32]:
    """Return how many boxes of the chain an edge shuts each rank out of; these are the first ones."""
    last = int(boxes.last[edge % len(boxes.last)])
    if edge < len(boxes.last):
        at_most = np.cumsum(np.bincount(-column, minlength=last + 1))
        return (len(column) - at_most).astype(np.int32)
    return np.cumsum(np.bincount(column + 1, minlength=last + 2)[: last + 1]).astype(np.int32)

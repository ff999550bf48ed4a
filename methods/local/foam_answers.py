"""What a foam answers: the value of an event's cell, smoothed over its neighbours or not.

The kernels are those of TMVA: ``"Gauss"`` weights all cells by a Gaussian of the distance to their nearest point, ``"LinNeighbors"``
interpolates in each dimension between the cell and the neighbour beyond the nearer wall, and takes the mean of the dimensions.
(Dannheim, Voigt, Grahn, Speckmayer and Carli, NIM A 606 (2009) 717.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.local.foam_cells import Foam

    Floats = NDArray[np.float64]

__all__ = ["KERNELS", "answer", "answer_targets"]

KERNELS = ("Gauss", "LinNeighbors")
"""How cells may be smoothed."""


def answer(foam: Foam, X: NDArray[np.floating], kernel: str | None = None, width: float = 0.0) -> Floats:
    """Return the first element of the cells that events are in.

    Parameters
    ----------
    foam
        The foam.
    X
        Events, shape ``(n_events, n_dimensions)``.
    kernel
        One of :data:`KERNELS`, or None.
    width
        Of the Gaussian, in units of the foam.

    Returns
    -------
    Shape ``(n_events,)``.
    """
    place = foam.place(X)
    if kernel == "Gauss":
        return _gauss(foam, place, width)
    value = foam.elements[:, 0]
    return _interpolated(foam, place, value) if kernel == "LinNeighbors" else value[foam.find(place)]


def _gauss(foam: Foam, place: Floats, width: float) -> Floats:
    from umva.methods.local.foam_kernels import smooth

    low, high = (each[foam.leaves] for each in foam.edges)
    mean = np.empty((len(place), 1))
    smooth(place, low, high, np.ones(len(low)), foam.elements[foam.leaves, :1], width, mean)
    return mean[:, 0]


def _interpolated(foam: Foam, place: Floats, value: Floats) -> Floats:
    """Return the mean over the dimensions of the interpolations between cell and neighbour; at a wall both count half."""
    cells, (low, high) = foam.find(place), foam.edges
    own, total = value[cells], np.zeros(len(place))
    for j in range(place.shape[1]):
        lower, upper = low[cells, j], high[cells, j]
        share = (place[:, j] - lower) / (upper - lower)
        below = share < 0.5
        beyond = place.copy()
        beyond[:, j] = np.where(below, np.nextafter(lower, -1.0), upper)
        outside = (beyond[:, j] < 0.0) | (beyond[:, j] >= 1.0)
        other = np.where(outside, own, value[foam.find(beyond)])
        total += other + (own - other) * (0.5 + np.where(below, share, 1.0 - share))
    mean: Floats = total / place.shape[1]
    return mean


def answer_targets(
    foam: Foam, X: NDArray[np.floating], *, most_probable: bool, kernel: str | None = None, width: float = 0.0
) -> Floats:
    """Return targets from a foam whose last dimensions they are: along them it knows how probable they are.

    Parameters
    ----------
    foam
        Its elements are the weight in the cell and the mean of each target there.
    X
        Events, shape ``(n_events, n_variables)``.
    most_probable
        Take the cell of the largest density, not the mean of all.
    kernel, width
        None or ``"Gauss"``: take the cells around the event, or all, weighted by their distance from it.

    Returns
    -------
    Shape ``(n_events, n_targets)``; the mean of all training events where there were none.
    """
    from umva.methods.local.foam_kernels import likeliest, smooth

    rows = foam.leaves
    low, high = (each[rows] for each in foam.edges)
    weight = foam.elements[rows, 0] / foam.volume(None if most_probable else X.shape[1])[rows]
    found = np.tile(foam.elements[0, 1:], (len(X), 1))
    ask = likeliest if most_probable else smooth
    ask(foam.place(X), low, high, weight, foam.elements[rows, 1:], width if kernel == "Gauss" else 0.0, found)
    return found

"""Training events read back from a file: compiled loops follow the arrays, so they must fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.base import Method

__all__ = ["extent", "require_arrays"]


def extent(points: NDArray[np.generic]) -> tuple[int, int]:
    """Return the numbers of events and variables, 0 where an array that is no table lacks them.

    Examples
    --------
    >>> extent(np.zeros((5, 2))), extent(np.zeros(5))
    ((5, 2), (5, 0))
    """
    n_events, n_variables = (*np.shape(points), 0, 0)[:2]
    return n_events, n_variables


def require_arrays(
    method: Method, folder: Path, shapes: Mapping[str, tuple[int, ...]], *, positive: Collection[str] = ()
) -> None:
    """Refuse a method that was read from ``folder`` unless its attributes have these shapes and finite numbers.

    Parameters
    ----------
    method, folder
        The method, and where it lay.
    shapes
        Names of attributes to their shapes; none may be empty.
    positive
        Those that must be greater than 0.

    Raises
    ------
    RunError
        If one does not fit.
    """
    for name, shape in shapes.items():
        value = np.asarray(getattr(method, name))
        sound = value.shape == shape and value.size > 0 and np.isfinite(value).all()
        if not sound or (name in positive and (value <= 0).any()):
            msg = f"{folder / 'state.npz'}: cannot be read as the state of a {method.name} ({name} does not fit)"
            raise RunError(msg)

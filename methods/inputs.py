"""Inputs of a trained method: as many as it was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.errors import MethodError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["require_inputs"]


def require_inputs(X: NDArray[np.float32], n_variables: int, *, method: str) -> None:
    """Refuse events with more or fewer inputs than ``method`` was trained on.

    Raises
    ------
    MethodError
        If there are not ``n_variables`` columns.

    Examples
    --------
    >>> import numpy as np
    >>> require_inputs(np.zeros((5, 3), np.float32), 4, method="Fisher")
    Traceback (most recent call last):
    umva.errors.MethodError: Fisher was trained on 4 inputs, got events with 3
    """
    if X.shape[1] != n_variables:
        msg = f"{method} was trained on {n_variables} inputs, got events with {X.shape[1]}"
        raise MethodError(msg)

"""Sums of Gaussian kernels: what every support vector machine with that kernel answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["gaussian", "kernel_sum"]

_ROWS, _COLUMNS = 64, 1024  # events x vectors at once: half a MB at most, which stays in the cache
_FAR = 1e9  # in units of the kernel's width; further away float32 would overflow
_LEAST = -80.0  # exponents below add nothing and would make slow denormal numbers


def gaussian(X: NDArray[np.float64], Y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``exp(-|x - y|^2 / 2)`` of each row of ``X`` with each of ``Y``, shape ``(len(X), len(Y))``.

    Examples
    --------
    >>> gaussian(np.array([[0.0], [1.0]]), np.array([[0.0]])).round(4).tolist()
    [[1.0], [0.6065]]
    """
    exponent = X @ Y.T
    exponent += _half_square(X)[:, None]
    exponent += _half_square(Y)
    np.clip(exponent, _LEAST, 0.0, out=exponent)
    return np.exp(exponent, out=exponent)


def kernel_sum(X: NDArray[np.float64], vectors: NDArray[Any], dual: NDArray[Any]) -> NDArray[np.float64]:
    """Return ``sum over vectors of dual * exp(-|x - vector|^2 / 2)``, the same for an event whatever its company.

    Parameters
    ----------
    X
        Events in units of the kernel's width, shape ``(n_events, n_variables)``.
    vectors, dual
        Shapes ``(n_vectors, n_variables)`` and ``(n_vectors, n_outputs)``; their precision is that of the kernel.

    Examples
    --------
    >>> kernel_sum(np.zeros((1, 1)), np.zeros((2, 1), np.float32), np.array([[1.0], [2.0]], np.float32)).tolist()
    [[3.0]]
    """
    kind = vectors.dtype
    extended = np.column_stack([vectors, np.ones(len(vectors), kind), _half_square(vectors)])
    extended = np.ascontiguousarray(extended.T)
    result = np.zeros((len(X), dual.shape[1]))
    for rows in chunks(len(X), _ROWS):
        block = np.zeros((_ROWS, X.shape[1]), kind)  # full blocks only: BLAS rounds others differently
        block[: len(X[rows])] = np.clip(X[rows], -_FAR, _FAR)
        events = np.column_stack([block, _half_square(block), np.ones(_ROWS, kind)])
        for columns in chunks(len(vectors), _COLUMNS):
            kernel = events @ extended[:, columns]  # x.y - x^2/2 - y^2/2 in one product
            np.clip(kernel, _LEAST, 0.0, out=kernel)
            np.exp(kernel, out=kernel)
            result[rows] += (kernel @ dual[columns])[: len(X[rows])]
    return result


def _half_square(X: NDArray[Any]) -> NDArray[Any]:
    """Return ``-|x|^2 / 2`` of each row."""
    halves: NDArray[Any] = -0.5 * np.einsum("ij,ij->i", X, X)
    return halves

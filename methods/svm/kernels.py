"""Kernels of support vector machines, their products and sums, and what every machine answers with: a sum of kernels.

A kernel is a symmetric function of two events whose matrix has no negative eigenvalue; products and sums of kernels are
kernels (Schölkopf and Smola, Learning with Kernels, MIT Press 2002, proposition 13.1). Here events are scaled: measured from
their mean, in units of the width of a Gaussian.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Gaussian", "Kernel", "Polynomial", "Product", "Sum", "kernel_sum"]

_ROWS, _COLUMNS = 64, 1024  # events x vectors at once: half a MB at most, which stays in the cache
_FAR = 1e9  # in units of the kernel's width; further away float32 would overflow
_LEAST = -80.0  # exponents below add nothing and would make slow denormal numbers


class Kernel(ABC):
    """A similarity of two events; called with two sets of them it gives that of each pair, ``(len(X), len(Y))``."""

    @property
    @abstractmethod
    def precision(self) -> type[np.floating[Any]]:
        """The precision that sums of it need: float32 will do for a kernel that stays between 0 and 1."""

    @abstractmethod
    def near(self, vectors: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """Return the function that gives the kernel of events with these vectors, ``(n_events, n_vectors)``.

        What depends on the vectors alone is computed once; events are to have the precision of the vectors.
        """

    def __call__(self, X: NDArray[np.float64], Y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the kernel of each event of ``X`` with each of ``Y``."""
        return self.near(Y)(X)

    def libsvm(self, X: NDArray[np.float64]) -> tuple[dict[str, Any], NDArray[np.float64]]:
        """Return how libsvm knows the kernel, and what it is to be given for these events.

        If it does not know the kernel, that is the matrix of all its values: 8 bytes for each pair of events.
        """
        values, row_of = np.empty((len(X), len(X))), self.near(X)
        for rows in chunks(len(X), _ROWS):
            values[rows] = row_of(X[rows])
        return {"kernel": "precomputed"}, values


@dataclass(frozen=True, eq=False)
class Gaussian(Kernel):
    """``exp(-|x - y|^2 / 2)``, each variable first multiplied by its scale, if there are any.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [1.0, 5.0]])
    >>> Gaussian(scale=np.array([1.0, 0.0]))(X, X[:1]).round(4).tolist()
    [[1.0], [0.6065]]
    """

    scale: NDArray[np.float64] | None = None

    @property
    def precision(self) -> type[np.floating[Any]]:
        """See :class:`Kernel`."""
        return np.float32

    def near(self, vectors: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """See :meth:`Kernel.near`."""
        places = self._scaled(vectors)
        one = np.ones(len(vectors), vectors.dtype)
        extended = np.ascontiguousarray(np.column_stack([places, one, _half_square(places)]).T)

        def values(events: NDArray[Any]) -> NDArray[Any]:
            scaled = self._scaled(events)
            ones = np.ones(len(events), events.dtype)
            exponent: NDArray[Any] = np.column_stack([scaled, _half_square(scaled), ones]) @ extended  # -|x - y|^2 / 2
            np.clip(exponent, _LEAST, 0.0, out=exponent)
            np.exp(exponent, out=exponent)
            return exponent

        return values

    def libsvm(self, X: NDArray[np.float64]) -> tuple[dict[str, Any], NDArray[np.float64]]:
        """See :meth:`Kernel.libsvm`."""
        return {"kernel": "rbf", "gamma": 0.5}, self._scaled(X)

    def _scaled(self, X: NDArray[Any]) -> NDArray[Any]:
        return X if self.scale is None else np.clip(X * self.scale.astype(X.dtype), -_FAR, _FAR)


@dataclass(frozen=True, eq=False)
class Polynomial(Kernel):
    """``(factor (x + origin).(y + origin) + theta)^order``, ``theta`` not negative.

    Examples
    --------
    >>> Polynomial(theta=1.0, order=2)(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])).tolist()
    [[144.0]]
    """

    theta: float
    order: int
    factor: float = 1.0
    origin: NDArray[np.float64] | float = 0.0

    @property
    def precision(self) -> type[np.floating[Any]]:
        """See :class:`Kernel`."""
        return np.float64

    def near(self, vectors: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """See :meth:`Kernel.near`."""
        moved = np.ascontiguousarray(self.factor * (vectors + self.origin).T)

        def values(events: NDArray[Any]) -> NDArray[Any]:
            base = (events + self.origin) @ moved + self.theta
            kernel = base.copy()
            for _ in range(self.order - 1):  # many times faster than a power
                kernel *= base
            return kernel

        return values

    def libsvm(self, X: NDArray[np.float64]) -> tuple[dict[str, Any], NDArray[np.float64]]:
        """See :meth:`Kernel.libsvm`."""
        known = {"kernel": "poly", "gamma": self.factor, "coef0": self.theta, "degree": self.order}
        return known, X + self.origin


@dataclass(frozen=True, eq=False)
class _Joined(Kernel):
    parts: tuple[Kernel, ...]

    join: ClassVar[np.ufunc]

    @property
    def precision(self) -> type[np.floating[Any]]:
        """See :class:`Kernel`: that of the part that needs most."""
        return max((part.precision for part in self.parts), key=lambda kind: np.finfo(kind).bits)

    def near(self, vectors: NDArray[Any]) -> Callable[[NDArray[Any]], NDArray[Any]]:
        """See :meth:`Kernel.near`."""
        near = [part.near(vectors) for part in self.parts]
        return lambda events: reduce(self.join, (values(events) for values in near))


@dataclass(frozen=True, eq=False)
class Product(_Joined):
    """Events are alike if they are in all respects: the product of several kernels.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0]])
    >>> Product((Gaussian(), Polynomial(theta=2.0, order=1)))(X, X).round(4).tolist()
    [[2.0, 1.2131], [1.2131, 3.0]]
    """

    join: ClassVar[np.ufunc] = np.multiply


@dataclass(frozen=True, eq=False)
class Sum(_Joined):
    """Events are alike if they are in one respect: the sum of several kernels.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0]])
    >>> Sum((Gaussian(), Polynomial(theta=2.0, order=1)))(X, X).round(4).tolist()
    [[3.0, 2.6065], [2.6065, 4.0]]
    """

    join: ClassVar[np.ufunc] = np.add


def kernel_sum(
    X: NDArray[np.float64], vectors: NDArray[Any], dual: NDArray[Any], kernel: Kernel | None = None
) -> NDArray[np.float64]:
    """Return ``sum over vectors of dual * kernel(x, vector)``, the same for an event whatever its company.

    Parameters
    ----------
    X
        Scaled events, shape ``(n_events, n_variables)``.
    vectors, dual
        Shapes ``(n_vectors, n_variables)`` and ``(n_vectors, n_outputs)``; their precision is that of the sum.
    kernel
        By default the Gaussian of width 1.

    Examples
    --------
    >>> kernel_sum(np.zeros((1, 1)), np.zeros((2, 1), np.float32), np.array([[1.0], [2.0]], np.float32)).tolist()
    [[3.0]]
    """
    near = (kernel or Gaussian()).near
    parts = [(near(vectors[columns]), dual[columns]) for columns in chunks(len(vectors), _COLUMNS)]
    result = np.zeros((len(X), dual.shape[1]))
    for rows in chunks(len(X), _ROWS):
        block = np.zeros((_ROWS, X.shape[1]), vectors.dtype)  # full blocks only: BLAS rounds others differently
        block[: len(X[rows])] = np.clip(X[rows], -_FAR, _FAR)
        for values, factors in parts:
            result[rows] += (values(block) @ factors)[: len(X[rows])]
    return result


def _half_square(X: NDArray[Any]) -> NDArray[Any]:
    """Return ``-|x|^2 / 2`` of each row."""
    halves: NDArray[Any] = -0.5 * np.einsum("ij,ij->i", X, X)
    return halves

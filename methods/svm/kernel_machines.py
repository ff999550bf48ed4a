"""Two ways to train a support vector machine: exactly, and with few centres for many events."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.svm.primal import minimise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.svm.kernels import Kernel
    from umva.methods.svm.margins import Goals

__all__ = ["Expansion", "exact", "nystroem"]

_SINGULAR = 1e-10  # of an eigenvalue of the centres' kernel, relative to the largest


@dataclass(frozen=True)
class Expansion:
    """A trained machine: ``offset + sum over vectors of dual * kernel``.

    Parameters
    ----------
    vectors, dual, offset
        Shapes ``(n_vectors, n_variables)``, ``(n_vectors, n_outputs)``, ``(n_outputs,)``.
    converged
        Whether the optimum was reached.
    """

    vectors: NDArray[Any]
    dual: NDArray[Any]
    offset: NDArray[np.float64]
    converged: bool


def exact(
    X: NDArray[np.float64],
    goals: Goals,
    kernel: Kernel,
    *,
    c: float,
    epsilon: float | None,
    tol: float,
    max_iter: int,
    cache_mb: int,
    seed: int,
) -> Expansion:
    """Train with libsvm (Chang and Lin, ACM TIST 2 (2011) 27), one machine an output.

    Parameters
    ----------
    X
        Scaled events, shape ``(n_events, n_variables)``.
    goals
        What to reach, with weights that are positive.
    kernel
        Similarity of two events; of one that libsvm does not know all values are kept in memory.
    c
        Cost of an event of weight 1.
    epsilon
        None for classes, otherwise the miss of a target that costs nothing.
    tol, max_iter, cache_mb
        Violation of the optimum at which it stops, loops over the events at most, memory for kernel values.
    seed
        Order of the support vectors.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import SVC, SVR

    machine = SVC if epsilon is None else partial(SVR, epsilon=epsilon)
    most = min(max_iter * len(X), np.iinfo(np.int32).max)
    known, given = kernel.libsvm(X)
    dual, offset, converged = np.zeros(goals.target.shape, kernel.precision), np.zeros(goals.target.shape[1]), True
    for column, (target, weight) in enumerate(zip(goals.target.T.copy(), goals.weight.T.copy(), strict=True)):
        fitted = machine(C=c, tol=tol, max_iter=most, cache_size=cache_mb, **known)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            fitted.fit(given, target, sample_weight=weight)
        dual[fitted.support_, column] = fitted.dual_coef_[0]
        offset[column] = fitted.intercept_[0]
        converged &= fitted.fit_status_ == 0
    # classes mixed, the partial sums of the float32 products stay small
    vectors = np.random.default_rng(seed).permutation(np.flatnonzero(dual.any(axis=1)))
    return Expansion(X[vectors].astype(kernel.precision), dual[vectors], offset, converged)


def nystroem(
    X: NDArray[np.float64],
    goals: Goals,
    kernel: Kernel,
    *,
    c: float,
    epsilon: float | None,
    n_components: int,
    max_iter: int,
    seed: int,
) -> Expansion:
    """Train on the kernel that ``n_components`` events drawn as centres span, with the square of the hinge as loss.

    The kernel is ``K_xc K_cc^-1 K_cy`` (Williams and Seeger, NIPS 2000, eq. 8); in its feature space the machine is
    linear and solved by Newton's method (:func:`umva.methods.svm.primal.minimise`). Heavy events are drawn more often.
    Time grows in proportion to the events, memory does not grow with them. Parameters as in :func:`exact`.
    """
    weight = goals.weight.sum(axis=1)
    drawn = np.random.default_rng(seed).choice(
        len(X), min(n_components, int(np.count_nonzero(weight))), replace=False, p=weight / weight.sum()
    )
    centres = X[np.sort(drawn)]
    values, vectors = np.linalg.eigh(kernel(centres, centres))
    kept = values > _SINGULAR * values[-1]
    near = kernel.near(centres)
    dual, offset, converged = minimise(
        lambda rows: near(X[rows]),
        vectors[:, kept] / np.sqrt(values[kept]),
        goals.target,
        c * goals.weight,
        epsilon=epsilon,
        tol=1e-6,
        max_iter=max_iter,
    )
    return Expansion(centres, dual, offset, converged)

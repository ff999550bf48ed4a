"""Gaussian densities: each class described by its mean and covariance matrix."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods import Capabilities, Context, Events, Method, option, register, require_inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Gaussian"]


@register("Gaussian")
@dataclass(kw_only=True, eq=False)
class Gaussian(Method):
    """Likelihood ratio of multivariate Gaussians, one a class (quadratic discriminant).

    Use it when the inputs are near Gaussian and their correlations differ between the classes; book it with
    ``transform="G"`` when they are not Gaussian. Of two classes the response is the logarithm of the ratio of the densities,
    of several the probabilities if all classes were equally frequent.

    Event weights enter means and covariances: an event of weight 2 is the event twice.

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [5.0], [9.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> (Gaussian().fit(train).score(X) > 0).tolist()
    [False, False, True, True]
    """

    shrinkage: float = option(
        0.1, low=0.0, high=1.0, help="share of the covariance replaced by the variances of all events"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass"))
    cost: ClassVar[float] = 0.05
    state: ClassVar[tuple[str, ...]] = ("means_", "whitenings_")

    means_: NDArray[np.float64] = field(init=False, repr=False)
    whitenings_: NDArray[np.float64] = field(init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Learn mean and covariance of each class.

        Raises
        ------
        MethodError
            If all events of a class have weight 0.
        """
        del validation
        self.problem_ = train.problem
        n_classes = len(train.problem.classes)
        variances = self._variances(train)
        means, whitenings = [], []
        for label, name in enumerate(train.problem.classes):
            events = train.select(train.y == label)
            if not events.weight.sum() > 0:
                msg = f"Gaussian: the events of class {name!r} must have a positive sum of weights, got {events.weight.sum()}"
                raise MethodError(msg)
            means.append(np.average(events.X, axis=0, weights=events.weight))
            whitenings.append(self._whitening(events, variances))
            context.progress((label + 1) / n_classes)
        self.means_, self.whitenings_ = np.array(means), np.array(whitenings)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the log ratio of signal to background, ``(n_events,)``, or probabilities, ``(n_events, n_classes)``."""
        require_inputs(X, self.means_.shape[1], method=self.name)
        logs = np.column_stack([self._log_density(X, label) for label in range(len(self.means_))])
        if self.problem_.task == "classification":
            ratio: NDArray[np.float64] = logs[:, 1] - logs[:, 0]
            return ratio
        density = np.exp(logs - logs.max(axis=1, keepdims=True))
        shares: NDArray[np.float64] = density / density.sum(axis=1, keepdims=True)
        return shares

    @staticmethod
    def _variances(train: Events) -> NDArray[np.float64]:
        """Return the variance of each input, 1 if it never changes."""
        mean = np.average(train.X, axis=0, weights=train.weight)
        variance = np.average(np.square(train.X - mean), axis=0, weights=train.weight)
        changing = variance > 1e-9 * np.square(mean)
        known: NDArray[np.float64] = np.where(changing, variance, 1.0)
        return known

    def _whitening(self, events: Events, variances: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the matrix that makes the inputs of these events uncorrelated and of spread 1."""
        covariance = np.atleast_2d(np.cov(events.X, rowvar=False, ddof=0, aweights=events.weight / events.weight.sum()))
        covariance = (1 - self.shrinkage) * covariance + self.shrinkage * np.diag(variances)
        whitening: NDArray[np.float64] = np.linalg.inv(np.linalg.cholesky(covariance))
        return whitening

    def _log_density(self, X: NDArray[np.float32], label: int) -> NDArray[np.float64]:
        """Return the logarithm of the density of a class, up to a constant."""
        whitening = self.whitenings_[label]
        distance = np.zeros(len(X))
        for row in whitening:
            distance += ((X - self.means_[label]) * row).sum(axis=1) ** 2
        density: NDArray[np.float64] = np.log(np.diag(whitening)).sum() - 0.5 * distance
        return density

"""A method of another package: the entry point in ``pyproject.toml`` makes umva import this module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.methods import Capabilities, Context, Events, Method, option, register

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Gaussian"]


@register("Gaussian")
@dataclass(kw_only=True, eq=False)
class Gaussian(Method):
    """Likelihood ratio of two multivariate Gaussians (quadratic discriminant).

    Use it when the inputs are near Gaussian and their correlations differ between the classes; book it with
    ``transform="G"`` when they are not Gaussian. The response is the logarithm of the ratio.

    Event weights enter means and covariances; negative ones are left out of the training.
    """

    shrinkage: float = option(1e-3, low=0.0, high=1.0, help="share of the covariance that is replaced by its diagonal")

    capabilities: ClassVar[Capabilities] = Capabilities(weights=True)
    state: ClassVar[tuple[str, ...]] = ("means_", "whitenings_")

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Learn mean and covariance of each class."""
        del validation
        means, whitenings = [], []
        for index in (0, 1):
            chosen = train.y == index
            X, weight = train.X[chosen].astype(np.float64), train.weight[chosen]
            mean = np.average(X, axis=0, weights=weight)
            covariance = np.atleast_2d(np.cov(X, rowvar=False, aweights=weight))
            spread = np.diag(covariance).copy()
            spread[spread == 0] = 1
            covariance = (1 - self.shrinkage) * covariance + self.shrinkage * np.diag(spread)
            means.append(mean)
            whitenings.append(np.linalg.inv(np.linalg.cholesky(covariance)))
        self.means_, self.whitenings_ = np.array(means), np.array(whitenings)
        context.progress(1.0)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the logarithm of the signal density over the background density."""
        background, signal = (self._log_density(X, index) for index in (0, 1))
        ratio: NDArray[np.float64] = signal - background
        return ratio

    def _log_density(self, X: NDArray[np.float32], index: int) -> NDArray[np.float64]:
        whitening = self.whitenings_[index]
        distance = np.square((X - self.means_[index]) @ whitening.T).sum(axis=1)
        density: NDArray[np.float64] = np.log(np.diag(whitening)).sum() - 0.5 * distance
        return density

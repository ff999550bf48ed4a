"""D and P: linear maps that take away the correlations between variables.

Both are found from weighted means and covariances; negative weights enter with their sign. Events in which a variable is
missing do not enter. A correlation that is not linear remains: put ``G`` in front, ``"G,D"``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from umva.errors import DataError
from umva.factory.data.preprocessing.transformation import Transformation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.factory.data.preprocessing.transformation import Sample

__all__ = ["Decorrelate", "PrincipalComponents"]

_CHUNK = 65536
_SINGULAR = 1e-10  # of the correlation matrix's eigenvalues; inputs are float32, so what is less is rounding
_CONSTANT = 1e-9  # standard deviation over mean, for the same reason


@dataclass(frozen=True, eq=False)
class Decorrelate(Transformation):
    """``y = C**(-1/2) x`` with the symmetric root: uncorrelated, unit variance, each as near its input as can be.

    No mean is taken away.

    Parameters
    ----------
    matrix
        ``C**(-1/2)``, shape ``(n_columns, n_columns)``.
    """

    letter: ClassVar[str] = "D"
    words: ClassVar[tuple[str, ...]] = ("deco", "decorrelate", "decorrelation")
    mixes: ClassVar[bool] = True

    matrix: NDArray[np.float64]

    @classmethod
    def fit(cls, sample: Sample) -> Self:
        """Return the inverse square root of the covariance matrix."""
        mean, covariance = _moments(sample)
        _check_regular(mean, covariance, sample)
        values, axes = np.linalg.eigh(covariance)
        return cls((axes * values**-0.5) @ axes.T)

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return len(self.matrix)

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the decorrelated variables."""
        with np.errstate(invalid="ignore"):  # inf - inf
            return X.astype(np.float64) @ self.matrix

    @classmethod
    def output_names(cls, names: Sequence[str]) -> tuple[str, ...]:
        """Return ``D(x)`` for what is nearest ``x``."""
        return tuple(f"D({name})" for name in names)


@dataclass(frozen=True, eq=False)
class PrincipalComponents(Transformation):
    """``y = (x - mean) @ axes``: uncorrelated, the one with the largest variance first.

    The sign of each axis is chosen such that its largest component is positive. TMVA's own ``P`` ignores the event
    weights; unit weights give its axes, up to their signs.

    Parameters
    ----------
    mean
        Shape ``(n_columns,)``.
    axes
        Eigenvectors of the covariance matrix in columns, by falling variance, shape ``(n_columns, n_columns)``.
    """

    letter: ClassVar[str] = "P"
    words: ClassVar[tuple[str, ...]] = ("pca",)
    mixes: ClassVar[bool] = True

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]

    @classmethod
    def fit(cls, sample: Sample) -> Self:
        """Return mean and eigenvectors."""
        mean, covariance = _moments(sample)
        axes = np.linalg.eigh(covariance)[1][:, ::-1]
        largest = axes[np.abs(axes).argmax(axis=0), np.arange(len(axes))]
        return cls(mean, axes * np.sign(largest))

    @property
    def n_columns(self) -> int:
        """Number of variables."""
        return len(self.mean)

    def apply(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the principal components."""
        with np.errstate(invalid="ignore"):  # inf - inf
            return (X - self.mean) @ self.axes

    @classmethod
    def output_names(cls, names: Sequence[str]) -> tuple[str, ...]:
        """Return ``PC1``, ``PC2``, and so on."""
        return tuple(f"PC{k + 1}" for k in range(len(names)))


def _moments(sample: Sample) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weighted mean and covariance, in two passes through chunks so that no copy of all events is made."""
    sample.check_weights()
    n_columns = len(sample.names)
    total = 0.0
    mean = np.zeros(n_columns)
    for start in range(0, len(sample.X), _CHUNK):
        X, weight = _complete(sample, start)
        total += weight.sum()
        mean += weight @ X
    if not total > 0:
        msg = f"the weights of {sample.events} without missing values sum to {total:g}, expected more than 0"
        raise DataError(msg)
    mean /= total
    covariance = np.zeros((n_columns, n_columns))
    for start in range(0, len(sample.X), _CHUNK):
        X, weight = _complete(sample, start)
        away = X - mean
        covariance += (away.T * weight) @ away
    return mean, covariance / total


def _complete(sample: Sample, start: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return inputs and weights of a chunk's events that lack no value."""
    X = sample.X[start : start + _CHUNK].astype(np.float64)
    complete = ~np.isnan(X).any(axis=1)
    return X[complete], sample.weight[start : start + _CHUNK][complete]


def _check_regular(mean: NDArray[np.float64], covariance: NDArray[np.float64], sample: Sample) -> None:
    """Raise DataError unless the covariance matrix can be inverted."""
    variance = covariance.diagonal()
    for name, each, smallest in zip(sample.names, variance, (_CONSTANT * mean) ** 2, strict=True):
        if not each > smallest:
            msg = (
                f"variable {name!r} has variance {each:g} among {sample.events}: D cannot decorrelate it; leave it out"
            )
            raise DataError(msg)
    correlation = covariance / np.sqrt(np.outer(variance, variance))
    smallest = np.linalg.eigvalsh(correlation)[0]
    if smallest > _SINGULAR * len(variance):
        return
    upper = np.triu(np.abs(correlation), k=1)
    i, j = divmod(int(upper.argmax()), len(upper))
    negative = " (some weights are negative)" if (sample.weight < 0).any() else ""
    msg = (
        f"D cannot decorrelate {sample.events}: their covariance matrix is singular{negative}; the strongest correlation is "
        f"{correlation[i, j]:+.6f} between {sample.names[i]!r} and {sample.names[j]!r}; leave one of them out"
    )
    raise DataError(msg)

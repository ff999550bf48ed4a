"""HMatrix: how far an event is from the mean of each class, in units of the class's covariance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.hypotheses import ComparesHypotheses
from umva.methods.inputs import require_inputs
from umva.methods.linear.equations import Correlations
from umva.methods.linear.moments import class_moments
from umva.methods.registry import register

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HMatrix"]


@register("HMatrix", tmva="kHMatrix")
@dataclass(kw_only=True, eq=False)
class HMatrix(ComparesHypotheses):
    """H-matrix: compares the chi2 distances of an event to the means of signal and background.

    Use it where a class is a compact cloud, for instance to tell shower shapes, and as a reference in old analyses; Fisher is
    better wherever the means alone separate, and any tree where they do not. The response is ``(chi2_B - chi2_S) / (chi2_B
    + chi2_S)``, from -1 (background) to 1 (signal), with ``chi2 = (x - mean)^T C^-1 (x - mean)`` and the mean and covariance
    matrix of the class. A transformation of the inputs is that of each class for its own chi2. An event of weight 2 counts
    twice, negative weights as they are. (TMVA Users Guide, arXiv:physics/0703039, section 8.6.)

    Unlike TMVA's it takes a singular covariance matrix: what has no spread takes no part.

    Attributes
    ----------
    means_
        Of background and signal, shape ``(2, n_variables)``.
    roots_
        Matrices ``A`` with ``A A^T = C^-1``, shape ``(2, n_variables, n_variables)``.

    Examples
    --------
    >>> X = np.array([[0.0], [2.0], [4.0], [6.0]], np.float32)
    >>> train = Events(X, np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> HMatrix().fit(train).score(np.array([[1.0], [3.0], [4.0]], np.float32)).tolist()
    [-1.0, 0.0, 0.8]
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)
    cost: ClassVar[float] = 0.02
    state: ClassVar[tuple[str, ...]] = ("means_", "roots_")

    means_: NDArray[np.float64] = field(init=False, repr=False)
    roots_: NDArray[np.float64] = field(init=False, repr=False)

    def learn(self, as_background: Events, as_signal: Events, *, context: Context) -> None:
        """Compute means and covariance matrices; see :meth:`ComparesHypotheses.learn`.

        Raises
        ------
        MethodError
            If the weights of a class do not sum to more than zero, or leave no positive covariance matrix.
        """
        del context
        moments = [
            class_moments(each, label, method=self.name) for label, each in enumerate((as_background, as_signal))
        ]
        self.means_ = np.array([each.mean for each in moments])
        found = [Correlations.of(each.covariance, np.abs(each.mean), method=self.name) for each in moments]
        varies = found[0].varies & found[1].varies  # both distances must be of the same inputs
        self.roots_ = np.zeros((2, *moments[0].covariance.shape))
        for root, each, moment in zip(self.roots_, found, moments, strict=True):
            common = (
                each if (each.varies == varies).all() else _among(moment.covariance, moment.mean, varies, self.name)
            )
            scaled = common.vectors / np.sqrt(common.values)
            root[np.flatnonzero(common.varies), : len(common.values)] = (scaled.T / common.spread).T
        self.notes_ = tuple(dict.fromkeys(note for each in found for note in each.notes))

    def compare(self, as_background: NDArray[np.float32], as_signal: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the difference of the distances over their sum, 0 for an event at both means; from -1 to 1."""
        background, signal = self._chi2(as_background, 0), self._chi2(as_signal, 1)
        total = background + signal
        return np.divide(background - signal, total, out=np.zeros(len(total)), where=total != 0)

    def _chi2(self, X: NDArray[np.float32], label: int) -> NDArray[np.float64]:
        """Return the distances to the mean of a class, shape ``(n_events,)``."""
        require_inputs(X, self.means_.shape[1], method=self.name)
        away = X - self.means_[label]
        chi2 = np.zeros(len(X))
        for direction in self.roots_[label].T:
            # column by column: BLAS would round an event differently in other company
            along = np.zeros(len(X))
            for column, share in zip(away.T, direction, strict=True):
                along += share * column
            chi2 += along**2
        return chi2


def _among(
    covariance: NDArray[np.float64], mean: NDArray[np.float64], varies: NDArray[np.bool_], method: str
) -> Correlations:
    """Return the correlations of the chosen inputs alone."""
    return Correlations.of(np.where(np.outer(varies, varies), covariance, 0.0), np.abs(mean), method=method)

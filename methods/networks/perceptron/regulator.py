"""The Bayesian regulator: large weights cost, and the events themselves say how much.

(MacKay, Neural Computation 4 (1992) 448; Zhong, Huang and Lee, Comput. Phys. Commun. 182 (2011) 2655, arXiv:1103.2854, who
brought it to TMVA.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.networks.perceptron.lesson import Lesson
    from umva.methods.networks.perceptron.perceptron import Perceptron

__all__ = ["MOST_WEIGHTS", "Regulator", "groups"]

MOST_WEIGHTS = 4000
"""The Hessian is a matrix of so many squared at most."""

_MEMORY = 4_000_000  # derivatives at once


def groups(network: Perceptron) -> NDArray[np.int64]:
    """Return the group of each weight: those of each input, those of the first bias, those of each further layer.

    Examples
    --------
    >>> from umva.methods.networks.perceptron.perceptron import Perceptron
    >>> groups(Perceptron((2, 2, 1))).tolist()
    [0, 0, 1, 1, 2, 2, 3, 3, 3]
    """
    first, *further = network.shapes
    inputs = np.repeat(np.arange(first[0]), first[1])
    layers = [np.full(n_rows * n_out, first[0] + place) for place, (n_rows, n_out) in enumerate(further)]
    return np.concatenate([inputs, *layers]).astype(np.int64)


@dataclass
class Regulator:
    """The strength at which each group of weights decays, found again and again while a network learns.

    Of the inverse Hessian it is read how many weights of a group the events determine well; the strength is that number
    over the sum of their squares. An input that tells nothing is so switched off. Half squared errors are in units of a
    noise that is found likewise. The events' weights are scaled to a sum of their number: this is how many there are.

    Parameters
    ----------
    network
        The form of the network.
    limit
        Find the strengths at most so often.
    """

    network: Perceptron
    limit: int
    _done: int = field(default=0, init=False)
    _groups: NDArray[np.int64] = field(init=False)
    _strength: NDArray[np.float64] = field(init=False)
    _precision: float = field(default=1.0, init=False)

    def __post_init__(self) -> None:
        """Begin with hardly any decay."""
        self._groups = groups(self.network)
        self._strength = np.full(self._groups.max() + 1, 0.01)

    def decay(self, lesson: Lesson, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the decay of each weight, see :class:`Lesson`, that suits these; beyond the limit that of last time."""
        if self._done < self.limit:
            self._done += 1
            self._find(lesson, weights)
        return self._strength[self._groups] / (self._precision * lesson.n_events)

    def _find(self, lesson: Lesson, weights: NDArray[np.float64]) -> None:
        """Find the precision of the targets, 1 over their variance, and the strengths."""
        n, loss = lesson.n_events, float(np.sum(lesson.share * lesson.losses(weights)))
        if lesson.estimator == "MSE":
            self._precision = lesson.target.shape[1] / max(2 * loss, 1e-12)
        prior = self._strength[self._groups]
        inverse = np.linalg.inv(self._precision * n * curvature(lesson, weights) + np.diag(prior))
        free = np.bincount(self._groups, 1.0 - prior * np.diag(inverse))
        squares = np.bincount(self._groups, weights**2)
        self._strength = np.clip(np.maximum(free, 1e-3) / np.maximum(squares, 1e-12), 1e-6, 1e6)


def curvature(lesson: Lesson, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Hessian of the mean loss as Gauss and Newton approximate it, shape ``(n_weights, n_weights)``."""
    from umva.methods.networks.perceptron import kernels

    network, n_outputs = lesson.network, lesson.network.sizes[-1]
    hessian = np.zeros((len(weights), len(weights)))
    for part in chunks(lesson.n_events, max(1, _MEMORY // (n_outputs * len(weights)))):
        X = lesson.X[part]
        slopes = np.empty((n_outputs, len(X), len(weights)))
        for output in range(n_outputs):
            kernels.jacobian(X, *lesson.codes, weights, output, slopes[output])
        root = _root(network.respond(X, weights), network.link, lesson.estimator)
        root *= np.sqrt(lesson.share[part])[:, None, None]
        bent = np.einsum("ekl,lew->ekw", root, slopes).reshape(-1, len(weights))
        hessian += bent.T @ bent
    return hessian


def _root(outputs: NDArray[np.float64], link: str, estimator: str) -> NDArray[np.float64]:
    """Return a root of each event's curvature with respect to the sums of the output neurons: its square is that."""
    unit = np.eye(outputs.shape[1])
    if link == "softmax":
        centred = unit - outputs[:, None, :]
        share = np.sqrt(outputs) if estimator == "CE" else outputs
        return np.asarray(share[:, :, None] * centred)
    slope = {
        "identity": np.ones_like(outputs),
        "sigmoid": outputs * (1 - outputs),
        "tanh": 1 - outputs**2,
    }[link]
    return np.asarray((np.sqrt(slope) if estimator == "CE" else slope)[:, :, None] * unit)

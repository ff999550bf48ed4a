"""The form of a multilayer perceptron: how many neurons, how they combine and bend what they get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["COMBINATIONS", "NEURONS", "Perceptron"]

NEURONS = ("linear", "sigmoid", "tanh", "ReLU", "radial", "fast tanh")
"""Activations in the order of their codes; the last is TMVA's rational approximation, for networks that TMVA trained."""

COMBINATIONS = ("sum", "sqsum", "abssum")
LINKS = ("identity", "sigmoid", "softmax", "tanh")
ESTIMATORS = ("MSE", "CE")


@dataclass(frozen=True)
class Perceptron:
    """A network without its weights.

    The weights are one array: layer by layer a matrix of shape ``(n_in + 1, n_out)``, row by row, whose last row belongs to
    the bias.

    Parameters
    ----------
    sizes
        Neurons of each layer, from the inputs to the outputs.
    neuron
        Activation of the hidden neurons, of :data:`NEURONS`.
    combination, output_combination
        What the hidden and the output neurons are given: the ``"sum"`` of ``weight * value``, of its squares or magnitudes.
    link
        What the outputs make of that: ``"identity"``, ``"sigmoid"``, ``"softmax"`` over all outputs, ``"tanh"``.

    Examples
    --------
    >>> network = Perceptron((1, 2, 1), neuron="linear")
    >>> weights = network.pack([np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([[1.0], [1.0], [-1.0]])])
    >>> network.n_weights, network.respond(np.array([[0.0], [3.0]], np.float32), weights).tolist()
    (7, [[0.0], [9.0]])
    """

    sizes: tuple[int, ...]
    neuron: str = "tanh"
    combination: str = "sum"
    output_combination: str = "sum"
    link: str = "identity"

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Shapes of the matrices."""
        return [(n_in + 1, n_out) for n_in, n_out in zip(self.sizes, self.sizes[1:], strict=False)]

    @property
    def n_weights(self) -> int:
        """Number of weights, biases included."""
        return sum(n_rows * n_out for n_rows, n_out in self.shapes)

    def matrices(self, weights: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return views of the weights, layer by layer."""
        ends = np.cumsum([n_rows * n_out for n_rows, n_out in self.shapes])[:-1]
        return [part.reshape(shape) for part, shape in zip(np.split(weights, ends), self.shapes, strict=True)]

    @staticmethod
    def pack(matrices: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the weights that :meth:`matrices` takes apart."""
        return np.concatenate([np.ravel(each) for each in matrices])

    def codes(self, estimator: str = "MSE") -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return ``sizes`` and ``form`` as the compiled loops want them."""
        form = (
            NEURONS.index(self.neuron),
            COMBINATIONS.index(self.combination),
            COMBINATIONS.index(self.output_combination),
            LINKS.index(self.link),
            ESTIMATORS.index(estimator),
        )
        return np.array(self.sizes, np.int64), np.array(form, np.int64)

    def draw(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return weights to start from: uniform within 2, as TMVA's, and less where more than ten neurons arrive.

        With TMVA's constant range the neurons of a wide network begin saturated, and learn nothing for long.
        """
        ranges = [2.0 / np.sqrt(max(1.0, (n_rows - 1) / 10)) for n_rows, _ in self.shapes]
        return self.pack([rng.uniform(-a, a, shape) for a, shape in zip(ranges, self.shapes, strict=True)])

    def respond(self, X: NDArray[np.float32], weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the outputs, shape ``(n_events, sizes[-1])``."""
        from umva.methods.networks.perceptron import kernels

        out = np.empty((len(X), self.sizes[-1]))
        kernels.respond(as_inputs(X), *self.codes(), weights, out)
        return out


def as_inputs(X: NDArray[Any]) -> NDArray[np.float32]:
    """Return inputs as the compiled loops read them: in single precision, row by row in memory; copied only if need be."""
    return np.ascontiguousarray(X, np.float32)

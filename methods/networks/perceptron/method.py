"""What the methods around a multilayer perceptron share: its layers, its state, its answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.base import Events, Method
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs
from umva.methods.networks.perceptron.hidden import HiddenLayers
from umva.methods.networks.perceptron.perceptron import Perceptron, as_inputs
from umva.methods.options import option

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["PerceptronMethod", "full_range", "heavy", "targets_of", "watched"]

_MOST = 2**28  # bytes of the table in which the compiled loops see the weights, twice a thread


@dataclass(kw_only=True, eq=False)
class PerceptronMethod(Method):
    """A method that answers with a multilayer perceptron.

    Attributes
    ----------
    sizes_
        Neurons of each layer, from the inputs to the outputs.
    weights_
        Layer by layer a matrix of shape ``(n_in + 1, n_out)``, row by row, whose last row belongs to the bias.
    """

    epochs: int = option(500, tmva="NCycles", low=1, help="passes over the training events")
    hidden_layers: HiddenLayers = option(  # noqa: RUF009
        HiddenLayers("N,N-1"),
        tmva="HiddenLayers",
        help="neurons of each hidden layer: numbers, or N (inputs), N+5, N-1; at least one neuron each; empty for no layer",
    )

    state: ClassVar[tuple[str, ...]] = ("sizes_", "weights_")

    sizes_: NDArray[np.int64] = field(init=False, repr=False)
    weights_: NDArray[np.float64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reject layers that cannot be understood, before anything is trained."""
        self.hidden_layers = HiddenLayers(self.hidden_layers)
        self.hidden_layers.sizes(1)

    def network(self) -> Perceptron:
        """Return the form of the trained network."""
        return Perceptron(tuple(self.sizes_.tolist()))

    def build(self, n_inputs: int, n_outputs: int) -> Perceptron:
        """Return the form of the network to train, and keep its sizes.

        Raises
        ------
        MethodError
            If a layer is too wide.
        """
        sizes = [n_inputs, *self.hidden_layers.sizes(n_inputs), n_outputs]
        if 8 * len(sizes) * max(sizes) ** 2 > _MOST:
            msg = f"{self.name}: a layer of {max(sizes)} neurons (hidden_layers, HiddenLayers) is too wide for it; take DNN"
            raise MethodError(msg)
        self.sizes_ = np.array(sizes, np.int64)
        return self.network()

    def prepare(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return inputs as the network takes them."""
        return as_inputs(X)

    def outputs(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what the network answers, shape ``(n_events, n_outputs)``."""
        require_inputs(X, int(self.sizes_[0]), method=self.name)
        network = self.network()
        out = np.empty((len(X), network.sizes[-1]))
        for part in chunks(len(X)):
            out[part] = network.respond(self.prepare(X[part]), self.weights_)
        return out

    def read(self, folder: Path) -> None:
        """Read back what was learnt; see :meth:`umva.methods.Method.read`.

        Raises
        ------
        RunError
            If it does not go together.
        """
        super().read(folder)
        if not self.fits():
            msg = f"{folder}: is not the state of a {self.name}: its weights do not fit its layers"
            raise RunError(msg)

    def fits(self) -> bool:
        """Whether what was read from a file goes together."""
        sizes, weights = np.atleast_1d(self.sizes_), np.atleast_1d(self.weights_)
        whole = sizes.dtype == np.int64 and sizes.ndim == 1 and len(sizes) > 1
        if not whole or not 1 <= sizes.min() <= sizes.max() < 2**31:
            return False
        return weights.dtype == np.float64 and weights.shape == (self.network().n_weights,)


def heavy(train: Events, *, method: str) -> Events:
    """Return the events of positive weight, the only ones that teach anything.

    Raises
    ------
    MethodError
        If there are none, or a class has none.
    """
    kept = train.weight > 0
    there = np.bincount(train.y[kept], minlength=len(train.problem.classes)) if train.problem.classes else kept.sum()
    if not np.all(there):
        msg = f"{method}: all classes need training events of positive weight"
        raise MethodError(msg)
    return train if kept.all() else train.select(kept)


def watched(validation: Events | None) -> Events | None:
    """Return the validation events of positive weight, None if there are none: any part of them has a mean loss."""
    if validation is None or not validation.counts:
        return None
    return validation.select(validation.weight > 0)


def full_range(values: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the smallest value of each column and the span to the largest, 1 if there is none.

    Examples
    --------
    >>> full_range(np.array([[1.0, 3.0], [5.0, 3.0]]))
    (array([1., 3.]), array([4., 1.]))
    """
    low, high = values.min(axis=0).astype(np.float64), values.max(axis=0).astype(np.float64)
    return low, np.where(high > low, high - low, 1.0)


def targets_of(y: NDArray[np.int8], problem: Problem) -> NDArray[np.float64]:
    """Return a column of 1 and 0 a class; of two classes that of the signal alone."""
    if problem.task == "classification":
        return y.astype(np.float64)[:, None]
    return np.eye(len(problem.classes))[y]

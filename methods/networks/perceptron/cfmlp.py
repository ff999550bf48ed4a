"""Multilayer perceptrons: TMVA's CFMlpANN, that of Clermont-Ferrand, hyperbolic tangents from the first hidden layer to the outputs.

TMVA's learning rate begins at 1e-4 and falls to 1e-10, so that its default of 3000 cycles is far too few. Here the rate is an
option, large enough to finish; the network, what it is taught and its response are TMVA's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.networks.perceptron.lesson import Lesson
from umva.methods.networks.perceptron.method import PerceptronMethod, full_range, heavy, watched
from umva.methods.networks.perceptron.minimisers import BackPropagation
from umva.methods.networks.perceptron.perceptron import Perceptron
from umva.methods.networks.perceptron.training import Plan
from umva.methods.networks.perceptron.training import train as train_network
from umva.methods.options import option, redeclared
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["CFMlpANN"]


@register("CFMlpANN", tmva="kCFMlpANN")
@dataclass(kw_only=True, eq=False)
class CFMlpANN(PerceptronMethod):
    """Clermont-Ferrand perceptron: hyperbolic tangents in all layers, two outputs.

    Use it only to compare with old analyses, ``MLP`` does the same better and faster. Inputs are clipped to their range in
    training and scaled to -1 to 1; a neuron is ``tanh(u / 2)``; the outputs learn (1, -1) for signal and (-1, 1) for
    background by half the squared error, event by event in random order, until 200 epochs make no more progress; the
    response is ``(1 + first output) / 2``. The events' weights multiply their errors, whatever their sum; events whose
    weight is not positive teach nothing. A validation part is watched, and the weights with the smallest loss on it are
    kept. (TMVA Users Guide, arXiv:physics/0703039, section 8.10.)

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(200))
    >>> CFMlpANN(epochs=100, hidden_layers=[3]).fit(train).score(np.array([[-0.9], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    epochs: int = redeclared(PerceptronMethod, "epochs", 3000)
    learning_rate: float = option(
        0.02, low=1e-12, high=100.0, help="size of the first steps; they fall to a thousandth by the last epoch"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True)
    cost: ClassVar[float] = 15.0
    repetition: ClassVar[Repetition] = Repetition(
        0.3, reason="a step is taken after each event, in random order, whatever its weight"
    )
    quick_options: ClassVar[Mapping[str, Any]] = {"epochs": 40, "hidden_layers": "6"}
    state: ClassVar[tuple[str, ...]] = (*PerceptronMethod.state, "low_", "span_")

    low_: NDArray[np.float64] = field(init=False, repr=False)
    span_: NDArray[np.float64] = field(init=False, repr=False)

    def network(self) -> Perceptron:
        """Return the form of the trained network; the weights hold the half in ``tanh(u / 2)``."""
        return Perceptron(tuple(self.sizes_.tolist()), "tanh", link="tanh")

    def prepare(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return inputs clipped to the range in training, as -1 to 1."""
        inside = np.clip((X - self.low_) / self.span_, 0.0, 1.0)
        return np.ascontiguousarray(2.0 * inside - 1.0, np.float32)

    def fits(self) -> bool:
        """Whether what was read from a file goes together."""
        return super().fits() and np.shape(self.low_) == np.shape(self.span_) == (self.sizes_[0],)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train event by event; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, or a class has no event of positive weight.
        """
        train = heavy(train, method=self.name)
        self.low_, self.span_ = full_range(train.X)
        network = self.build(train.X.shape[1], 2)
        lessons = [
            Lesson(network, self.prepare(each.X), np.where(each.y[:, None] == [1, 0], 1.0, -1.0), each.weight)
            for each in (train, watched(validation))
            if each is not None
        ]
        rng = np.random.default_rng(context.seed)
        decay = 1.0 - 0.001 ** (1.0 / self.epochs)
        found = train_network(
            BackPropagation(rng, self.learning_rate, decay),
            lessons[0],
            lessons[1] if len(lessons) > 1 else None,
            network.draw(rng) / 2,
            Plan(self.epochs, improvement=0.001, tests=20),
            rng=rng,
            progress=context.progress,
            method=self.name,
        )
        self.weights_, self.curves_, self.notes_ = found.weights, found.curves, found.notes
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return half of 1 plus the first output, between 0 and 1."""
        return 0.5 * (1.0 + self.outputs(X)[:, 0])

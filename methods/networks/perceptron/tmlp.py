"""Multilayer perceptrons: TMVA's TMlpANN, which is ROOT's TMultiLayerPerceptron, sigmoid neurons and one linear output.

TMVA takes the last events for the held-out part as if they were sorted; here they are drawn at random, of each class alike.
ROOT looks at the held-out part but keeps the last weights; here those with the smallest loss on it are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.networks.network import hold_out
from umva.methods.networks.perceptron.lesson import Lesson
from umva.methods.networks.perceptron.method import PerceptronMethod, heavy, targets_of, watched
from umva.methods.networks.perceptron.minimisers import BFGS, BackPropagation, ConjugateGradients, Descent
from umva.methods.networks.perceptron.perceptron import Perceptron
from umva.methods.networks.perceptron.training import Plan, threads
from umva.methods.networks.perceptron.training import train as train_network
from umva.methods.options import option, redeclared
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scaling import standard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.networks.perceptron.minimisers import Minimiser

__all__ = ["TMlpANN"]

LEARNING_METHODS = ("Stochastic", "Batch", "SteepestDescent", "RibierePolak", "FletcherReeves", "BFGS")
_RATE = 0.1  # ROOT's learning rate


@register("TMlpANN", tmva="kTMlpANN")
@dataclass(kw_only=True, eq=False)
class TMlpANN(PerceptronMethod):
    """ROOT's multilayer perceptron: sigmoid neurons, a linear output near 1 for signal and 0 for background.

    Use it to compare with old analyses; ``MLP`` learns a probability and knows more tasks. The inputs are standardised;
    the output learns 1 and 0 by half the squared error. A share ``validation_fraction`` of the training events is held
    out, unless there is a validation part, and the weights with the smallest loss on it are kept. The events' weights
    multiply their losses, whatever their sum; events whose weight is not positive teach nothing. With one seed a training
    is the same on any number of threads. (TMVA Users Guide, arXiv:physics/0703039, section 8.10.)

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(200))
    >>> net = TMlpANN(learning_method="BFGS", epochs=50, hidden_layers=[3]).fit(train)
    >>> net.score(np.array([[-0.9], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    epochs: int = redeclared(PerceptronMethod, "epochs", 200)
    validation_fraction: float = option(
        0.5, tmva="ValidationFraction", low=0.0, high=0.9, help="share of the training events that is held out"
    )
    learning_method: str = option(
        "Stochastic",
        tmva="LearningMethod",
        choices=LEARNING_METHODS,
        help="a correction after every event, or a step an epoch: constant, searched for along the gradient, or better",
    )

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True)
    cost: ClassVar[float] = 3.0
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"learning_method": "BFGS", "epochs": 20},
        reason="stochastic learning takes a step after each event, whatever its weight, and BFGS many that rounding turns",
    )
    quick_options: ClassVar[Mapping[str, Any]] = {"learning_method": "BFGS", "epochs": 60, "hidden_layers": "6"}
    state: ClassVar[tuple[str, ...]] = (*PerceptronMethod.state, "mean_", "spread_")

    mean_: NDArray[np.float64] = field(init=False, repr=False)
    spread_: NDArray[np.float64] = field(init=False, repr=False)

    def network(self) -> Perceptron:
        """Return the form of the trained network."""
        return Perceptron(tuple(self.sizes_.tolist()), "sigmoid")

    def prepare(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return inputs in units of their spread about their mean in training, within single precision."""
        return np.ascontiguousarray(np.clip((X - self.mean_) / self.spread_, -1e30, 1e30), np.float32)

    def fits(self) -> bool:
        """Whether what was read from a file goes together."""
        return super().fits() and np.shape(self.mean_) == np.shape(self.spread_) == (self.sizes_[0],)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train epoch by epoch; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, or a class has no event of positive weight.
        """
        train, validation = heavy(train, method=self.name), watched(validation)
        notes: tuple[str, ...] = ()
        if validation is None:
            train, validation, notes = hold_out(train, self.validation_fraction, seed=context.seed)
        self.mean_, self.spread_ = standard(train.X, train.weight)
        network = self.build(train.X.shape[1], 1)
        rng = np.random.default_rng(context.seed)
        with threads(context.n_threads) as parallel:
            lessons = [
                Lesson(network, self.prepare(each.X), targets_of(each.y, each.problem), each.weight, parallel=parallel)
                for each in (train, validation)
                if each is not None
            ]
            found = train_network(
                self._minimiser(rng),
                lessons[0],
                lessons[1] if len(lessons) > 1 else None,
                network.draw(rng) / 4,
                Plan(self.epochs, 1),
                rng=rng,
                progress=context.progress,
                method=self.name,
            )
        self.weights_, self.curves_, self.notes_ = found.weights, found.curves, (*notes, *found.notes)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the output, unbounded, near 1 for signal and 0 for background."""
        return self.outputs(X)[:, 0]

    def _minimiser(self, rng: np.random.Generator) -> Minimiser:
        """Return what trains the network, with ROOT's constants."""
        if self.learning_method in {"Stochastic", "Batch"}:
            return BackPropagation(rng, _RATE, 0.0, 1 if self.learning_method == "Stochastic" else 0)
        if self.learning_method == "SteepestDescent":
            return Descent()
        if self.learning_method == "BFGS":
            return BFGS()
        return ConjugateGradients(polak=self.learning_method == "RibierePolak")

"""What a network is to learn: events, what it should answer, and how its answers are judged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from umva.methods.networks.perceptron.perceptron import Perceptron

__all__ = ["Lesson", "Objective"]

_AT_ONCE = 4096  # events that one thread takes; sums are the same however many threads there are


class Objective(Protocol):
    """A function of the weights that is to be made small."""

    def loss(self, weights: NDArray[np.float64]) -> float:
        """Return its value."""

    def gradient(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return its value and its derivatives."""


@dataclass(frozen=True)
class Lesson:
    """The mean loss of a network over events.

    The loss of an event is half the squared difference of output and target, summed over the outputs (``"MSE"``), or the
    cross entropy (``"CE"``), for the links ``"sigmoid"`` and ``"softmax"``.

    Parameters
    ----------
    network
        Whose weights are looked for.
    X
        Inputs, float32, shape ``(n_events, n_inputs)``, row by row in memory.
    target
        What it should answer, float64, shape ``(n_events, n_outputs)``, row by row in memory.
    weight
        Weights of the events, not negative: the mean is weighted with them, whatever their sum.
    estimator
        ``"MSE"`` or ``"CE"``.
    decay
        How much half the square of each weight adds to the loss, shape ``(n_weights,)``; None for nothing.
    parallel
        A ``map``, that of a pool of threads to use several.

    Examples
    --------
    >>> from umva.methods.networks.perceptron.perceptron import Perceptron
    >>> X, target = np.array([[1.0], [2.0]], np.float32), np.array([[1.0], [1.0]])
    >>> lesson = Lesson(Perceptron((1, 1)), X, target, np.array([3.0, 1.0]))
    >>> loss, gradient = lesson.gradient(np.array([1.0, 0.0]))  # half of 1 squared for the second event, of weight 1 in 4
    >>> loss, gradient.tolist()
    (0.125, [0.5, 0.25])
    """

    network: Perceptron
    X: NDArray[np.float32]
    target: NDArray[np.float64]
    weight: NDArray[np.float64]
    estimator: str = "MSE"
    decay: NDArray[np.float64] | None = None
    parallel: Callable[..., Iterator[object]] = field(default=map, compare=False, repr=False)

    @property
    def n_events(self) -> int:
        """Number of events."""
        return len(self.X)

    @property
    def quantity(self) -> str:
        """What the loss is called in a figure."""
        return "half squared error" if self.estimator == "MSE" else "cross entropy"

    @cached_property
    def codes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The network as the compiled loops want it."""
        return self.network.codes(self.estimator)

    @cached_property
    def share(self) -> NDArray[np.float64]:
        """Each event's share of the sum of weights."""
        return np.asarray(self.weight / self.weight.sum())

    def select(self, rows: NDArray[np.int64]) -> Self:
        """Return the lesson of these events alone."""
        return replace(self, X=self.X[rows], target=self.target[rows], weight=self.weight[rows])

    def losses(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each event's loss, without the decay's part, shape ``(n_events,)``."""
        from umva.methods.networks.perceptron import kernels

        out = np.empty(self.n_events)

        def work(part: slice) -> None:
            kernels.losses(self.X[part], self.target[part], *self.codes, weights, out[part])

        list(self.parallel(work, chunks(self.n_events, _AT_ONCE)))
        return out

    def loss(self, weights: NDArray[np.float64]) -> float:
        """Return the weighted mean loss, with the decay's part."""
        penalty = 0.0 if self.decay is None else 0.5 * float(np.sum(self.decay * weights**2))
        return float(np.sum(self.share * self.losses(weights))) + penalty

    def gradient(self, weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the weighted mean loss, with the decay's part, and its derivatives with respect to the weights."""
        from umva.methods.networks.perceptron import kernels

        parts = list(chunks(self.n_events, _AT_ONCE))
        into = np.empty((len(parts), len(weights)))
        loss = np.zeros(len(parts))

        def work(place: int) -> None:
            part = parts[place]
            given = self.X[part], self.target[part], self.share[part]
            loss[place] = kernels.gradient(*given, *self.codes, weights, into[place])

        list(self.parallel(work, range(len(parts))))
        if self.decay is None:
            return float(loss.sum()), into.sum(axis=0)
        pull = self.decay * weights
        return float(loss.sum() + 0.5 * np.sum(pull * weights)), into.sum(axis=0) + pull

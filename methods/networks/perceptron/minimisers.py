"""Ways down a function of many weights by its derivatives, one cycle at a time.

Steepest descent, conjugate gradients and BFGS take one step a cycle along a direction made of all events' gradient, each as
far as a search along the line finds good; back-propagation corrects the weights after every event, or after a batch; a
genetic algorithm does without derivatives.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.networks.perceptron.lesson import Lesson, Objective

    Weights = NDArray[np.float64]

__all__ = ["BFGS", "BackPropagation", "ConjugateGradients", "Descent", "Genetic", "Minimiser"]

_REACH = 1e30
"""A search along a line goes by such a factor at most, down or up."""


class Minimiser(Protocol):
    """Makes a network learn."""

    stuck: bool
    """Whether another cycle with the same lesson would change nothing."""

    def cycle(self, lesson: Lesson, weights: Weights) -> Weights:
        """Return better weights."""


@dataclass
class Descent:
    """Steepest descent, and what all have in common that search along a line.

    Parameters
    ----------
    tau
        By what a step of the search along the line is longer or shorter than the one before.
    reset
        Forget the steps so far after so many.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> bowl = SimpleNamespace(loss=lambda x: x @ x, gradient=lambda x: (x @ x, 2 * x))
    >>> Descent().cycle(bowl, np.array([3.0, -4.0])).round(6).tolist()
    [0.0, 0.0]
    """

    tau: float = 3.0
    reset: int = 50
    stuck: bool = field(default=False, init=False)
    _objective: Objective | None = field(default=None, init=False)
    _loss: float = field(default=np.inf, init=False)
    _gradient: Weights = field(default_factory=lambda: np.zeros(0), init=False)
    _steps: int = field(default=0, init=False)
    _length: float = field(default=0.0, init=False)

    def cycle(self, lesson: Objective, weights: Weights) -> Weights:
        """Return the weights after one step; the same if none leads down."""
        if lesson is not self._objective:  # what was learnt of the curvature still serves, the gradient does not
            self._objective = lesson
            self._loss, self._gradient = lesson.gradient(weights)
        if self._steps >= self.reset:
            self.forget()
        direction = self.direction(self._gradient)
        if not direction @ self._gradient < 0:
            self.forget()
            direction = -self._gradient
        length = self._search(lesson, weights, direction)
        if length == 0.0:
            self.stuck = self._steps == 0
            self.forget()
            return weights
        new = weights + length * direction
        loss, gradient = lesson.gradient(new)
        self.remember(new - weights, direction, gradient, gradient - self._gradient)
        self._loss, self._gradient, self._length = loss, gradient, length
        self._steps, self.stuck = self._steps + 1, False
        return new

    def direction(self, gradient: Weights) -> Weights:
        """Return where to go."""
        return -gradient

    def remember(self, step: Weights, direction: Weights, gradient: Weights, change: Weights) -> None:
        """Note a step, its direction, the gradient behind it, and by what it changed."""

    def forget(self) -> None:
        """Begin with steepest descent again."""
        self._steps = 0

    def first_length(self, direction: Weights) -> float:
        """Return the first length to try: the last one that was good."""
        return self._length or 1.0 / max(1.0, float(np.linalg.norm(direction)))

    def _search(self, objective: Objective, weights: Weights, direction: Weights) -> float:
        """Return how far to go: to the lowest point of a parabola through three that enclose the minimum; 0 for nowhere."""

        def loss(length: float) -> float:
            value = objective.loss(weights + length * direction)
            return value if np.isfinite(value) else np.inf

        tries = range(int(np.log(_REACH) / np.log(self.tau)) + 1)
        low, middle = 0.0, self.first_length(direction)
        at_low, at_middle = self._loss, loss(middle)
        high, at_high = middle, at_middle
        for _ in tries:
            if at_middle < at_low:
                break
            high, at_high = middle, at_middle
            middle /= self.tau
            at_middle = loss(middle)
        else:
            return 0.0
        for _ in tries:
            if high > middle:
                break
            further = middle * self.tau
            at_further = loss(further)
            if at_further < at_middle:
                low, at_low, middle, at_middle, high = middle, at_middle, further, at_further, further
            else:
                high, at_high = further, at_further
        lowest = _vertex((low, at_low), (middle, at_middle), (high, at_high))
        return lowest if loss(lowest) < at_middle else middle


def _vertex(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Return where the parabola through three points is lowest; that of the middle one if it has no such place.

    Examples
    --------
    >>> _vertex((0.0, 4.0), (1.0, 1.0), (3.0, 1.0))
    2.0
    """
    (x0, y0), (x1, y1), (x2, y2) = a, b, c
    if not np.isfinite(y2) or not x0 < x1 < x2:
        return x1
    left, right = (y1 - y0) / (x1 - x0), (y2 - y1) / (x2 - x1)
    bend = (right - left) / (x2 - x0)
    return 0.5 * (x0 + x1 - left / bend) if bend > 0 else x1


@dataclass
class ConjugateGradients(Descent):
    """Conjugate gradients: each direction leaves alone what the last one has found.

    (Fletcher and Reeves, Comput. J. 7 (1964) 149; Polak and Ribiere, R.I.R.O. 3 (1969) 35; with the latter a negative factor
    counts as 0.)

    Parameters
    ----------
    polak
        Take the factor of Ribiere and Polak, not of Fletcher and Reeves.
    """

    polak: bool = False
    _last: Weights | None = field(default=None, init=False)
    _factor: float = field(default=0.0, init=False)

    def direction(self, gradient: Weights) -> Weights:
        """Return the downward gradient and a share of the last direction."""
        return -gradient if self._last is None else self._factor * self._last - gradient

    def remember(self, step: Weights, direction: Weights, gradient: Weights, change: Weights) -> None:
        """Note the share of this direction in the next one."""
        del step
        before = gradient - change
        above = gradient @ change if self.polak else gradient @ gradient
        self._factor, self._last = max(0.0, float(above / (before @ before))), direction

    def forget(self) -> None:
        """Begin with steepest descent again."""
        super().forget()
        self._last = None


@dataclass
class BFGS(Descent):
    """Broyden, Fletcher, Goldfarb and Shanno: directions bent by the curvature that the last steps have shown.

    The inverse Hessian is never written down: the steps since the last reset stand for it, so that a large network needs
    ``reset`` pairs of vectors and no matrix. (Nocedal and Wright, Numerical Optimization, Springer 2006, algorithm 7.4.)
    """

    _pairs: deque[tuple[Weights, Weights, float]] = field(default_factory=deque, init=False)
    _scale: float = field(default=0.0, init=False)

    def direction(self, gradient: Weights) -> Weights:
        """Return Newton's direction as far as the curvature is known."""
        direction = -gradient
        shares = []
        for step, change, curvature in reversed(self._pairs):
            shares.append(float(step @ direction) / curvature)
            direction = direction - shares[-1] * change
        direction = direction * (self._scale or 1.0)
        for step, change, curvature in self._pairs:
            direction = direction + (shares.pop() - float(change @ direction) / curvature) * step
        return direction

    def remember(self, step: Weights, direction: Weights, gradient: Weights, change: Weights) -> None:
        """Note a step if the function curves upwards along it."""
        del direction, gradient
        curvature, square = float(step @ change), float(change @ change)
        if curvature > 1e-12 * square:
            self._pairs.append((step, change, curvature))
            self._scale = curvature / square

    def forget(self) -> None:
        """Forget the curvature, but for its scale."""
        super().forget()
        self._pairs.clear()

    def first_length(self, direction: Weights) -> float:
        """Return 1, Newton's own length, once there is a scale."""
        return 1.0 if self._scale else super().first_length(direction)


@dataclass
class BackPropagation:
    """Stochastic gradient descent, events in random order.

    Parameters
    ----------
    rng
        Draws the order.
    rate, decay
        Learning rate, and the share of it that is lost after a cycle.
    batch
        Events whose mean gradient makes a correction; 0 for all.
    late
        First cycle after which the rate falls faster, by the square root of ``decay``, so that the weights settle.
    """

    rng: np.random.Generator
    rate: float
    decay: float
    batch: int = 1
    late: int = 1_000_000_000
    stuck: bool = field(default=False, init=False)
    _cycles: int = field(default=0, init=False)

    def cycle(self, lesson: Lesson, weights: Weights) -> Weights:
        """Return the weights after all events."""
        from umva.methods.networks.perceptron import kernels

        new = weights.copy()
        batch = min(self.batch or lesson.n_events, lesson.n_events)
        order = self.rng.permutation(lesson.n_events)
        events = lesson.X, lesson.target, lesson.share * lesson.n_events
        kernels.learn(*events, order, batch, self.rate, *lesson.codes, new)
        if lesson.decay is not None:
            new *= np.exp(-self.rate * lesson.n_events / batch * lesson.decay)
        self.rate *= 1.0 - (self.decay if self._cycles < self.late else np.sqrt(self.decay))
        self._cycles += 1
        return new


@dataclass
class Genetic:
    """A genetic algorithm, which needs no derivative and is done in one cycle.

    Parameters
    ----------
    seed
        Its seed.
    progress
        Called with the fraction done.
    width
        Weights are looked for between minus and plus this.
    """

    seed: int
    progress: Callable[[float], None]
    width: float = 5.0
    stuck: bool = field(default=True, init=False)

    def cycle(self, lesson: Lesson, weights: Weights) -> Weights:
        """Return the weights of the smallest loss found, beginning with these."""
        from umva.methods.optimisers import SearchOptions, minimise

        def values(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.array([lesson.loss(np.ascontiguousarray(each)) for each in points])

        ranges = np.tile([-self.width, self.width], (len(weights), 1))
        found = minimise("GA", values, ranges, SearchOptions(), seed=self.seed, start=weights, progress=self.progress)
        return found.x

"""Training a perceptron cycle by cycle: which events it sees, when it is looked at, when it is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Curves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from umva.methods.networks.perceptron.lesson import Lesson
    from umva.methods.networks.perceptron.minimisers import Minimiser
    from umva.methods.networks.perceptron.regulator import Regulator

    Weights = NDArray[np.float64]

__all__ = ["Plan", "Sampling", "Trained", "threads", "train"]


@dataclass(frozen=True)
class Sampling:
    """A part of the events, drawn anew at each look.

    Parameters
    ----------
    fraction
        Share of the events.
    until
        Fraction of the epochs that see a part only.
    importance
        The chance of an event changes by this factor when the loss has fallen with it, back up to 1 when it has not.
    training, validation
        Whether the events to learn from, and those to watch, are drawn.
    """

    fraction: float = 1.0
    until: float = 1.0
    importance: float = 1.0
    training: bool = True
    validation: bool = False


@dataclass(frozen=True)
class Plan:
    """How long, and how to watch.

    Parameters
    ----------
    epochs
        Cycles at most.
    test_rate
        Cycles from one look to the next.
    improvement, tests
        Done when the watched loss has not fallen by more than ``improvement``, in units of the loss at the first look, in so
        many looks on end; negative: never.
    weight_range
        Share of the weight, of the events with the smallest losses, that the watched losses are made of.
    sampling
        Which events a cycle sees.
    """

    epochs: int
    test_rate: int = 10
    improvement: float = 0.0
    tests: int = -1
    weight_range: float = 1.0
    sampling: Sampling = Sampling()


@dataclass(frozen=True)
class Trained:
    """Weights, how they came about, and sentences about it."""

    weights: Weights
    curves: Curves
    notes: tuple[str, ...]


@dataclass
class _Draw:
    """Events drawn from a lesson, some more likely than others."""

    lesson: Lesson
    sampling: Sampling
    rng: np.random.Generator
    rows: NDArray[np.int64] = field(init=False)
    _chance: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with equal chances."""
        self._chance = np.ones(self.lesson.n_events)

    def draw(self) -> Lesson:
        """Return a new part."""
        count = max(1, round(self.sampling.fraction * self.lesson.n_events))
        chance = None if self.sampling.importance == 1.0 else self._chance / self._chance.sum()
        self.rows = np.sort(self.rng.choice(self.lesson.n_events, count, replace=False, p=chance))
        return self.lesson.select(self.rows)

    def learn(self, *, success: bool) -> None:
        """Change the chances of the events drawn last."""
        factor = self.sampling.importance if success else 1.0 / self.sampling.importance
        self._chance[self.rows] = np.clip(factor * self._chance[self.rows], 1e-6, 1.0)


@dataclass
class _Watch:
    """The losses at each look."""

    lessons: dict[str, Lesson]
    plan: Plan
    curves: dict[str, list[float]] = field(init=False)
    best: Weights | None = field(default=None, init=False)
    _enough: float = field(default=0.0, init=False)
    _reference: float = field(default=np.inf, init=False)
    _fruitless: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Begin without a look."""
        self.curves = {part: [] for part in self.lessons}

    def look(self, weights: Weights, lessons: dict[str, Lesson]) -> bool:
        """Note the losses; return whether the watched one has fallen since the last look."""
        for part, lesson in lessons.items():
            self.curves[part].append(_loss(lesson, weights, self.plan.weight_range))
        *before, now = self.curves["validation" if "validation" in self.curves else "train"]
        if now < min(before, default=np.inf):
            self.best = weights
        if not before:
            self._enough = self.plan.improvement * now
        if self._reference - now > self._enough:
            self._reference, self._fruitless = now, 0
        else:
            self._fruitless += 1
        return not before or now < before[-1]

    @property
    def converged(self) -> bool:
        """Whether too many looks have seen no progress."""
        return 0 <= self.plan.tests <= self._fruitless

    def begin_again(self) -> None:
        """Forget the looks without progress."""
        self._fruitless = 0


def _loss(lesson: Lesson, weights: Weights, weight_range: float) -> float:
    """Return the mean loss of the share ``weight_range`` of the weight whose losses are smallest."""
    losses = lesson.losses(weights)
    if weight_range >= 1.0:
        return float(np.sum(lesson.share * losses))
    order = np.argsort(losses, kind="stable")
    share = lesson.share[order]
    inside = np.cumsum(share) <= max(weight_range, share[0])
    return float(np.sum(share[inside] * losses[order][inside]) / share[inside].sum())


def train(
    minimiser: Minimiser,
    lesson: Lesson,
    validation: Lesson | None,
    weights: Weights,
    plan: Plan,
    *,
    regulator: Regulator | None = None,
    rng: np.random.Generator,
    progress: Callable[[float], None],
    method: str,
) -> Trained:
    """Train a network from ``weights`` on; with validation events the weights at their smallest loss are kept.

    Raises
    ------
    MethodError
        If the loss does not stay finite.
    """
    lessons = {"train": lesson} if validation is None else {"train": lesson, "validation": validation}
    watch, sampling = _Watch(lessons, plan), plan.sampling
    sampled_epochs = round(sampling.until * plan.epochs) if sampling.fraction < 1.0 else 0
    draws = {part: _Draw(each, sampling, rng) for part, each in lessons.items() if getattr(sampling, _SAMPLED[part])}
    now, epoch, decay = lesson, 0, lesson.decay
    while epoch < plan.epochs:
        if epoch < sampled_epochs and epoch % plan.test_rate == 0 and "train" in draws:
            now = replace(draws["train"].draw(), decay=decay)
        elif epoch == sampled_epochs > 0:
            now = replace(lesson, decay=decay)
        weights = minimiser.cycle(now, weights)
        epoch += 1
        last = epoch >= plan.epochs or (minimiser.stuck and epoch >= sampled_epochs and regulator is None)
        if epoch % plan.test_rate and not last:
            continue
        partly = "validation" in draws and epoch < sampled_epochs
        fallen = watch.look(weights, {**lessons, "validation": draws["validation"].draw()} if partly else lessons)
        _require_finite(watch, weights, method)
        if epoch < sampled_epochs and sampling.importance != 1.0:
            for each in draws.values():
                each.learn(success=fallen)
        if regulator is not None and not last:
            decay = regulator.decay(lesson, weights)
            now = replace(now, decay=decay)
        progress(min(1.0, epoch / plan.epochs))
        if last or (watch.converged and epoch >= sampled_epochs):
            break
        if watch.converged:
            epoch = sampled_epochs
            watch.begin_again()
    progress(1.0)
    return _result(watch, weights, plan, lesson.quantity, epoch)


_SAMPLED = {"train": "training", "validation": "validation"}


def _require_finite(watch: _Watch, weights: Weights, method: str) -> None:
    if not (np.isfinite(weights).all() and all(np.isfinite(each[-1]) for each in watch.curves.values())):
        msg = (
            f"{method}: the loss does not stay finite; bring the inputs to like size (transform='N', in TMVA VarTransform=N) "
            "or take a smaller learning rate"
        )
        raise MethodError(msg)


def _result(watch: _Watch, weights: Weights, plan: Plan, quantity: str, epoch: int) -> Trained:
    curves = {part: np.array(values) for part, values in watch.curves.items()}
    step = "epoch" if plan.test_rate == 1 else f"{plan.test_rate} epochs"
    best, notes = None, []
    if "validation" in curves and watch.best is not None:
        best, weights = int(np.argmin(curves["validation"])) + 1, watch.best
        if best < len(curves["validation"]):
            notes.append(f"Kept the weights after {best * plan.test_rate} epochs, where the validation loss is least.")
    if epoch < plan.epochs:
        notes.append(f"Stopped after {epoch} of {plan.epochs} epochs, when there was no more progress.")
    return Trained(weights, Curves(step, quantity, curves, best=best), tuple(notes))


@contextmanager
def threads(n: int) -> Iterator[Callable[..., Iterator[Any]]]:
    """Give a ``map`` that works in ``n`` threads."""
    if n < 2:
        yield map
        return
    with ThreadPoolExecutor(n) as pool:
        yield pool.map

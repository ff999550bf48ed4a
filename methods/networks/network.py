"""What neural networks share whatever library runs them: how long and how fast they learn, and from which events."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Capabilities, Events, Method
from umva.methods.networks.outputs import probabilities
from umva.methods.options import option
from umva.methods.problem import TASKS
from umva.methods.scaling import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["Network", "Supervised", "SupervisedNetwork", "Training", "balanced", "hold_out"]

SCHEDULES = ("constant", "cosine", "exponential", "plateau")


@dataclass(frozen=True)
class Training:
    """How to train a network.

    Parameters
    ----------
    epochs
        Most passes over the events.
    batch_size
        Events in a step, at most all of them; None for 256, of large samples a 400th part, up to 4096.
    patience
        Stop after so many epochs without gain on the validation events and go back to the best; 0 for never.
    schedule
        How the learning rate falls; see :meth:`rate`.
    rates
        Pairs of an epoch, counted from 0, and the learning rate from there on, rising; these go before the schedule.
    """

    epochs: int
    batch_size: int | None = None
    patience: int = 0
    schedule: str = "constant"
    rates: tuple[tuple[int, float], ...] = ()

    def batch_of(self, n_events: int) -> int:
        """Return the events in a step: an epoch is about as many steps for any large sample.

        Examples
        --------
        >>> how = Training(epochs=1)
        >>> [how.batch_of(n) for n in (100, 14_000, 400_000, 10_000_000)]
        [100, 256, 1000, 4096]
        """
        return min(self.batch_size or min(max(256, n_events // 400), 4096), n_events)

    @property
    def steady(self) -> bool:
        """Whether the learning rate stays as it is."""
        return self.schedule == "constant" and not self.rates

    def learning_rate(self, first: float, losses: Sequence[float]) -> float:
        """Return the next epoch's learning rate.

        Examples
        --------
        >>> how = Training(30, rates=((2, 0.01), (3, 0.005)))
        >>> [how.learning_rate(0.1, [1.0] * done) for done in range(5)]
        [0.1, 0.1, 0.01, 0.005, 0.005]
        """
        reached = [rate for epoch, rate in self.rates if epoch <= len(losses)]
        return reached[-1] if reached else first * self.rate(losses)

    def rate(self, losses: Sequence[float]) -> float:
        """Return the next epoch's learning rate as a fraction of the first one.

        ``"cosine"`` falls along half a cosine to 0 and ``"exponential"`` to a hundredth at the last epoch;
        ``"plateau"`` falls to 0.3 of what it was whenever the loss has not fallen for a third of the patience.
        (Cosine: Loshchilov and Hutter, ICLR 2017, arXiv:1608.03983, equation 5 without restarts.)

        Parameters
        ----------
        losses
            Of the epochs so far: in validation, or in training if there is none.

        Examples
        --------
        >>> [round(Training(4, schedule="cosine").rate([1.0] * done), 3) for done in range(4)]
        [1.0, 0.854, 0.5, 0.146]
        >>> Training(9, patience=6, schedule="plateau").rate([3.0, 2.0, 2.0, 2.5])
        0.3
        """
        done = len(losses) / self.epochs
        if self.schedule == "cosine":
            return float(0.5 * (1 + np.cos(np.pi * done)))
        if self.schedule == "exponential":
            return float(0.01**done)
        if self.schedule == "plateau":
            return float(0.3 ** self._stands_still(losses))
        return 1.0

    def _stands_still(self, losses: Sequence[float]) -> int:
        """Count how often the loss has not fallen for a third of the patience."""
        least, since, count = np.inf, 0, 0
        for loss in losses:
            since = 0 if loss < least else since + 1
            least = min(least, loss)
            if since == max(1, self.patience // 3):
                since, count = 0, count + 1
        return count


@dataclass(kw_only=True, eq=False)
class Network(Method):
    """A method that learns epoch by epoch and watches a validation part."""

    epochs: int = option(100, low=1, help="most passes over the training events")
    batch_size: int | None = option(
        None, low=1, help="events in a step; if not said 256, above 102 400 events a 400th part of them, up to 4096"
    )
    schedule: str = option(
        "constant",
        choices=SCHEDULES,
        help="how the learning rate falls: along a cosine or exponentially over all epochs, or where the loss stands still",
    )
    patience: int = option(15, low=0, help="stop after so many epochs without gain in the validation loss; 0 for never")
    validation_fraction: float = option(
        0.1, low=0.0, high=0.9, help="share of the training events to watch if there is no validation part"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=TASKS, validation=True)

    def training(self) -> Training:
        """Return how it is trained."""
        return Training(self.epochs, self.batch_size, self.patience, self.schedule)

    def divide(
        self, train: Events, validation: Events | None, *, seed: int
    ) -> tuple[Events, Events | None, tuple[str, ...]]:
        """Return the events to learn from, those to watch (None if there are none), and sentences about it."""
        if validation is not None and validation.counts:
            return train, validation, ()
        if not self.patience:
            return train, None, ()
        return hold_out(train, self.validation_fraction, seed=seed)


@dataclass(kw_only=True, eq=False)
class Supervised(Method):
    """A network whose outputs are classes or targets, whatever it is told of its training."""

    state: ClassVar[tuple[str, ...]] = ("target_mean_", "target_spread_")

    target_mean_: NDArray[np.float64] = field(init=False, repr=False)
    target_spread_: NDArray[np.float64] = field(init=False, repr=False)

    def respond(self, outputs: NDArray[np.float64], *, logits: bool) -> NDArray[np.float64]:
        """Return a network's outputs as the response: probabilities, or targets in their own units."""
        if self.problem_.task == "regression":
            return Scale(self.target_mean_, self.target_spread_).stretch(outputs)
        return probabilities(outputs, self.problem_, logits=logits)


@dataclass(kw_only=True, eq=False)
class SupervisedNetwork(Network, Supervised):
    """A network that learns classes or targets."""

    class_weights: str = option(
        "none", choices=("none", "balanced"), help="balanced: scale the weights so that all classes sum to the same"
    )

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse to balance classes where there are none; see :meth:`umva.methods.Method.bind`."""
        super().bind(columns, problem)
        if self.class_weights != "none" and problem.task == "regression":
            msg = f"{self.name}: option class_weights is for classes, a regression has none: leave it at 'none'"
            raise MethodError(msg)

    def divide(
        self, train: Events, validation: Events | None, *, seed: int
    ) -> tuple[Events, Events | None, tuple[str, ...]]:
        """Return the events to learn from, those to watch, with balanced classes if asked for, and sentences."""
        train, validation, notes = super().divide(train, validation, seed=seed)
        if self.class_weights == "balanced":
            return balanced(train), None if validation is None else balanced(validation), notes
        return train, validation, notes


def balanced(events: Events) -> Events:
    """Return the events with weights whose sums are the same in all classes, and as large as before in total.

    Examples
    --------
    >>> events = Events(np.zeros((3, 1), np.float32), np.array([0, 0, 1], np.int8), np.array([1.0, 2.0, 1.0]))
    >>> balanced(events).weight.round(3).tolist()
    [0.667, 1.333, 2.0]
    """
    sums = np.bincount(events.y, events.weight, minlength=len(events.problem.classes))
    there = sums > 0
    factor = np.ones(len(sums))
    factor[there] = sums[there].mean() / sums[there]
    return replace(events, weight=events.weight * factor[events.y])


def hold_out(train: Events, fraction: float, *, seed: int) -> tuple[Events, Events | None, tuple[str, ...]]:
    """Return ``train`` without a random share of each class, that share, and a sentence; None if no event is in it.

    Examples
    --------
    >>> events = Events(np.zeros((20, 1), np.float32), np.tile([0, 1], 10).astype(np.int8), np.ones(20))
    >>> kept, held, notes = hold_out(events, 0.2, seed=1)
    >>> kept.n_events, held.n_events, int(held.y.sum()), notes
    (16, 4, 2, ('Set 4 of 20 training events aside to see when to stop.',))
    """
    order = np.random.default_rng(seed).permutation(train.n_events)
    classes = range(len(train.problem.classes))
    groups = [order[train.y[order] == label] for label in classes] if classes else [order]
    held = np.zeros(train.n_events, dtype=bool)
    for members in groups:
        held[members[: int(fraction * len(members))]] = True
    if not train.weight[held].sum() > 0:
        return train, None, ()
    out = train.select(held)
    return (
        train.select(~held),
        out,
        (f"Set {out.n_events} of {train.n_events} training events aside to see when to stop.",),
    )

"""What one tree leaves for the next to learn: what all boosters have in common.

A booster says what the next tree shall tell and how much each event counts for it, gives the grown tree its answers, and
learns from them. With several outputs (classes, targets) each has trees of its own, grown in turn.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.methods.trees import boosting_loops
from umva.methods.trees.crew import ALONE, pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.trees.crew import Crew
    from umva.methods.trees.forest import Forest

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]

__all__ = ["Booster", "Learning", "PrunableBooster"]


@dataclass(frozen=True)
class Learning:
    """How boosters learn; each looks at what concerns it.

    Parameters
    ----------
    criterion
        What a cut is judged by, where leaves are classes.
    yes_no
        Leaves answer +1 or -1, not with their purity.
    purity_limit
        Leaves purer than this are signal.
    beta
        Exponent of AdaBoost, smaller learns slower.
    inverse
        AdaBoost divides negative weights where it multiplies positive ones.
    r2_loss
        How AdaBoost.R2 counts a deviation: ``"Linear"``, ``"Quadratic"``, ``"Exponential"``.
    shrinkage
        Learning rate of gradient boosting.
    quantile
        Share of the residuals that gradient boosting takes as they are in a regression; larger ones are clipped.
    costs
        What AdaCost counts signal taken as signal, signal as background, background as signal, background as background.
    exact
        Weight 2 is the event twice in the leaves of gradient boosting too; otherwise they are TMVA's.
    """

    criterion: str = "GiniIndex"
    yes_no: bool = True
    purity_limit: float = 0.5
    beta: float = 0.5
    inverse: bool = True
    r2_loss: str = "Quadratic"
    shrinkage: float = 1.0
    quantile: float = 0.7
    costs: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    exact: bool = False


class Booster(ABC):
    """What trees learn from one another.

    Parameters
    ----------
    y
        What is to be learnt, as in :class:`umva.methods.Events`.
    weight
        Weights from :func:`umva.methods.trees.weighting.balanced`, shape ``(n_events,)``.
    learning
        How to learn.
    n_outputs
        How many numbers the forest tells of an event: one for each class of several, one for each target.
    """

    quantity: ClassVar[str]
    """What :meth:`loss` measures."""

    takes_negative: ClassVar[bool] = True
    """Whether events of negative weight can be learnt from."""

    always_bags: ClassVar[bool] = False
    """Whether each tree must have a random sample of its own."""

    adds: ClassVar[bool] = True
    """Whether the response is a function of sums over the trees, which Shapley values can share out."""

    def __init__(self, y: NDArray[Any], weight: Floats, learning: Learning, n_outputs: int = 1) -> None:
        self.y = y
        self.cover = weight
        self.learning = learning
        self.n_outputs = n_outputs
        self.criterion = learning.criterion
        self.offset = np.zeros(n_outputs)
        """What the forest answers before its first tree."""
        self.crew: Crew = ALONE
        """Who does the work."""

        self._once = np.ones(len(y), np.int32)

    def in_pieces(self, work: Callable[[slice], Any]) -> list[Any]:
        """Return what ``work`` makes of each piece of the events."""
        return list(self.crew.map(work, pieces(len(self.y))))

    def sums_of_leaves(
        self, leaves: Ints, weight: Floats, value: Floats | None, n_nodes: int, copies: Ints | None = None
    ) -> Floats:
        """Return the sums of w and of w times ``value``, w if None, of the events that end in each node, ``(n_nodes, 2)``."""

        def add_up(piece: slice) -> Floats:
            sums = np.zeros((n_nodes, 2))
            times = self._once if copies is None else copies
            boosting_loops.leaf_sums(
                leaves, times, weight, weight if value is None else value, piece.start, piece.stop, sums
            )
            return sums

        sums: Floats = np.sum(self.in_pieces(add_up), axis=0)
        return sums

    @property
    def merges(self) -> bool:
        """Whether cuts between leaves that answer alike are undone."""
        return False

    @abstractmethod
    def lesson(self, output: int, copies: NDArray[np.int32]) -> tuple[Floats, Floats]:
        """Return weight and target of each event for the next tree of this output, whose sample is ``copies`` of each."""

    @abstractmethod
    def answers(self, output: int, leaves: NDArray[np.int32], copies: NDArray[np.int32], n_nodes: int) -> Floats:
        """Return the value of each node, ``(n_nodes,)``, from the events, in ``copies``, that end in ``leaves``."""

    @abstractmethod
    def learn(self, output: int, value: Floats, leaves: Ints) -> float:
        """Change weights or targets after a tree, which answers ``value[leaves]``; return what it counts in the forest."""

    @staticmethod
    def scale(tree_weights: Floats) -> Floats:
        """Return what sums of answers are multiplied with, from the sums of the trees' weights; one an output."""
        return np.ones_like(tree_weights)

    @staticmethod
    @abstractmethod
    def response(margin: Floats) -> Floats:
        """Return the response in the shape of the task from scaled sums of answers, ``(n_events, n_outputs)``."""

    @classmethod
    def respond(cls, forest: Forest, X: NDArray[np.float32], offset: Floats) -> Floats:
        """Return the response of a trained forest."""
        margin = cls.scale(forest.norm(len(offset))) * forest.total(X, len(offset)) + offset
        return cls.response(margin)

    @abstractmethod
    def loss(self, y: NDArray[Any], weight: Floats, response: Floats) -> float:
        """Return how badly ``response`` tells what is to be told of some events: a sum over them with their weights."""


class PrunableBooster(Booster):
    """A booster whose nodes answer by the mean target of their events, so that branches of a tree can be cut off."""

    @abstractmethod
    def answer_of(self, mean: Floats) -> Floats:
        """Return what nodes answer whose events have these mean targets."""

"""Several methods asked together: their mean answer, or a method that learns whom to believe.

What the members know differently adds up: a network and boosted trees together are often a little better than either. It
costs the training of all members, for ``Stacking`` several times over, and an answer that is harder to explain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.factory.booking import book
from umva.factory.composites.members import Composite
from umva.factory.data.preprocessing import Chain
from umva.factory.pipeline import Pipeline
from umva.methods import Context, Events, Repetition, option, register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods import Problem

__all__ = ["Stacking", "Voting"]

_COMBINERS = {"classification": "Logistic", "multiclass": "Logistic", "regression": "LD"}
_TRANSFORMS = {"classification": "G", "multiclass": "I", "regression": "I"}


@dataclass(kw_only=True, eq=False)
class _Together(Composite):
    """Asks all members about every event."""

    methods: tuple[str, ...] = option(
        (), help="names of methods booked before, or of any others, which have their defaults then"
    )

    cost: ClassVar[float] = 30.0
    quick_options: ClassVar[Mapping[str, Any]] = {"methods": ("KNN", "SVM")}

    def names(self) -> tuple[str, ...]:
        """Return ``methods``, of which there must be two.

        Raises
        ------
        MethodError
            If there are fewer.
        """
        if len(self.methods) < 2:
            msg = f"{self.name} needs two methods or more: methods=['BDT', 'DNN']"
            raise MethodError(msg)
        return self.methods

    def answers(self, X: NDArray[np.float32], members: Sequence[Pipeline]) -> NDArray[np.float64]:
        """Return what the members say, side by side: ``(n_events, n_members * n_outputs)``."""
        return np.column_stack([each.score(X) for each in members])


@register("Voting")
@dataclass(kw_only=True, eq=False)
class Voting(_Together):
    """Mean answer of several methods.

    Use it to see what methods gain from each other without much ado. Responses of two classes live on different scales:
    each is replaced by the weighted share of training events below it, class by class alike, and the mean of these shares
    is the response, 0 to 1. Probabilities of several classes and estimates are averaged as they are. Event weights, negative
    ones included, are each member's own matter.

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> voting = Voting(methods=("KNN", "LD"))
    >>> voting.bind(("x",), train.problem)
    >>> score = voting.fit(train).score(X)
    >>> bool(score[:10].max() < score[-10:].min())
    True
    """

    repetition: ClassVar[Repetition] = Repetition(
        0.05,
        {"methods": ("LinearSVM", "LinearSVM")},
        reason="the scales of the responses depend on the number of events",
    )

    scales_: Chain | None = field(default=None, init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train all members; see :meth:`umva.methods.Method.fit`."""
        self.ready(train)
        self.problem_ = train.problem
        n = len(self.recipes_)
        self.members_ = [
            self.train_member(place, train, validation, context, (place / n, (place + 1) / n)) for place in range(n)
        ]
        if self.problem_.task == "classification":
            names = tuple(each.name for each in self.recipes_)
            answers = self.answers(train.X, self.members_).astype(np.float32)
            self.scales_ = Chain.parse("U", variables=names, classes=()).fit(answers, train.y, np.abs(train.weight))
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the mean answer in the shape of the task."""
        answers = self.answers(X, self.members_)
        if self.scales_ is not None:
            shares: NDArray[np.float64] = self.scales_.apply(answers.astype(np.float32)).mean(axis=1, dtype=np.float64)
            return shares
        stacked = answers.reshape(len(X), len(self.members_), len(self.problem_.outputs))
        mean: NDArray[np.float64] = stacked.mean(axis=1)
        return mean

    def write(self, folder: Path) -> None:
        """Write members and scales."""
        super().write(folder)
        if self.scales_ is not None:
            self.scales_.save(folder / "scales")

    def read(self, folder: Path) -> None:
        """Read members and scales."""
        super().read(folder)
        self.scales_ = Chain.load(folder / "scales") if self.problem_.task == "classification" else None


@register("Stacking")
@dataclass(kw_only=True, eq=False)
class Stacking(_Together):
    """A method that learns from the answers of others whom to believe.

    Use it for the last bit of performance, where several quite different methods do well. The training events are divided
    into ``folds``; each member answers about a fold after a training on the others; from these answers, none about an event
    that the member has seen, ``combiner`` learns; then all members are trained once more on all training events. (Wolpert,
    Neural Networks 5 (1992) 241.) Event weights, negative ones included, are the members' own matter and the combiner's.

    Examples
    --------
    >>> X = np.linspace(0, 1, 60, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(60))
    >>> stacking = Stacking(methods=("KNN", "LD"), folds=3)
    >>> stacking.bind(("x",), train.problem)
    >>> score = stacking.fit(train).score(X)
    >>> bool(score[:10].max() < score[-10:].min())
    True
    """

    folds: int = option(
        5, low=2, high=20, help="so many parts of the training events; members answer about one at a time"
    )
    combiner: str | None = option(None, help="method that learns from the answers; None: Logistic, in a regression LD")

    cost: ClassVar[float] = 100.0
    quick_options: ClassVar[Mapping[str, Any]] = {"methods": ("KNN", "SVM"), "folds": 2}

    repetition: ClassVar[Repetition] = Repetition(
        0.5, {"methods": ("LinearSVM", "LinearSVM"), "folds": 5}, reason="folds are drawn event by event"
    )

    combiner_: Pipeline | None = field(default=None, init=False, repr=False)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Check that all members and the combiner can do the task."""
        super().bind(columns, problem)
        self._combiner(problem).require(problem)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train the members fold by fold, the combiner, and the members again; see :meth:`umva.methods.Method.fit`."""
        self.ready(train)
        self.problem_ = train.problem
        n_trainings = len(self.recipes_) * (self.folds + 1)
        fold = self._fold_of(train, context.seed)
        parts = []
        for place in range(len(self.recipes_)):
            answer: NDArray[np.float64] | None = None
            for k in range(self.folds):
                done = place * self.folds + k
                share = (done / n_trainings, (done + 1) / n_trainings)
                member = self.train_member(place, train.select(fold != k), validation, context, share)
                found = member.score(np.ascontiguousarray(train.X[fold == k]))
                if answer is None:
                    answer = np.empty((train.n_events, *found.shape[1:]))
                answer[fold == k] = found
            parts.append(answer)
        self.combiner_ = self._combine(replace(train, X=np.column_stack(parts).astype(np.float32)), context)  # type: ignore[arg-type]
        start = len(self.recipes_) * self.folds
        self.members_ = [
            self.train_member(k, train, validation, context, ((start + k) / n_trainings, (start + k + 1) / n_trainings))
            for k in range(len(self.recipes_))
        ]
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the combiner's answer in the shape of the task."""
        if self.combiner_ is None:
            msg = "Stacking has not been trained"
            raise MethodError(msg)
        return self.combiner_.score(self.answers(X, self.members_).astype(np.float32))

    def write(self, folder: Path) -> None:
        """Write members and combiner."""
        super().write(folder)
        if self.combiner_ is not None:
            self.combiner_.save(folder / "combiner")

    def read(self, folder: Path) -> None:
        """Read members and combiner."""
        super().read(folder)
        self.combiner_ = Pipeline.load(folder / "combiner")

    def _combiner(self, problem: Problem) -> Any:
        """Return the combiner as a booking; responses of two classes are brought to one scale first."""
        return book(self.combiner or _COMBINERS[problem.task], transform=_TRANSFORMS[problem.task])

    def _combine(self, answers: Events, context: Context) -> Pipeline:
        """Return the combiner, trained on answers."""
        columns = tuple(f"answer{each}" for each in range(answers.X.shape[1]))
        trained: Pipeline = self._combiner(answers.problem).pipeline(columns, answers.problem)
        trained.fit(answers, context=replace(context, progress=lambda _: None))
        return trained

    def _fold_of(self, train: Events, seed: int) -> NDArray[np.int64]:
        """Return the fold of each event, at random, each class spread over all folds."""
        rng = np.random.default_rng(seed)
        classes = np.zeros(train.n_events, dtype=np.int8) if train.problem.targets else train.y
        fold = np.empty(train.n_events, dtype=np.int64)
        for k in np.unique(classes):
            rows = np.flatnonzero(classes == k)
            fold[rows] = rng.permutation(np.arange(len(rows)) % self.folds)
        return fold

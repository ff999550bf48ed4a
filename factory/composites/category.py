"""The same method once for each category of events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import DataError, MethodError
from umva.factory.composites.members import Composite
from umva.factory.data.formula import Formula
from umva.methods import TASKS, Capabilities, Context, Events, Repetition, option, register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods import Problem

__all__ = ["Category"]


@register("Category", tmva="kCategory")
@dataclass(kw_only=True, eq=False)
class Category(Composite):
    """One method trained apart in each category of events.

    Use it where events of different kinds look different, for instance barrel and endcap, and a cut tells them apart: a
    method that must learn this by itself needs more events, and a linear one cannot. An event belongs to the first category
    whose cut it passes, or else to one more. Cuts are formulas of variables and spectators. Responses of different
    categories stand beside each other as they are. Event weights are the method's own matter.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(400, 2)).astype(np.float32)
    >>> y = (X[:, 0] * np.sign(X[:, 1]) > 0).astype(np.int8)  # the sign of the second decides how to read the first
    >>> category = Category(of="LD", categories=("b > 0",))
    >>> train = Events(X, y, np.ones(400))
    >>> category.bind(("a", "b"), train.problem)
    >>> score = category.fit(train).score(X)
    >>> bool(score[y == 1].mean() > score[y == 0].mean() + 0.5)
    True
    """

    of: str = option("BDT", help="name of a method booked before, or of any other, which has its defaults then")
    categories: tuple[str, ...] = option((), help="a cut a category: ['abs(eta) < 1.4', 'abs(eta) < 2.5']")

    capabilities: ClassVar[Capabilities] = Capabilities(
        TASKS, negative_weights=True, missing_values=True, validation=True, spectators_as_inputs=True
    )
    repetition: ClassVar[Repetition] = Repetition(options={"of": "LinearSVM"})
    cost: ClassVar[float] = 10.0
    quick_options: ClassVar[Mapping[str, Any]] = {"of": "KNN", "categories": ("x0 > -1e3",)}

    def names(self) -> tuple[str, ...]:
        """Return the one method.

        Raises
        ------
        MethodError
            If there is no category.
        """
        if not self.categories:
            msg = "Category needs a cut for each category: categories=['abs(eta) < 1.4', 'abs(eta) >= 1.4']"
            raise MethodError(msg)
        return (self.of,)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Check the method and the cuts.

        Raises
        ------
        ColumnError, FormulaError
            If a cut cannot be understood, or names something that is neither variable nor spectator.
        """
        super().bind(columns[: len(columns) - len(problem.spectators)], problem)
        self.columns_ = columns
        try:
            self._cuts(columns)
        except DataError as error:
            msg = f"{self.title}: a cut of its categories, which are formulas of variables and spectators: {error}"
            raise type(error)(msg) from error

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train the method in each category; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If a category lacks training events of a class.
        """
        self.ready(train)
        self.problem_ = train.problem
        category = self._category_of(train.X)
        watched = np.empty(0) if validation is None else self._category_of(validation.X)
        n = len(self.categories) + int((category == len(self.categories)).any())
        self.members_ = []
        for k in range(n):
            own = self._variables(train.select(category == k))
            self._check(own, k)
            seen = None if validation is None else _usable(self._variables(validation.select(watched == k)))
            share = (k / n, (k + 1) / n)
            self.members_.append(self.train_member(self.recipes_[0], own, seen, context, share))
        counts = ", ".join(f"{(category == k).sum()} with {self._name(k)}" for k in range(n))
        self.notes_ = (f"Trained apart on {counts}.",)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response of each event's category in the shape of the task."""
        n_outputs = len(self.problem_.outputs)
        scores = np.empty((len(X), n_outputs) if n_outputs else len(X))
        category = np.minimum(self._category_of(X), len(self.members_) - 1)
        for k, member in enumerate(self.members_):
            own = category == k
            scores[own] = member.score(np.ascontiguousarray(X[own, : self._n_variables]))
        return scores

    @property
    def _n_variables(self) -> int:
        """Number of columns that are variables; those of the spectators follow, for the cuts alone."""
        return len(self.columns_) - len(self.problem_.spectators)

    def _variables(self, events: Events) -> Events:
        """Return the events with the columns that members see."""
        return replace(events, X=np.ascontiguousarray(events.X[:, : self._n_variables]))

    def _cuts(self, columns: tuple[str, ...]) -> list[Formula]:
        return [Formula(each, names=columns) for each in self.categories]

    def _category_of(self, X: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the first category whose cut each event passes, their number if there is none."""
        category = np.full(len(X), len(self.categories))
        columns = dict(zip(self.columns_, X.T.astype(np.float64), strict=True))
        for k, cut in reversed([*enumerate(self._cuts(self.columns_))]):
            value = cut.evaluate(columns, n_events=len(X))
            category[(value != 0) & ~np.isnan(value)] = k
        return category

    def _name(self, k: int) -> str:
        return repr(self.categories[k]) if k < len(self.categories) else "none of the cuts"

    def _check(self, events: Events, k: int) -> None:
        """Refuse a category in which there is nothing to learn."""
        for index, label in enumerate(events.problem.classes or ("training",)):
            own = events.n_events if events.problem.targets else int((events.y == index).sum())
            if not own:
                msg = f"Category {self._name(k)} has no {label} event to train on; change the cuts or the split"
                raise MethodError(msg)


def _usable(validation: Events) -> Events | None:
    """Return validation events unless there are none, or a class is lacking."""
    complete = validation.problem.targets or len(np.unique(validation.y)) == len(validation.problem.classes)
    return validation if validation.n_events and complete else None

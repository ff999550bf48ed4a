"""The same method once for each category of events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import DataError, MethodError, did_you_mean
from umva.factory.composites.members import Composite
from umva.formula import Formula
from umva.methods import TASKS, Capabilities, Context, Events, Repetition, option, register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods import Problem

__all__ = ["Category"]


@register("Category", tmva="kCategory")
@dataclass(kw_only=True, eq=False)
class Category(Composite):
    """One method trained apart in each category of events, or a method of its own for each category.

    Use it where events of different kinds look different, for instance barrel and endcap, and a cut tells them apart: a
    method that must learn this by itself needs more events, and a linear one cannot. An event belongs to the first category
    whose cut it passes, or else to one more. Cuts are formulas of variables and spectators. Responses of different
    categories stand beside each other as they are. Event weights are the method's own matter. As in TMVA, categories may
    differ in their methods (``methods``) and in the variables that these see (``variables``).

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
    methods: tuple[str, ...] = option(
        (), help="a method a category, where not all have the same; events that pass no cut get the one of ``of``"
    )
    variables: tuple[str, ...] = option(
        (), help="the variables that each category's method sees: ['pt:eta', 'pt:eta:phi']; all if not said"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(
        TASKS, negative_weights=True, missing_values=True, validation=True, spectators_as_inputs=True
    )
    repetition: ClassVar[Repetition] = Repetition(options={"of": "LinearSVM"})
    cost: ClassVar[float] = 10.0
    quick_options: ClassVar[Mapping[str, Any]] = {"of": "KNN", "categories": ("x0 > -1e3",)}

    def names(self) -> tuple[str, ...]:
        """Return the method of each category, and last that of the events that belong to none.

        Raises
        ------
        MethodError
            If there is no category, or ``methods`` or ``variables`` are not as many.
        """
        if not self.categories:
            msg = "Category needs a cut for each category: categories=['abs(eta) < 1.4', 'abs(eta) >= 1.4']"
            raise MethodError(msg)
        for name, given in (("methods", self.methods), ("variables", self.variables)):
            if given and len(given) != len(self.categories):
                msg = f"Category has {len(self.categories)} categories, but {name} for {len(given)}"
                raise MethodError(msg)
        return (*(self.methods or (self.of,) * len(self.categories)), self.of)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Check the method and the cuts.

        Raises
        ------
        ColumnError, FormulaError
            If a cut cannot be understood, or names something that is neither variable nor spectator.
        """
        self.problem_ = problem
        super().bind(columns, problem)
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
            own = self._as_seen(k, train.select(category == k))
            self._check(own, k)
            seen = None if validation is None else _usable(self._as_seen(k, validation.select(watched == k)))
            self.members_.append(self.train_member(k, own, seen, context, (k / n, (k + 1) / n)))
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
            scores[own] = member.score(X[np.ix_(own, self._places(k))])
        return scores

    def seen(self, place: int) -> tuple[str, ...]:
        """Return the variables that the method of a category sees; spectators are for the cuts alone.

        Raises
        ------
        MethodError
            If it is to see what is no variable.
        """
        variables = self.columns_[: len(self.columns_) - len(self.problem_.spectators)]
        told = self.variables[place].split(":") if place < len(self.variables) else []
        wanted = tuple(each.strip() for each in told if each.strip())
        for each in wanted:
            if each not in variables:
                msg = f"{self.title}: category {self._name(place)} is to see {each!r}: {did_you_mean(each, variables)}"
                raise MethodError(msg)
        return wanted or variables

    def _places(self, k: int) -> list[int]:
        """Return which columns those are."""
        return [self.columns_.index(each) for each in self.seen(k)]

    def _as_seen(self, k: int, events: Events) -> Events:
        """Return the events with the columns that the method of a category sees."""
        return replace(events, X=np.ascontiguousarray(events.X[:, self._places(k)]))

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

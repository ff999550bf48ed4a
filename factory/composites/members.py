"""What all methods that are made of methods share: whose they are, how they are trained, saved and loaded."""

from __future__ import annotations

import copy
import json
from abc import abstractmethod
from dataclasses import dataclass, field, replace
from pathlib import Path  # noqa: TC003 - part of the interface
from typing import TYPE_CHECKING, Any, ClassVar

from umva.errors import MethodError, RunError, UnknownMethodError, did_you_mean
from umva.factory.booking import Booking, book
from umva.factory.pipeline import Pipeline
from umva.methods import TASKS, Capabilities, Context, Method, available

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from umva.methods import Events, Problem

__all__ = ["Composite"]


@dataclass(kw_only=True, eq=False)
class Composite(Method):
    """A method made of others; each member is trained in it, with its own options and preprocessing."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        TASKS, negative_weights=True, missing_values=True, validation=True
    )

    recipes_: tuple[Booking, ...] = field(default=(), init=False, repr=False)
    """Its members as they were booked, untrained."""

    columns_: tuple[str, ...] = field(default=(), init=False, repr=False)
    """Names of the columns of X."""

    members_: list[Pipeline] = field(default_factory=list, init=False, repr=False)
    """Its members, trained."""

    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Return the names of its members: booked ones, or registered ones with their defaults."""

    def take(self, bookings: Sequence[Booking], task: str = "classification") -> None:
        """Choose the members, among ``bookings`` first, then among the registered methods with what is usual for the task.

        Raises
        ------
        MethodError, UnknownMethodError
            If there is no such method, or a member is a composite itself.
        """
        booked = {each.name: each for each in bookings}
        self.recipes_ = tuple(booked.get(name) or self._unbooked(name, task, booked) for name in self.names())
        for each in self.recipes_:
            if isinstance(each.method, Composite):
                msg = f"{self.title}: its member {each.name!r} is made of methods itself; name those"
                raise MethodError(msg)

    def _unbooked(self, name: str, task: str, booked: Iterable[str]) -> Booking:
        """Return a registered method as a member."""
        try:
            return book(name, task=task)
        except UnknownMethodError as error:
            msg = f"{self.title}: no method {name!r} is booked before or registered: "
            raise UnknownMethodError(msg + did_you_mean(name, [*booked, *available()])) from error

    def ready(self, train: Events) -> None:
        """See that there are members, and names for the columns, also where nobody has booked it."""
        if not self.columns_:
            self.bind(tuple(f"x{each}" for each in range(train.X.shape[1])), train.problem)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Check that all members can do the task."""
        if not self.recipes_:
            self.take((), problem.task)
        self.columns_ = columns
        for place, each in enumerate(self.recipes_):
            each.require(problem)
            each.pipeline(self.seen(place), problem)

    def seen(self, place: int) -> tuple[str, ...]:
        """Return the columns that the member at this place sees, by default all."""
        del place
        return self.columns_

    def identity(self) -> Any:
        """Return the options with what distinguishes each member."""
        members = [[each.name, each.method.name, each.method.identity(), each.transform] for each in self.recipes_]
        return [self.options(), members, [each.negative_weights for each in self.recipes_]]

    def train_member(
        self, place: int, train: Events, validation: Events | None, context: Context, share: tuple[float, float]
    ) -> Pipeline:
        """Return the member at this place trained on these events; ``share`` is the part of the progress that this makes up."""
        recipe = self.recipes_[place]
        untrained = replace(recipe, method=copy.deepcopy(recipe.method))
        trained = untrained.pipeline(self.seen(place), train.problem)
        low, high = share
        trained.fit(
            train, validation, context=replace(context, progress=lambda x: context.progress(low + (high - low) * x))
        )
        return trained

    def write(self, folder: Path) -> None:
        """Write each member into a folder of its own."""
        for place, each in enumerate(self.members_):
            each.save(folder / f"member{place}")
        record = {"n_members": len(self.members_), "columns": self.columns_}
        (folder / "members.json").write_text(json.dumps(record), encoding="utf-8")

    def read(self, folder: Path) -> None:
        """Read the members; nothing in them is executed."""
        path = folder / "members.json"
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            n_members, self.columns_ = int(record["n_members"]), tuple(map(str, record["columns"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            msg = f"{path}: does not describe the members of a {self.name} ({error})"
            raise RunError(msg) from error
        self.members_ = [Pipeline.load(folder / f"member{place}") for place in range(n_members)]

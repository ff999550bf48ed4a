"""A method under test for one task: its toy events, its trainings, and what is required of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import UmvaError
from umva.methods import Context, Events, Method, resolve
from umva.testing.capture import caught
from umva.testing.quality import auc, columns, share_explained
from umva.testing.toys import anomalies, toys, with_spectator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods import Capabilities

__all__ = ["ConformanceError", "Refused", "Trial", "Watched"]


class ConformanceError(UmvaError, AssertionError):
    """A method does not keep to what :class:`umva.methods.Method` promises."""


class Refused(Exception):  # noqa: N818 - not an error: a method may refuse hard events, if it says why
    """A method refused to be trained on hard events, with a reason."""


@dataclass(frozen=True)
class Watched:
    """A training that was looked at from all sides.

    Parameters
    ----------
    method
        What was trained.
    said
        What it printed or warned.
    progress
        The fractions that it reported.
    changed
        Names of the arrays that it changed.
    """

    method: Method
    said: list[str]
    progress: list[float]
    changed: list[str]


@dataclass(frozen=True)
class Trial:
    """A method class under test for one task.

    Parameters
    ----------
    cls
        The class.
    task
        One of its tasks.
    quick
        Options it is tested with beyond its ``quick_options``.
    """

    cls: type[Method]
    task: str
    quick: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its registered name, or that of the class."""
        return str(vars(self.cls).get("name") or self.cls.__name__)

    @property
    def can(self) -> Capabilities:
        """What it says that it can do."""
        return self.cls.capabilities

    @property
    def obstacle(self) -> str:
        """What it needs to be trained and is not given here, empty if nothing."""
        lacking = self.cls.lacking({**self.cls.quick_options, **self.quick})
        return "".join(f"needs the option {each!r}: {self.cls.needs[each]}" for each in lacking[:1])

    def events(
        self, n_events: int = 400, *, n_variables: int = 4, seed: int = 1, n_targets: int | None = None
    ) -> Events:
        """Return toy events that suit the task and the capabilities."""
        if not self.can.supervised:
            events = anomalies(n_events, n_variables=n_variables, seed=seed)
        else:
            wanted = n_targets or (2 if self.can.several_targets else 1)
            events = toys(n_events, n_variables=n_variables, seed=seed, task=self.task, n_targets=wanted)
        return with_spectator(events, seed=seed) if self.can.spectators else events

    def new(self, options: Mapping[str, Any] | None = None) -> Method:
        """Return a method that has learnt nothing, with its quick options and these."""
        given = {**self.cls.quick_options, **self.quick, **(options or {})}
        return self.cls(**resolve(self.cls, self.name, given, refused=self.cls.refused))

    def fit(
        self, train: Events, validation: Events | None = None, *, options: Mapping[str, Any] | None = None
    ) -> Method:
        """Return a method trained on ``train``, watching toys if no other validation events are given."""
        return self.train(self.new(options), train, validation or self.events(seed=2))

    @staticmethod
    def train(
        method: Method, train: Events, validation: Events | None = None, *, context: Context = Context(seed=7)
    ) -> Method:
        """Return what ``fit`` of a method returns, once its options have been held against the events."""
        method.bind(tuple(f"x{i}" for i in range(train.X.shape[1])), train.problem)
        return method.fit(train, validation, context=context)

    @cached_property
    def trained(self) -> Method:
        """A method trained on the toys, shared by the checks that only look at it."""
        return self.fit(self.events())

    @cached_property
    def score(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Its response to the test events."""
        return self.trained.score(self.test.X)

    @cached_property
    def test(self) -> Events:
        """Toy events that no training sees."""
        return self.events(seed=3)

    @cached_property
    def watched(self) -> Watched:
        """A second training, like that of ``trained``."""
        given, validation, untouched = self.events(), self.events(seed=2), self.events()
        progress: list[float] = []
        method = self.new()
        with caught() as said:
            self.train(method, given, validation, context=Context(seed=7, progress=progress.append))
            method.score(given.X)
        names = ("X", "y", "weight", *(["spectators"] if self.can.spectators else []))
        changed = [each for each in names if not np.array_equal(getattr(given, each), getattr(untouched, each))]
        return Watched(method, said, progress, changed)

    def require(self, holds: bool, broken: str) -> None:
        """Raise :class:`ConformanceError` with the sentence ``broken`` unless ``holds``."""
        if not holds:
            msg = f"{self.name}: {broken}"
            raise ConformanceError(msg)

    def require_learnt(self, method: Method, test: Events, when: str, *, least: float = 0.75) -> None:
        """Require finite scores and a share of at least ``least`` of pairs of ``test`` events in the right order."""
        score = method.score(test.X)
        self.require(bool(np.isfinite(score).all()), f"scores must be finite {when}")
        wanted = columns(test.y).shape[1] if self.task == "regression" else len(test.problem.outputs) or 1
        shape = columns(score).shape
        self.require(
            shape == (test.n_events, wanted), f"scores must have {wanted} outputs an event {when}, got {shape}"
        )
        found = auc(score, test)
        self.require(found > least, f"AUC on toys must be above {least} {when}, got {found:.3f}")

    def require_scale(self, method: Method, test: Events) -> None:
        """Require that a regression explains a good part of the targets' variance: their order alone is not enough."""
        found = share_explained(method.score(test.X), test)
        self.require(found > 0.3, f"at least 30 % of the targets' variance must be explained, got {100 * found:.0f} %")

    def survive(
        self, train: Events, test: Events, when: str, *, least: float = 0.75, validation: Events | None = None
    ) -> Method:
        """Return the method trained on hard events; it must have learnt, or refuse with a reason.

        Raises
        ------
        Refused
            If it refuses.
        ConformanceError
            If it has not learnt.
        """
        try:
            method = self.fit(train, validation)
        except UmvaError as error:
            raise Refused(str(error)) from error
        self.require_learnt(method, test, when, least=least)
        return method

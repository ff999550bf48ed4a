"""The machinery of the suite: checks, their outcomes, and how they are run."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import UmvaError
from umva.methods import Context, Events, Method, available, get, resolve
from umva.testing.toys import auc, toys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import pytest

    from umva.methods import Capabilities

__all__ = ["Check", "ConformanceError", "Outcome", "Trial", "check", "checks", "parametrize", "run"]


class ConformanceError(UmvaError, AssertionError):
    """A method does not keep to what :class:`umva.methods.Method` promises."""


@dataclass(frozen=True)
class Outcome:
    """What a check found.

    Parameters
    ----------
    method, check
        Their names.
    status
        ``"passed"``, ``"failed"``, or ``"not applicable"`` where the method's capabilities say so.
    message
        Why it failed.
    """

    method: str
    check: str
    status: str
    message: str = ""


@dataclass(frozen=True)
class Trial:
    """A method class under test, and the options it is tested with beyond its ``quick_options``."""

    cls: type[Method]
    quick: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its registered name, or that of the class."""
        return str(vars(self.cls).get("name") or self.cls.__name__)

    def new(self) -> Method:
        """Return a method that has learnt nothing."""
        given = {**self.cls.quick_options, **self.quick}
        return self.cls(**resolve(self.cls, self.name, given, refused=self.cls.refused))

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context(seed=7)) -> Method:
        """Return a method trained on ``train``, watching toys if no other validation events are given."""
        return self.new().fit(train, validation or toys(seed=2), context=context)

    @cached_property
    def trained(self) -> Method:
        """A method trained on the toys, shared by the checks that only look at it."""
        return self.fit(toys())

    def require(self, holds: bool, broken: str) -> None:
        """Raise :class:`ConformanceError` with the sentence ``broken`` unless ``holds``."""
        if not holds:
            msg = f"{self.name}: {broken}"
            raise ConformanceError(msg)

    def require_separation(self, method: Method, test: Events, when: str, *, least: float = 0.75) -> None:
        """Require finite scores and an AUC above ``least`` on ``test``."""
        score = method.score(test.X)
        self.require(bool(np.isfinite(score).all()), f"scores must be finite {when}")
        found = auc(score, test)
        self.require(found > least, f"AUC on toys must be above {least} {when}, got {found:.3f}")


@dataclass(frozen=True)
class Check:
    """One promise, and how it is tested.

    Calling it with a method class (and options that make its training quick) returns None, or raises
    :class:`ConformanceError` if the promise is broken.

    Parameters
    ----------
    name, purpose
        What it is called, and what it looks at.
    test
        Does it.
    applies
        Whether it is meant for a method of these capabilities.
    """

    name: str
    purpose: str
    test: Callable[[Trial], None]
    applies: Callable[[Capabilities], bool]

    def __call__(self, cls: type[Method], quick: Mapping[str, Any] | None = None) -> None:
        """Test ``cls``."""
        self.test(Trial(cls, quick or {}))


_CHECKS: dict[str, Check] = {}


def _always(_capabilities: Capabilities) -> bool:
    return True


def check(applies: Callable[[Capabilities], bool] = _always) -> Callable[[Callable[[Trial], None]], Check]:
    """Make a :class:`Check` of the decorated function and list it under its name."""

    def add(function: Callable[[Trial], None]) -> Check:
        name = function.__name__
        _CHECKS[name] = Check(name, (function.__doc__ or "").strip(), function, applies)
        return _CHECKS[name]

    return add


def checks() -> dict[str, Check]:
    """Return all checks by name.

    Examples
    --------
    >>> checks()["separates"](get("Fisher"))
    """
    return dict(_CHECKS)


def run(method: str | type[Method], *, quick: Mapping[str, Any] | None = None) -> list[Outcome]:
    """Run all checks on a method.

    Parameters
    ----------
    method
        A registered name, or a class.
    quick
        Options that make its training quick, beyond its ``quick_options``.

    Examples
    --------
    >>> run("Fisher")[0]
    Outcome(method='Fisher', check='documented', status='passed', message='')
    """
    trial = Trial(get(method) if isinstance(method, str) else method, quick or {})
    return [_outcome(trial, each) for each in _CHECKS.values()]


def _outcome(trial: Trial, each: Check) -> Outcome:
    if not each.applies(trial.cls.capabilities):
        return Outcome(trial.name, each.name, "not applicable")
    try:
        each.test(trial)
    except Exception as error:  # noqa: BLE001  what a method raises is its own affair, that it raises is the finding
        return Outcome(trial.name, each.name, "failed", f"{type(error).__name__}: {error}")
    return Outcome(trial.name, each.name, "passed")


def parametrize(
    methods: Iterable[str | type[Method]] | None = None, *, quick: Mapping[str, Any] | None = None
) -> pytest.MarkDecorator:
    """Return a pytest decorator that gives a test its argument ``check``, to be called, for all methods and checks.

    Parameters
    ----------
    methods
        Registered names or classes; by default all that are registered.
    quick
        Options that make training quick, beyond each method's ``quick_options``.
    """
    import pytest

    chosen = available() if methods is None else methods
    trials = [Trial(get(each) if isinstance(each, str) else each, quick or {}) for each in chosen]
    cases = [
        pytest.param(partial(each.test, trial), id=f"{trial.name}-{each.name}")
        for trial in trials
        for each in _CHECKS.values()
        if each.applies(trial.cls.capabilities)
    ]
    return pytest.mark.parametrize("check", cases)

"""The machinery of the suite: checks, their outcomes, and how they are run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umva.errors import MethodError
from umva.methods import Method, available, get
from umva.methods.help import install_hint
from umva.testing.trial import Refused, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pytest

__all__ = ["Check", "Outcome", "check", "checks", "parametrize", "run"]


@dataclass(frozen=True)
class Outcome:
    """What a check found.

    Parameters
    ----------
    method, task, check
        Their names; no task if the check looks at none.
    status
        ``"passed"``, ``"failed"``; ``"refused"`` if the method would not be trained on hard events and said why; ``"not
        applicable"`` where its capabilities say so, or where it cannot be trained without an option that ``quick`` lacks;
        ``"not installed"`` if a package is missing.
    message
        Why it failed or refused, or what it lacks.
    """

    method: str
    task: str
    check: str
    status: str
    message: str = ""


@dataclass(frozen=True)
class Check:
    """One promise, and how it is tested.

    Calling it with a method class (a task, and options that make its training quick) returns None, or raises
    :class:`ConformanceError` if the promise is broken.

    Parameters
    ----------
    name, purpose
        What it is called, and what it looks at.
    test
        Does it.
    applies
        Whether it is meant for such a trial.
    once
        It looks at no task.
    """

    name: str
    purpose: str
    test: Callable[[Trial], None]
    applies: Callable[[Trial], bool]
    once: bool = False

    def __call__(self, cls: type[Method], task: str | None = None, *, quick: Mapping[str, Any] | None = None) -> None:
        """Test ``cls`` for ``task``, by default the first that it knows."""
        self.test(Trial(cls, task or cls.capabilities.tasks[0], quick or {}))


_CHECKS: dict[str, Check] = {}


def _always(_trial: Trial) -> bool:
    return True


def check(
    applies: Callable[[Trial], bool] = _always, *, once: bool = False
) -> Callable[[Callable[[Trial], None]], Check]:
    """Make a :class:`Check` of the decorated function and list it under its name."""

    def add(function: Callable[[Trial], None]) -> Check:
        name = function.__name__
        _CHECKS[name] = Check(name, (function.__doc__ or "").strip(), function, applies, once)
        return _CHECKS[name]

    return add


def checks() -> dict[str, Check]:
    """Return all checks by name.

    Examples
    --------
    >>> checks()["learns"](get("Fisher"))
    """
    return dict(_CHECKS)


def _trials(
    cls: type[Method], quick: Mapping[str, Any] | None, chosen: Iterable[Check]
) -> Iterator[tuple[Trial, Check]]:
    """Yield each check with the trial that it looks at; trials, whose trainings are shared, are one a task."""
    trials = [Trial(cls, task, quick or {}) for task in cls.capabilities.tasks]
    ordered = sorted(chosen, key=lambda each: not each.once)
    for position, trial in enumerate(trials):
        yield from ((trial, each) for each in ordered if position == 0 or not each.once)


def run(method: str | type[Method], *, quick: Mapping[str, Any] | None = None) -> list[Outcome]:
    """Run all checks on a method, for each of its tasks.

    Parameters
    ----------
    method
        A registered name, or a class.
    quick
        Options that make its training quick, beyond its ``quick_options``.

    Examples
    --------
    >>> run("Fisher")[0]
    Outcome(method='Fisher', task='', check='documented', status='passed', message='')
    """
    cls = get(method) if isinstance(method, str) else method
    return [_outcome(trial, each) for trial, each in _trials(cls, quick, _CHECKS.values())]


def _outcome(trial: Trial, each: Check) -> Outcome:
    who = trial.name, "" if each.once else trial.task, each.name
    if hint := install_hint(trial.cls):
        return Outcome(*who, "not installed", hint)
    if not each.applies(trial):
        return Outcome(*who, "not applicable")
    if trial.obstacle and not each.once:
        return Outcome(*who, "not applicable", trial.obstacle)
    try:
        each.test(trial)
    except Refused as refusal:
        return Outcome(*who, "refused", str(refusal))
    except Exception as error:  # noqa: BLE001  what a method raises is its own affair, that it raises is the finding
        return Outcome(*who, "failed", f"{type(error).__name__}: {error}")
    return Outcome(*who, "passed")


def parametrize(
    methods: Iterable[str | type[Method]] | None = None,
    *,
    checks: Iterable[str] | None = None,
    quick: Mapping[str, Any] | None = None,
) -> pytest.MarkDecorator:
    """Return a pytest decorator that gives a test its argument ``check``, to be called, for all methods, tasks and checks.

    Parameters
    ----------
    methods
        Registered names or classes; by default all that are registered.
    checks
        Names of the checks; by default all.
    quick
        Options that make training quick, beyond each method's ``quick_options``.

    Raises
    ------
    MethodError
        If a check is unknown.
    """
    import pytest

    unknown = [] if checks is None else sorted(set(checks) - _CHECKS.keys())
    if unknown:
        msg = f"umva.testing has no check {unknown[0]!r}: known are {', '.join(_CHECKS)}"
        raise MethodError(msg)
    chosen = list(_CHECKS.values()) if checks is None else [_CHECKS[each] for each in dict.fromkeys(checks)]
    classes = [get(each) if isinstance(each, str) else each for each in (available() if methods is None else methods)]
    cases = []
    for cls in classes:
        hint = install_hint(cls)
        for trial, each in _trials(cls, quick, chosen):
            if each.applies(trial):
                reason = hint or ("" if each.once else trial.obstacle)
                marks = [pytest.mark.skip(reason=f"{trial.name} {reason}")] if reason else []
                name = "-".join([trial.name, *([] if each.once else [trial.task]), each.name])
                cases.append(pytest.param(_Case(trial, each), id=name, marks=marks))
    return pytest.mark.parametrize("check", cases)


@dataclass(frozen=True)
class _Case:
    """A check of a trial, to be called by a test; what is refused is skipped with the reason."""

    trial: Trial
    each: Check

    def __call__(self) -> None:
        import pytest

        try:
            self.each.test(self.trial)
        except Refused as refusal:
            pytest.skip(f"refused: {refusal}")

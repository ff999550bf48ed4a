"""The conformance suite itself: a method that breaks a promise fails the right check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pytest
from broken_answers import (
    Column,
    Crowded,
    Forgetful,
    Lopsided,
    Merged,
    Narrow,
    Objects,
    Overflowing,
    Pickled,
    Sociable,
    Unfair,
    Unshapely,
)
from broken_hard import Absolute, Choosy, Distinguished, Holed, Majority, Several, Small, Standardising
from broken_interface import Lenient, Unadvised, Undocumented, Unhelpful, Unserialisable
from broken_training import (
    Alarmed,
    Blind,
    Excessive,
    Flat,
    Growing,
    Informed,
    Laconic,
    Moody,
    Needy,
    Oblivious,
    Other,
    Ragged,
    Retreating,
    Scaled,
    Talkative,
    Unseeing,
    Vandal,
)
from broken_weights import Positive, Vague, Weightless
from sound_methods import Distance, Sound

import umva.testing
from umva.errors import MethodError
from umva.methods import Context, Events, Method
from umva.testing.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping


def failures(cls: type[Method], *checks: str) -> dict[str, str]:
    """Return what these checks find, by default all, whatever the task."""
    found = {}
    for name in checks or umva.testing.checks():
        for task in cls.capabilities.tasks:
            trial, check = Trial(cls, task), umva.testing.checks()[name]
            try:
                if check.applies(trial):
                    check.test(trial)
            except Exception as error:  # noqa: BLE001 - whatever a broken method raises
                found[name] = f"{type(error).__name__}: {error}"
    return found


@pytest.mark.parametrize("cls", [Sound, Distance])
def test_a_sound_method_passes(cls: type[Method]) -> None:
    assert failures(cls) == {}


@pytest.mark.parametrize(
    ("cls", "check", "message"),
    [
        (Undocumented, "documented", "docstring"),
        (Unhelpful, "documented", "one line of help"),
        (Unserialisable, "options", "survive saving"),
        (Unadvised, "documented", "Use it"),
        (Lenient, "wrong_inputs", "too many inputs must be refused"),
        (Growing, "cloned", "from the options of another"),
        (Distinguished, "repeated_events", "singular"),
        (Small, "many_variables", "among 200 variables"),
        (Majority, "rare_class", "with 20 events of a class"),
        (Vague, "repetition", "must give the reason"),
        (Unseeing, "spectators", "must lead to another training"),
        (Lopsided, "scores", "must be probabilities"),
        (Merged, "shapley", "must have shape (60, 4, 3), got (60, 4)"),
        (Scaled, "learns", "30 % of the targets' variance"),
        (Flat, "one_target", "must have shape (400, 1), got (400,)"),
        (Oblivious, "learns", "must keep the problem"),
        (Informed, "knows_no_signal", "looks like background"),
        (Other, "learns", "fit must return self"),
        (Blind, "learns", "AUC on toys must be above 0.75"),
        (Ragged, "learns", "of one length"),
        (Laconic, "learns", "tuple of sentences"),
        (Needy, "trains_alone", "no validation events"),
        (Narrow, "scores", "must be float64, got float32"),
        (Column, "scores", "must have shape (402,)"),
        (Overflowing, "scores", "finite"),
        (Sociable, "batches", "must not depend on the batch"),
        (Crowded, "any_number", "out of bounds"),
        (Talkative, "silent", "epoch 1"),
        (Alarmed, "silent", "UserWarning: not converged"),
        (Vandal, "leaves_inputs_alone", "changed X in place"),
        (Moody, "repeatable", "with one seed"),
        (Pickled, "saved", "model.bin is a pickle"),
        (Objects, "saved", "pickled arrays ['things']"),
        (Forgetful, "saved", "after saving and loading"),
        (Retreating, "progress", "must rise"),
        (Excessive, "progress", "must rise"),
        (Unfair, "shapley", "orders events as the score"),
        (Unshapely, "shapley", "shape (60, 4)"),
        (Several, "one_variable", "with one variable"),
        (Standardising, "constant_variable", "beside a constant variable"),
        (Absolute, "tiny_weights", "with all weights 1e-09"),
        (Weightless, "weights", "heavier of contradicting events"),
        (Weightless, "repetition", "must equal repetitions within 1e-06"),
        (Weightless, "zero_weights", "weight zero"),
        (Positive, "negative_weights", "with 15 % of negative weights"),
        (Holed, "missing_values", ""),
    ],
)
@pytest.mark.filterwarnings("ignore:not converged")
def test_a_broken_promise_fails_its_check(cls: type[Method], check: str, message: str) -> None:
    found = failures(cls, check, "learns")
    assert check in found
    assert message in found[check]
    if check != "learns" and cls is not Moody:
        assert "learns" not in found


def test_checks_stand_alone() -> None:
    with pytest.raises(umva.testing.ConformanceError, match="Moody: two trainings"):
        umva.testing.checks()["repeatable"](Moody)
    assert all(each.purpose.endswith(".") for each in umva.testing.checks().values())


def test_what_does_not_apply_is_said_so() -> None:
    found = {(each.task, each.check): each.status for each in umva.testing.run("Logistic")}
    assert found["multiclass", "negative_weights"] == found["multiclass", "missing_values"] == "not applicable"
    assert found["multiclass", "weights"] == found["classification", "weights"] == found["", "options"] == "passed"


def test_hard_events_may_be_refused_with_a_reason() -> None:
    found = {each.check: each for each in umva.testing.run(Choosy)}
    assert found["many_variables"].status == "refused"
    assert found["many_variables"].message == "Choosy takes 100 inputs at most"
    case = umva.testing.parametrize([Choosy], checks=["many_variables"]).args[1][0]
    with pytest.raises(pytest.skip.Exception, match="refused: Choosy takes"):
        case.values[0]()


def test_a_missing_package_is_named() -> None:
    class Absent(Sound):
        """A method that needs a package."""

        requires: ClassVar[Mapping[str, str]] = {"no_such_package": "more"}

    outcomes = umva.testing.run(Absent)
    assert {each.status for each in outcomes} == {"not installed"}
    assert "pip install 'umva[more]'" in outcomes[0].message
    assert [mark.name for mark in umva.testing.parametrize([Absent]).args[1][0].marks] == ["skip"]


def test_unknown_checks_are_refused() -> None:
    with pytest.raises(MethodError, match="no check 'lerns'"):
        umva.testing.parametrize(["Fisher"], checks=["lerns"])


def test_toys_of_all_tasks_are_reproducible() -> None:
    for task in ("classification", "multiclass", "regression"):
        one, other = (umva.testing.toys(50, task=task) for _ in range(2))
        assert one.problem.task == task
        assert np.array_equal(one.X, other.X)
        assert np.array_equal(one.y, other.y)


def test_quick_options_reach_the_method() -> None:
    seen: list[float] = []

    @dataclass(kw_only=True, eq=False)
    class Curious(Sound):
        """A method that tells its option."""

        quick_options: ClassVar[Mapping[str, Any]] = {"spoil": 1.0}
        told: list[float] = field(default_factory=lambda: seen, init=False, repr=False)

        def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
            self.told.append(self.spoil)
            return super().fit(train, validation, context=context)

    check = umva.testing.checks()["learns"]
    check(Curious)
    check(Curious, quick={"spoil": 2.0})
    assert seen == [1.0, 2.0]


def test_command_line() -> None:
    from click.testing import CliRunner

    from umva.testing.__main__ import main

    done = CliRunner().invoke(main, ["Fisher", "LD"])
    lines = done.output.splitlines()
    assert done.exit_code == 0
    once = sum(each.once for each in umva.testing.checks().values())
    assert len(lines) == 3 * len(umva.testing.checks()) - once  # LD knows two tasks
    assert lines[0].split() == ["Fisher", "any", "documented", "passed"]


def test_command_line_fails_with_a_method(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from umva.testing import __main__ as module

    monkeypatch.setattr(module, "run", lambda _name: umva.testing.run(Vandal))
    done = CliRunner().invoke(module.main, ["Vandal"])
    assert done.exit_code == 1
    assert "changed X in place" in done.output


def test_command_line_knows_the_nearest_name() -> None:
    from click.testing import CliRunner

    from umva.testing.__main__ import main

    done = CliRunner().invoke(main, ["Fischer"])
    assert done.exit_code == 1
    assert "did you mean 'Fisher'?" in done.output

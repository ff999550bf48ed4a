"""The conformance suite itself: a method that breaks a promise fails the right check."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pytest

import umva.testing
from umva.errors import MethodError
from umva.methods import BINARY, Capabilities, Context, Curves, Events, Method, Repetition, option
from umva.methods.linear.discriminants import LD
from umva.methods.linear.logistic import Logistic
from umva.testing.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(kw_only=True, eq=False)
class Sound(LD):
    """A method that keeps its promises.

    Use it to break one of them.
    """

    capabilities: ClassVar[Capabilities] = Capabilities(negative_weights=True)

    spoil: float = option(0.0, help="a number")


class Undocumented(Sound):
    __doc__ = ""


@dataclass(kw_only=True, eq=False)
class Unhelpful(Sound):
    """A method with an option nobody understands.

    Use it never.
    """

    spoil: float = option(0.0, help="")


@dataclass(kw_only=True, eq=False)
class Unserialisable(Sound):
    """A method whose options do not survive JSON."""

    spoil: float = option(0.0, help="a number")

    def options(self) -> dict[str, Any]:
        return {"spoil": self.spoil + 1}


class Blind(Sound):
    """A method that guesses."""

    def score(self, X: NDArray[np.float32]) -> NDArray[Any]:
        score: NDArray[np.float64] = np.cos(1e4 * X[:, 0].astype(np.float64))
        return score


class Other(Sound):
    """A method whose fit returns another one."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        return type(self)()


class Needy(Sound):
    """A method that needs validation events."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if validation is None:
            msg = "no validation events"
            raise ValueError(msg)
        return super().fit(train, validation, context=context)


class Narrow(Sound):
    """A method that answers in float32."""

    def score(self, X: NDArray[np.float32]) -> NDArray[Any]:
        return super().score(X).astype(np.float32)


class Column(Sound):
    """A method that answers in a column."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return super().score(X)[:, None]


class Overflowing(Sound):
    """A method that loses its head far away."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        score = super().score(X)
        return np.where(np.abs(score) > 1e3, np.nan, score)


class Sociable(Sound):
    """A method whose answer depends on the company."""

    def score(self, X: NDArray[np.float32]) -> NDArray[Any]:
        score: NDArray[np.float64] = super().score(X)
        return score - float(score.mean())


class Crowded(Sound):
    """A method that cannot answer nobody."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        score: NDArray[np.float64] = super().score(X)
        return score if X[0, 0] < np.inf else -score


class Talkative(Sound):
    """A method that prints, past Python."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        os.write(1, b"epoch 1")
        return super().fit(train, validation, context=context)


class Alarmed(Sound):
    """A method that warns."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        warnings.warn("not converged", UserWarning, stacklevel=1)
        return super().fit(train, validation, context=context)


class Vandal(Sound):
    """A method that scales its inputs in place."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        X *= 0.5
        return super().score(X)


class Moody(Sound):
    """A method that differs from training to training."""

    trained: ClassVar[int] = 0

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        Moody.trained += 1
        self.offset_ += Moody.trained
        return self


class Pickled(Sound):
    """A method saved as a pickle."""

    def write(self, folder: Path) -> None:
        super().write(folder)
        (folder / "model.bin").write_bytes(b"\x80\x04.")


class Objects(Sound):
    """A method saved as an array of objects, which is a pickle inside."""

    def write(self, folder: Path) -> None:
        super().write(folder)
        np.savez(folder / "more.npz", things=np.array([{}], dtype=object))


class Forgetful(Sound):
    """A method that does not save all it has learnt."""

    def write(self, folder: Path) -> None:
        self.offset_ += 1.0
        super().write(folder)
        self.offset_ -= 1.0


class Retreating(Sound):
    """A method whose progress falls back."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        context.progress(0.2)
        return self


class Excessive(Sound):
    """A method that makes more than all the progress."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        context.progress(100.0)
        return self


class Unfair(Sound):
    """A method whose Shapley values do not sum to its answer."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[Any]:
        values: NDArray[np.float64] = super().shap(X, background) * np.array([1.0, -1.0, 1.0, 1.0])
        return values


class Unshapely(Sound):
    """A method with one Shapley value an event."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[Any]:
        values: NDArray[np.float64] = super().shap(X, background).sum(axis=1)
        return values


class Several(Sound):
    """A method that needs several inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.coefficients_[0] = 0.0
        return self


class Standardising(Sound):
    """A method that divides by the spread of its inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.coefficients_ /= train.X.std(axis=0)
        return self


class Absolute(Sound):
    """A method that takes small weights for none."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if train.weight.max() < 1e-6:
            self.coefficients_, self.offset_ = np.zeros(train.X.shape[1]), 0.0
            return self
        return super().fit(train, validation, context=context)


class Weightless(Sound):
    """A method that says it honours weights, and does not."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        return super().fit(Events(train.X, train.y, np.ones(train.n_events)), validation, context=context)


class Positive(Sound):
    """A method that takes the negative weights for very large positive ones."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        y = np.where(train.weight < 0, 1 - train.y, train.y).astype(np.int8)
        weight = np.where(train.weight < 0, 1e3, train.weight)
        return super().fit(Events(train.X, y, weight), validation, context=context)


class Holed(Sound):
    """A method that says it takes missing values, and does not."""

    capabilities: ClassVar[Capabilities] = Capabilities(missing_values=True)


class Unadvised(Sound):
    """A method that does not say when to use it."""


class Lenient(Sound):
    """A method that does not care for inputs it does not know."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return super().score(X[:, :4])


class Growing(Sound):
    """A method whose options grow in training."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.offset_ += self.spoil
        self.spoil += 1.0
        return self


class Distinguished(Sound):
    """A method that cannot bear to see an event twice."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if len(np.unique(train.X, axis=0)) < train.n_events / 2:
            msg = "singular"
            raise np.linalg.LinAlgError(msg)
        return super().fit(train, validation, context=context)


class Small(Sound):
    """A method with room for a hundred inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.coefficients_ = np.where(train.X.shape[1] > 100, 0.0, self.coefficients_)
        return self


class Choosy(Small):
    """A method that says it has no room for more than a hundred inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if train.X.shape[1] > 100:
            msg = "Choosy takes 100 inputs at most"
            raise MethodError(msg)
        return super().fit(train, validation, context=context)


class Majority(Sound):
    """A method that knows no class that is rare."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        if train.y.mean() < 0.1:
            self.coefficients_ = np.zeros_like(self.coefficients_)
        return self


class Vague(Sound):
    """A method that states a tolerance and no reason."""

    repetition: ClassVar[Repetition] = Repetition(0.5)


class Unseeing(Sound):
    """A method that says it looks at spectators, and does not."""

    capabilities: ClassVar[Capabilities] = Capabilities(spectators=True)


class Lopsided(Logistic):
    """A method whose probabilities sum to 2."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return 2 * super().score(X)


class Merged(Logistic):
    """A method that gives one Shapley value for all classes."""

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[Any]:
        values: NDArray[np.float64] = super().shap(X, background)
        return values.sum(axis=2) if values.ndim == 3 else values


class Scaled(LD):
    """A method that estimates in other units."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        return 2 * super().score(X)


class Flat(LD):
    """A method that gives a target without a column."""

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        score = super().score(X)
        return score[:, 0] if score.shape[1:] == (1,) else score


class Oblivious(LD):
    """A method that forgets what it was trained for."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.problem_ = BINARY
        return self


@dataclass(kw_only=True, eq=False)
class Distance(Method):
    """Distance from the background, in units of its spread.

    Use it to look for what is not background.
    """

    capabilities: ClassVar[Capabilities] = Capabilities(supervised=False)
    state: ClassVar[tuple[str, ...]] = ("mean_", "spread_")

    mean_: NDArray[np.float64] = field(init=False, repr=False)
    spread_: NDArray[np.float64] = field(init=False, repr=False)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        del validation, context
        background = train.select(train.y == 0)
        weight = background.weight
        self.mean_ = np.average(background.X, axis=0, weights=weight)
        self.spread_ = np.sqrt(np.average((background.X - self.mean_) ** 2, axis=0, weights=weight)) + 1e-3
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        if X.shape[1] != len(self.mean_):
            msg = "wrong number of inputs"
            raise MethodError(msg)
        distance: NDArray[np.float64] = np.square((X - self.mean_) / self.spread_).sum(axis=1)
        return distance


class Informed(Distance):
    """A method that says it learns from background alone, and looks at the signal."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        if train.X[train.y == 1].std() < 2 * train.X[train.y == 0].std():
            self.spread_ = np.full_like(self.spread_, np.inf)
        return self


class Ragged(Sound):
    """A method with training curves of several lengths."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.curves_ = Curves("tree", "loss", {"train": np.zeros(3), "validation": np.zeros(2)})
        return self


class Laconic(Sound):
    """A method whose notes are one string."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.notes_ = "fine"  # type: ignore[assignment]
        return self


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

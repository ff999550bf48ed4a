"""The conformance suite: all registered methods pass, and a method that breaks a promise fails the right check."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pytest

import umva.testing
from umva.methods import Capabilities, Context, Curves, Events, Method, available, get, option
from umva.methods.linear import LD
from umva.testing.suite import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray


@umva.testing.parametrize()
def test_method(check: Callable[[], None]) -> None:
    check()


ELSEWHERE = """
import sys
import numpy as np
from umva.methods import available
from umva.methods import get
from umva.testing.suite import Trial
from umva.testing import toys
np.savez(sys.argv[1], **{name: Trial(get(name)).trained.score(toys(seed=3).X) for name in available()})
"""


def test_trainings_are_alike_in_another_process(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", ELSEWHERE, str(tmp_path / "scores.npz")], check=True)
    with np.load(tmp_path / "scores.npz") as elsewhere:
        assert sorted(elsewhere) == available()
        for name in elsewhere:
            here = Trial(get(name)).trained.score(umva.testing.toys(seed=3).X)
            np.testing.assert_allclose(elsewhere[name], here, rtol=0, atol=1e-5 if name == "DNN" else 0, err_msg=name)


@dataclass(kw_only=True, eq=False)
class Sound(LD):
    """A method that keeps its promises."""

    spoil: float = option(0.0, help="a number")


class Undocumented(Sound):
    __doc__ = ""


@dataclass(kw_only=True, eq=False)
class Unhelpful(Sound):
    """A method with an option nobody understands."""

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


def failures(cls: type[Method]) -> dict[str, str]:
    return {each.check: each.message for each in umva.testing.run(cls) if each.status == "failed"}


def test_a_sound_method_passes() -> None:
    assert failures(Sound) == {}


@pytest.mark.parametrize(
    ("cls", "check", "message"),
    [
        (Undocumented, "documented", "docstring"),
        (Unhelpful, "documented", "one line of help"),
        (Unserialisable, "options", "survive saving"),
        (Other, "separates", "fit must return self"),
        (Blind, "separates", "AUC on toys must be above 0.75"),
        (Ragged, "separates", "of one length"),
        (Laconic, "separates", "tuple of sentences"),
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
        (Absolute, "weight_scale", "rank correlation 0.000"),
        (Weightless, "weights", "heavy events must be followed"),
        (Weightless, "zero_weights", "weight zero"),
        (Positive, "negative_weights", "with negative weights"),
        (Holed, "missing_values", ""),
    ],
)
@pytest.mark.filterwarnings("ignore:not converged")
def test_a_broken_promise_fails_its_check(cls: type[Method], check: str, message: str) -> None:
    found = failures(cls)
    assert check in found
    assert message in found[check]
    if check != "separates" and cls is not Moody:
        assert "separates" not in found


def test_checks_stand_alone() -> None:
    with pytest.raises(umva.testing.ConformanceError, match="Moody: two trainings"):
        umva.testing.checks()["repeatable"](Moody)
    assert all(each.purpose.endswith(".") for each in umva.testing.checks().values())


def test_what_does_not_apply_is_said_so() -> None:
    found = {each.check: each.status for each in umva.testing.run("Logistic")}
    assert found["negative_weights"] == found["missing_values"] == "not applicable"
    assert found["weights"] == "passed"


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

    check = umva.testing.checks()["separates"]
    check(Curious)
    check(Curious, {"spoil": 2.0})
    assert seen == [1.0, 2.0]


def test_command_line() -> None:
    from click.testing import CliRunner

    from umva.testing.__main__ import main

    done = CliRunner().invoke(main, ["Fisher", "LD"])
    lines = done.output.splitlines()
    assert done.exit_code == 0
    assert len(lines) == 2 * len(umva.testing.checks())
    assert lines[0].split() == ["Fisher", "documented", "passed"]


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

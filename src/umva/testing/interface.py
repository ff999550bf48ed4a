"""Checks of a method's interface: options, scores, saving, repeatability."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import OptionError
from umva.methods import Context, Method, available, declared, load, resolve
from umva.testing.capture import caught
from umva.testing.suite import Trial, check
from umva.testing.toys import rank_correlation, toys

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__: list[str] = []

_PICKLE = b"\x80"  # the first byte of every pickle since protocol 2


@check()
def documented(trial: Trial) -> None:
    """Look for a sentence about the class and about each option."""
    first = (trial.cls.__doc__ or "").strip().partition("\n")[0]
    trial.require(first.endswith("."), f"the docstring must begin with a one-line sentence, got {first!r}")
    for each in declared(trial.cls):
        one_line = bool(each.help.strip()) and "\n" not in each.help
        trial.require(one_line, f"option {each.name!r} must have one line of help, got {each.help!r}")


@check()
def options(trial: Trial) -> None:
    """Give options by native and TMVA's names, through JSON, and unknown ones, which must be errors."""
    cls, method = trial.cls, trial.new()
    for each in declared(cls):
        for name in filter(None, (each.name, each.tmva)):
            found = resolve(cls, trial.name, {name: each.default})
            trial.require(found == {each.name: each.default}, f"option {name!r} does not take its default")
    stored = resolve(cls, trial.name, json.loads(json.dumps(method.options())))
    again = cls(**stored).options()
    trial.require(again == method.options(), f"options must survive saving: {method.options()} became {again}")
    for name in ("no_such_option", *(key.partition("=")[0] for key in cls.refused if not key.endswith("=*"))):
        try:
            resolve(cls, trial.name, {name: "no such value"}, refused=cls.refused)
        except OptionError:
            continue
        trial.require(False, f"option {name!r} must be refused with an OptionError")


@check()
def separates(trial: Trial) -> None:
    """Train and separate what is separable; ``fit`` returns the method itself."""
    method = trial.new()
    fitted = method.fit(toys(), toys(seed=2), context=Context(seed=7))
    trial.require(fitted is method, "fit must return self")
    trial.require_separation(method, toys(seed=3), "after training")
    notes: object = method.notes_
    sentences = isinstance(notes, tuple) and all(isinstance(each, str) for each in notes)
    trial.require(sentences, f"notes_ must be a tuple of sentences, got {notes!r}")
    if method.curves_ is not None:
        lengths = {len(each) for each in method.curves_.values.values()}
        trial.require(len(lengths) == 1, f"training curves must be of one length, got {sorted(lengths)}")


@check()
def trains_alone(trial: Trial) -> None:
    """Train without validation events."""
    trial.require_separation(trial.new().fit(toys()), toys(seed=3), "without validation events")


@check()
def scores(trial: Trial) -> None:
    """Demand finite float64 scores, one an event, even far from the training events."""
    X = np.concatenate([toys(seed=3).X, np.full((1, 4), 1e6, np.float32), np.full((1, 4), -1e6, np.float32)])
    score = trial.trained.score(X)
    trial.require(score.shape == (len(X),), f"score must have shape ({len(X)},), got {score.shape}")
    trial.require(score.dtype == np.float64, f"score must be float64, got {score.dtype}")
    trial.require(bool(np.isfinite(score).all()), "scores must be finite")


@check()
def batches(trial: Trial) -> None:
    """Score events together and in small batches, with the same answers."""
    X = toys(seed=3).X
    whole = trial.trained.score(X)
    parts = np.concatenate([trial.trained.score(X[start : start + 37]) for start in range(0, len(X), 37)])
    off = float(np.abs(parts - whole).max() / np.ptp(whole))
    trial.require(off <= 1e-6, f"scores must not depend on the batch, differ by {off:.1e} of their range")


@check()
def any_number(trial: Trial) -> None:
    """Score no event, one event, and events that do not lie row by row in memory, with the same answers."""
    X = toys(seed=3).X
    values = trial.trained.shap(X[:0], X)
    shapes = trial.trained.score(X[:0]).shape, X[:0].shape if values is None else values.shape
    trial.require(shapes == ((0,), (0, 4)), f"scores, Shapley values of no events must have no rows, got {shapes}")
    whole = trial.trained.score(X)
    views = {
        "one event alone": (X[:1], whole[:1]),
        "every third event": (X[::3], whole[::3]),
        "inputs column by column": (np.asfortranarray(X), whole),
    }
    for what, (view, expected) in views.items():
        off = float(np.abs(trial.trained.score(view) - expected).max() / np.ptp(whole))
        trial.require(off <= 1e-6, f"the score of {what} differs by {off:.1e} of the range")


@check()
def silent(trial: Trial) -> None:
    """Train and score without a word: what the user should know belongs into ``notes_``."""
    with caught() as said:
        trial.fit(toys()).score(toys(seed=3).X)
    trial.require(not said, f"fit or score must not print nor warn, got {said[:1]}")


@check()
def leaves_inputs_alone(trial: Trial) -> None:
    """Look whether ``fit`` or ``score`` changed its arrays."""
    given, untouched = toys(), toys()
    trial.fit(given).score(given.X)
    for name in ("X", "y", "weight"):
        same = np.array_equal(getattr(given, name), getattr(untouched, name))
        trial.require(same, f"fit or score changed {name} in place")


@check()
def repeatable(trial: Trial) -> None:
    """Train twice with one seed, to the same scores bit for bit."""
    X = toys(seed=3).X
    same = np.array_equal(trial.fit(toys()).score(X), trial.trained.score(X))
    trial.require(same, "two trainings with one seed must give equal scores")


@check()
def saved(trial: Trial) -> None:
    """Save without pickle and load, to the same scores bit for bit."""
    X = toys(seed=3).X
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "method"
        trial.trained.save(folder)
        for path in filter(Path.is_file, folder.rglob("*")):
            with path.open("rb") as file:
                trial.require(file.read(1) != _PICKLE, f"{path.name} is a pickle")
            if path.suffix == ".npz":
                with np.load(path, allow_pickle=False) as arrays:
                    objects = [key for key in arrays.files if _is_object(arrays, key)]
                trial.require(not objects, f"{path.name} has pickled arrays {objects}")
        score = _restored(trial, folder).score(X)
    trial.require(np.array_equal(score, trial.trained.score(X)), "scores must be the same after saving and loading")


def _is_object(arrays: Mapping[str, Any], key: str) -> bool:
    try:
        return bool(arrays[key].dtype == object)
    except ValueError:  # what numpy says instead of unpickling
        return True


def _restored(trial: Trial, folder: Path) -> Method:
    if trial.name in available():
        return load(folder)
    method = trial.new()
    method.read(folder)
    return method


@check()
def progress(trial: Trial) -> None:
    """Watch the progress rise from 0 to 1 and never fall."""
    seen: list[float] = []
    trial.fit(toys(), context=Context(seed=7, progress=seen.append))
    ordered = all(0 <= each <= 1 for each in seen) and seen == sorted(seen)
    trial.require(ordered, f"progress must rise within 0 and 1, got {seen[:10]}")


@check()
def shapley(trial: Trial) -> None:
    """Sum exact Shapley values to the response, or to something that orders events alike."""
    X = toys(seed=3).X[:60]
    values = trial.trained.shap(X, toys().X[:100])
    if values is None:
        return
    trial.require(values.shape == X.shape, f"Shapley values must have shape {X.shape}, got {values.shape}")
    found = rank_correlation(values.sum(axis=1), trial.trained.score(X))
    trial.require(found > 0.999, f"Shapley values must sum to what orders events as the score, got {found:.4f}")

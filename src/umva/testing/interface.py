"""Checks of what a method is: its documentation, its options, and what it answers to a wrong one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import OptionError, UmvaError
from umva.methods import declared, resolve
from umva.testing.suite import check

if TYPE_CHECKING:
    from umva.testing.trial import Trial

__all__: list[str] = []


@check(once=True)
def documented(trial: Trial) -> None:
    """Look for a sentence about the class and about each option, and for when to use it."""
    text = (trial.cls.__doc__ or "").strip()
    first = text.partition("\n")[0]
    trial.require(first.endswith("."), f"the docstring must begin with a one-line sentence, got {first!r}")
    trial.require("Use it " in text, "the docstring must say when to use it, in a sentence that begins with 'Use it'")
    for each in declared(trial.cls):
        one_line = bool(each.help.strip()) and "\n" not in each.help
        trial.require(one_line, f"option {each.name!r} must have one line of help, got {each.help!r}")


@check(once=True)
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
def wrong_inputs(trial: Trial) -> None:
    """Score events with a column too few, or too many, which must be an error and not an answer."""
    X = trial.test.X
    for what, wrong in {"too few": X[:, :-1], "too many": np.column_stack([X, X[:, :1]])}.items():
        try:
            trial.trained.score(wrong)
        except (UmvaError, ValueError):
            continue
        trial.require(False, f"events with {what} inputs must be refused with a UmvaError or ValueError")

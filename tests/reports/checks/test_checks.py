"""Checks: each finds what it is for in made-up events, and nothing in sound ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from umva.errors import ReportError
from umva.reports import Input, Material, Outcome, Part, measure
from umva.reports.checks import RULES, require_codes, run_checks
from umva.reports.results import Expected, Parity

if TYPE_CHECKING:
    from collections.abc import Callable

    from umva.reports.results import Check

N = 2000


def sound(task: str = "classification") -> Material:
    """Return a comparison in which all is well."""
    rng = np.random.default_rng(11)

    def part(n: int) -> Part:
        y: Any = rng.integers(0, 3 if task == "multiclass" else 2, n).astype(np.int8)
        X = (rng.normal(size=(n, 3)) + 0.8 * y[:, None] * np.array([1, 0.5, 0])).astype(np.float32)
        if task == "regression":
            y = (X[:, :1] + rng.normal(0, 1, (n, 1))).astype(np.float64)
        return Part(X, y, np.ones(n), rng.exponential(1.0, (n, 1)))

    def answer(part: Part) -> Any:
        if task == "multiclass":
            first, second = (part.X[:, j, None] - at * np.arange(3) for j, at in ((0, 0.8), (1, 0.4)))
            closeness = np.exp(-0.5 * (first**2 + second**2))
            return closeness / closeness.sum(axis=1, keepdims=True)
        return part.X[:, :1].astype(np.float64) if task == "regression" else part.X[:, 0] + 0.5 * part.X[:, 1]

    parts = {"train": part(N), "test": part(N)}
    return Material(
        title="sound",
        seed=1,
        inputs=tuple(Input(name, name) for name in ("x", "y", "z")),
        parts=parts,
        outcomes=(
            Outcome(
                name="Sum",
                method="Sum",
                title="A sum",
                status="ok",
                scores={name: np.asarray(answer(each), dtype=np.float64) for name, each in parts.items()},
                parity=Parity(1000, 0.0),
            ),
        ),
        split={},
        split_sha256="0" * 64,
        classes=("a", "b", "c") if task == "multiclass" else (),
        targets=(Input("t", "t"),) if task == "regression" else (),
        spectators=(Input("mass", "mass"),),
    )


def with_column(material: Material, j: int, make: Callable[[Part], Any], *, parts: str = "train test") -> Material:
    """Return the material with another column of inputs."""

    def changed(part: Part) -> Part:
        X = part.X.copy()
        X[:, j] = make(part)
        return replace(part, X=X)

    return replace(
        material, parts={name: changed(each) if name in parts else each for name, each in material.parts.items()}
    )


def with_weights(material: Material, make: Callable[[Part], Any]) -> Material:
    """Return the material with other weights."""
    parts = {
        name: replace(each, weight=np.asarray(make(each), dtype=np.float64)) for name, each in material.parts.items()
    }
    return replace(material, parts=parts)


def with_outcome(material: Material, **changes: Any) -> Material:
    """Return the material with its method changed."""
    return replace(material, outcomes=(replace(material.outcomes[0], **changes),))


def with_answers(material: Material, make: Callable[[Part, Any], Any]) -> Material:
    """Return the material with other responses of its method."""
    scores = material.outcomes[0].scores
    return with_outcome(material, scores={name: make(part, scores[name]) for name, part in material.parts.items()})


def with_spectator(material: Material, make: Callable[[Part, Any], Any]) -> Material:
    """Return the material with another spectator, made from the responses."""
    scores = material.outcomes[0].scores
    parts = {
        name: replace(part, spectators=np.asarray(make(part, scores[name]), dtype=np.float64)[:, None])
        for name, part in material.parts.items()
    }
    return replace(material, parts=parts)


def guess(material: Material) -> dict[str, Any]:
    rng = np.random.default_rng(5)
    return {name: rng.normal(size=np.shape(each)) for name, each in material.outcomes[0].scores.items()}


def by_heart(material: Material) -> dict[str, Any]:
    """Return responses that know the classes of the training part."""
    scores = dict(material.outcomes[0].scores)
    return scores | {"train": scores["train"] + 1.5 * material.parts["train"].y}


def copied(material: Material, n: int) -> Material:
    """Return the material with the first training events in the test part, too."""
    train, test = material.parts["train"], material.parts["test"]
    assert train.spectators is not None
    assert test.spectators is not None
    fields = {
        name: np.concatenate([getattr(train, name)[:n], getattr(test, name)[n:]])
        for name in ("X", "y", "weight", "spectators")
    }
    return replace(material, parts={"train": train, "test": Part(**fields)})


def outliers(part: Part, value: float) -> Any:
    return np.where(np.arange(len(part.y)) % 20 == 0, value, part.X[:, 2])


FOUND: dict[str, tuple[str, str, Callable[[Material], Material]]] = {
    "separating input": ("LEA001", "error", lambda m: with_column(m, 2, lambda part: part.y + 0.1 * part.X[:, 2] / 5)),
    "telling input": ("LEA001", "warning", lambda m: with_column(m, 2, lambda part: 4.2 * part.y + part.X[:, 2])),
    "class column": ("LEA002", "error", lambda m: with_column(m, 2, lambda part: 3 - part.y)),
    "1 shared event": ("LEA003", "note", lambda m: copied(m, 1)),
    "10 shared events": ("LEA003", "warning", lambda m: copied(m, 10)),
    "200 shared events": ("LEA003", "error", lambda m: copied(m, 200)),
    "perfect method": (
        "LEA004",
        "warning",
        lambda m: with_outcome(m, scores={name: each.y.astype(np.float64) for name, each in m.parts.items()}),
    ),
    "some negative weights": (
        "WGT001",
        "note",
        lambda m: with_weights(m, lambda part: np.where(np.arange(len(part.y)) % 50 == 0, -1, 1)),
    ),
    "many negative weights": (
        "WGT001",
        "warning",
        lambda m: with_weights(m, lambda part: np.where(np.arange(len(part.y)) % 5 == 0, -1, 1)),
    ),
    "no sum": ("WGT002", "error", lambda m: with_weights(m, lambda part: np.where(part.y == 1, -1.0, 1.0))),
    "one event": (
        "WGT003",
        "warning",
        lambda m: with_weights(m, lambda part: np.where(np.arange(len(part.y)) < 4, 1e6, 1.0)),
    ),
    "few events": (
        "STA001",
        "warning",
        lambda m: with_weights(m, lambda part: np.where(np.arange(len(part.y)) < 100, 1.0, 1e-6)),
    ),
    "missing": (
        "DAT001",
        "note",
        lambda m: with_column(m, 2, lambda part: np.where(part.X[:, 2] > 2.2, np.nan, part.X[:, 2])),
    ),
    "many missing": (
        "DAT001",
        "warning",
        lambda m: with_column(m, 2, lambda part: np.where(part.X[:, 2] > 0, np.nan, part.X[:, 2])),
    ),
    "-999": ("DAT002", "warning", lambda m: with_column(m, 2, lambda part: outliers(part, -999))),
    "9999": ("DAT002", "warning", lambda m: with_column(m, 2, lambda part: outliers(part, 9999))),
    "constant": ("DAT003", "warning", lambda m: with_column(m, 2, lambda _: 7.0)),
    "drift": ("DAT004", "warning", lambda m: with_column(m, 2, lambda part: part.X[:, 2] + 0.5, parts="test")),
    "correlated": ("COR001", "note", lambda m: with_column(m, 2, lambda part: part.X[:, 0] - 0.2 * part.X[:, 2])),
    "the same": ("COR001", "warning", lambda m: with_column(m, 2, lambda part: -2 * part.X[:, 0])),
    "sculpted": ("SCU001", "warning", lambda m: with_spectator(m, lambda part, answer: answer + 0.3 * part.X[:, 2])),
    "too sure": ("CAL001", "note", lambda m: with_answers(m, lambda _, answer: 1 / (1 + np.exp(-5 * answer)))),
    "weak slice": (
        "SLI001",
        "note",
        lambda m: with_answers(m, lambda part, answer: np.where(part.X[:, 2] > 1, part.X[:, 2], answer)),
    ),
    "few selected": (
        "STA002",
        "note",
        lambda m: replace(
            with_answers(m, lambda part, answer: answer + 4.0 * ((part.y == 1) & (part.X[:, 2] > 0))),
            expected=Expected(merit="S/sqrt(B)"),
        ),
    ),
    "failed": ("MET001", "error", lambda m: with_outcome(m, status="failed", reason="no luck", scores={})),
    "skipped": ("MET001", "warning", lambda m: with_outcome(m, status="skipped", reason="no time", scores={})),
    "guessing": ("MET002", "warning", lambda m: with_outcome(m, scores=guess(m))),
    "by heart": ("OVT001", "warning", lambda m: with_outcome(m, scores=by_heart(m))),
    "saved badly": ("EXP001", "error", lambda m: with_outcome(m, parity=Parity(1000, 0.01))),
    "not saved": ("EXP001", "error", lambda m: with_outcome(m, parity=Parity(0, None, "RunError: gone"))),
}


def checked(material: Material) -> dict[str, Check]:
    return {each.code: each for each in measure(material).checks}


@pytest.mark.parametrize("task", ["classification", "multiclass", "regression"])
def test_sound_comparison_passes_all(task: str) -> None:
    found = checked(sound(task))
    assert list(found) == [rule.code for rule in RULES]
    assert {code: each.findings for code, each in found.items() if each.severity != "passed"} == {}


@pytest.mark.parametrize("what", FOUND)
def test_finds_what_it_is_for(what: str) -> None:
    code, severity, change = FOUND[what]
    found = checked(change(sound()))[code]
    assert found.severity == severity, found.findings
    assert found.findings
    assert found.advice


def test_every_rule_is_tested() -> None:
    assert {code for code, _, _ in FOUND.values()} == {rule.code for rule in RULES}


@pytest.mark.parametrize(
    ("task", "code", "make"),
    [
        ("regression", "LEA001", lambda part: part.y[:, 0] + 0.001 * part.X[:, 2]),
        ("regression", "LEA002", lambda part: part.y[:, 0]),
        ("multiclass", "LEA001", lambda part: 5 * part.y + 0.1 * part.X[:, 2] / 5),
        ("multiclass", "LEA002", lambda part: 10 - 5 * part.y),
    ],
)
def test_leaks_of_other_tasks(task: str, code: str, make: Callable[[Part], Any]) -> None:
    assert checked(with_column(sound(task), 2, make))[code].severity == "error"


def test_events_of_few_values_may_be_equal_by_chance() -> None:
    material = sound()
    parts = {name: Part(np.round(each.X), each.y, each.weight) for name, each in material.parts.items()}
    assert checked(replace(material, parts=parts, spectators=()))["LEA003"].severity == "passed"


@pytest.mark.parametrize("mute", ["WGT001", "wgt", "WGT"])
def test_muted_check_is_told_but_does_not_alarm(mute: str) -> None:
    _, _, change = FOUND["many negative weights"]
    material = change(sound())
    assert checked(material)["WGT001"].alarming
    found = checked(replace(material, mute=(mute,)))["WGT001"]
    assert found.findings
    assert found.muted
    assert not found.alarming
    require_codes([mute])


def test_unknown_code_is_refused() -> None:
    with pytest.raises(ReportError, match=r"'LEA01'.*LEA001"):
        require_codes(["LEA01"])


def test_checks_change_nothing() -> None:
    material = sound()
    before = {name: each.X.copy() for name, each in material.parts.items()}
    results = measure(material)
    assert run_checks(material, results) == results.checks
    assert all(np.array_equal(each.X, before[name]) for name, each in material.parts.items())

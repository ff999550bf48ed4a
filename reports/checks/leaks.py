"""LEA: whether the methods are told what they are to find out."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.checks.rule import Finding, Rule
from umva.reports.digits import count
from umva.reports.judging.sample import classes_of
from umva.reports.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from umva.reports.material import Material, Part
    from umva.reports.results import Results, VariableSummary

__all__ = ["RULES", "shared_rows"]

TELLING, GIVING_AWAY = 0.9, 0.99
"""From which separation, or correlation with a target, on one input alone is suspect, and gives the answer away."""

FEW_SHARED, MANY_SHARED = 1e-3, 1e-2
"""From which share of the test events on it matters that the training part has them, too."""

CONTINUOUS = 0.3
"""A column is continuous if it has at least so many different values an event: equal rows are then no chance."""


def _separating(_material: Material, results: Results) -> Iterator[Finding]:
    """Find inputs that separate (nearly) perfectly by themselves."""
    for each in results.dataset.variables:
        found = _power(each)
        if found >= GIVING_AWAY:
            yield Finding("error", f"{each.name} alone gives the answer away: {_says(each)} {found:.4f} of at most 1.")
        elif found >= TELLING:
            yield Finding("warning", f"{each.name} alone nearly gives the answer away: {_says(each)} {found:.3f}.")


def _power(variable: VariableSummary) -> float:
    """Return how much an input tells by itself, 0 to 1: of several targets the one it tells most of."""
    if variable.separation is not None:
        return variable.separation.value
    return max((abs(each.value) for each in variable.target_correlation.values()), default=0.0)


def _says(variable: VariableSummary) -> str:
    return "its separation is" if variable.separation is not None else "its correlation with the target is"


def _class_column(material: Material, _results: Results) -> Iterator[Finding]:
    """Find inputs that are the class or the target itself: one value for all events of a class, others for other classes."""
    part = material.parts["train"]
    columns = classes_of(material, part)
    for j, each in enumerate(material.inputs):
        values = np.asarray(part.X[:, j])
        if material.targets:
            equal = [
                k.name
                for t, k in enumerate(material.targets)
                if np.array_equal(values, part.y[:, t].astype(values.dtype))
            ]
            if equal:
                yield Finding("error", f"{each.name} is the target {equal[0]} itself.")
        elif _tells_class(values, list(columns.values())):
            yield Finding("error", f"{each.name} is the class itself: it has one value for all events of a class.")


def _tells_class(values: NDArray[np.floating], classes: list[NDArray[np.bool_]]) -> bool:
    """Return whether each class has one value, and no two the same."""
    own = [values[each] for each in classes if each.any()]
    return all(bool((each == each[0]).all()) for each in own) and all(
        one[0] != other[0] for one, other in combinations(own, 2)
    )


def _shared(material: Material, _results: Results) -> Iterator[Finding]:
    """Find events of the test part that are in the training part, too."""
    test = material.parts["test"]
    for name in ("train", "validation"):
        if name not in material.parts:
            continue
        n_shared, by_chance = shared_rows(material.parts[name], test)
        if not n_shared or by_chance:
            continue
        share = n_shared / len(test.y)
        severity = "error" if share >= MANY_SHARED else "warning" if share >= FEW_SHARED else "note"
        where = "training" if name == "train" else name
        events = f"{count(n_shared)} of {count(len(test.y))} test events ({100 * share:.2g} %)"
        yield Finding(
            severity, f"{events} are in the {where} part, too: the same inputs, weight, class and spectators."
        )


def shared_rows(train: Part, test: Part) -> tuple[int, bool]:
    """Return how many test events are also in another part, and whether that can be by chance.

    Events are the same if inputs, weight, class or targets, and spectators are, bit for bit; found by 64-bit fingerprints,
    which two different ones of a million events share with a probability below 1e-7. Where every column has few values,
    equal events are to be expected, and nothing can be said.

    Examples
    --------
    >>> from umva.reports.material import Part
    >>> rng = np.random.default_rng(1)
    >>> one = Part(rng.normal(size=(100, 2)).astype("f4"), np.zeros(100, "i1"), np.ones(100))
    >>> two = Part(np.concatenate([one.X[:3], 1 + one.X]), np.zeros(103, "i1"), np.ones(103))
    >>> shared_rows(one, two)
    (3, False)
    """
    prints = [_fingerprints(each) for each in (train, test)]
    n_shared = int(np.count_nonzero(np.isin(prints[1], prints[0])))
    if not n_shared:
        return 0, False
    return n_shared, not any(len(np.unique(column)) >= CONTINUOUS * len(test.y) for column in _columns(test))


def _fingerprints(part: Part) -> NDArray[np.uint64]:
    """Return a number for each event that hangs on all that is known of it."""
    mixed = np.zeros(len(part.y), dtype=np.uint64)
    for j, column in enumerate(_columns(part)):
        bits = np.ascontiguousarray(column, dtype=np.float64).view(np.uint64)
        mixed = (mixed ^ (bits + np.uint64(j + 1))) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _columns(part: Part) -> Iterator[NDArray[np.floating]]:
    """Return all that is known of the events, column by column."""
    for table in (part.X, part.y.reshape(len(part.y), -1), part.weight[:, None], part.spectators):
        if table is not None:
            yield from (table[:, j] for j in range(table.shape[1]))


def _too_good(_material: Material, results: Results) -> Iterator[Finding]:
    """Find methods that make no mistake at all."""
    perfect = [each.name for each in results.methods.values() if each.auc is not None and each.auc.test.value >= 0.9999]
    if perfect:
        yield Finding(
            "warning", f"{listed(perfect)} {'tells' if len(perfect) == 1 else 'tell'} the classes apart perfectly."
        )


RULES = (
    Rule(
        "LEA001",
        "No input gives the answer away by itself",
        "Look at how it is computed, and whether it exists in data; leave it out if it comes from the simulated truth.",
        ("variables",),
        _separating,
    ),
    Rule(
        "LEA002", "The class or target is not among the inputs", "Leave this input out.", ("variables",), _class_column
    ),
    Rule(
        "LEA003",
        "No event is both in the training and in the test part",
        "Look for files read twice and for copied events; test numbers of shared events are training numbers.",
        ("sample",),
        _shared,
    ),
    Rule(
        "LEA004",
        "No method is perfect",
        "Perfect answers are rare in nature: look for an input that knows the class, such as one filled differently for it.",
        ("summary",),
        _too_good,
    ),
)

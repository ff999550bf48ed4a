"""Properties: random trees, printed and read again, give what numpy gives; random text never breaks anything."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from umva.errors import ColumnError, FormulaError
from umva.formula import Formula

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COLUMNS = {
    "a": np.array([0.5, -2.0, 3.0, 0.0]),
    "b-tag": np.array([1, -1, 2, 7]),
    "c.x": np.array([True, False, True, True]),
}


class Sample(NamedTuple):
    """An expression as text, how tight its outermost operator binds, and its value by numpy."""

    text: str
    level: int
    value: NDArray[np.float64]


def inside(part: Sample, least: int) -> str:
    """Return the text of a part, in parentheses where an operator would tear it apart."""
    return part.text if part.level >= least else f"({part.text})"


# symbol: level, least level of the left and of the right operand, and its value
BINARY: dict[str, tuple[int, int, int, Callable[..., NDArray[np.float64]]]] = {
    "||": (1, 1, 2, lambda x, y: ((x != 0) | (y != 0)) * 1.0),
    "&&": (2, 2, 3, lambda x, y: ((x != 0) & (y != 0)) * 1.0),
    "<": (5, 6, 6, lambda x, y: (x < y) * 1.0),
    "<=": (5, 6, 6, lambda x, y: (x <= y) * 1.0),
    "==": (5, 6, 6, lambda x, y: (x == y) * 1.0),
    "!=": (5, 6, 6, lambda x, y: (x != y) * 1.0),
    "+": (6, 6, 7, lambda x, y: x + y),
    "-": (6, 6, 7, lambda x, y: x - y),
    "%": (7, 8, 7, lambda x, y: np.fmod(np.trunc(x), np.trunc(y))),
    "*": (10, 10, 11, lambda x, y: x * y),
    "/": (10, 10, 11, lambda x, y: x / y),
    "^": (12, 12, 13, lambda x, y: x**y),
}


@st.composite
def joined(draw: st.DrawFn, parts: st.SearchStrategy[Sample]) -> Sample:
    left, right = draw(parts), draw(parts)
    symbol = draw(st.sampled_from(sorted(BINARY)))
    level, least_left, least_right, function = BINARY[symbol]
    blank = draw(st.sampled_from(["", " "]))
    text = f"{inside(left, least_left)}{blank}{symbol}{blank}{inside(right, least_right)}"
    return Sample(text, level, function(left.value, right.value))


@st.composite
def wrapped(draw: st.DrawFn, parts: st.SearchStrategy[Sample]) -> Sample:
    part, kind = draw(parts), draw(st.sampled_from(["-", "!", "abs", "TMath::ATan", "int"]))
    if kind == "-":
        return Sample(f"-{inside(part, 11)}", 11, -part.value)
    if kind == "!":
        return Sample(f"!{inside(part, 13)}", 13, (part.value == 0) * 1.0)
    function = {"abs": np.abs, "TMath::ATan": np.arctan, "int": np.trunc}[kind]
    return Sample(f"{kind}({part.text})", 14, function(part.value))


@st.composite
def chosen(draw: st.DrawFn, parts: st.SearchStrategy[Sample]) -> Sample:
    condition, yes, no = draw(parts), draw(parts), draw(parts)
    text = f"{inside(condition, 1)} ? {yes.text} : {no.text}"
    return Sample(text, 0, np.where(condition.value != 0, yes.value, no.value))


names = st.sampled_from(sorted(COLUMNS)).map(lambda name: Sample(name, 14, COLUMNS[name].astype(np.float64)))
numbers = st.floats(0, 1e6).map(lambda number: Sample(repr(number), 14, np.full(4, number)))
trees = st.recursive(names | numbers, lambda parts: joined(parts) | wrapped(parts) | chosen(parts), max_leaves=15)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_trees_are_read_as_they_are_written(data: st.DataObject) -> None:
    with np.errstate(all="ignore"):
        tree = data.draw(trees)
    result = Formula(tree.text, names=list(COLUMNS)).evaluate(COLUMNS, n_events=4)
    np.testing.assert_array_equal(result, tree.value)


PIECES = st.sampled_from(
    [*"+-*/%^&|<>=!?:()[],. $@\"'\\#", "a", "b-tag", "1", "2.5e3", "log(", "Sum$(", "&&", "Alt$", "TMath::"]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=30))
@settings(max_examples=400, deadline=None)
def test_nonsense_is_refused_politely(text: str) -> None:
    with contextlib.suppress(FormulaError, ColumnError):
        assert Formula(text, names=list(COLUMNS)).evaluate(COLUMNS).shape == (4,)

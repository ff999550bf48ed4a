"""The tree that a formula is compiled to: small frozen nodes that each give their values for a chunk of events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from umva.errors import FormulaError
from umva.formula.arrays import Value, element, is_awkward, is_numeric, per_event
from umva.formula.functions import FUNCTIONS, OPERATORS
from umva.formula.texts import is_text, same_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "Branch",
    "Call",
    "Constant",
    "Element",
    "Entry",
    "Equality",
    "Events",
    "Node",
    "Operation",
    "Text",
    "branches",
    "parts",
    "walk",
]


@dataclass(frozen=True, slots=True)
class Events:
    """A chunk of events: their columns, the entry number of the first, how many there are.

    Columns that are ``plain`` are arrays of float64 that numpy can combine, whatever their shapes, and taken as they are.
    """

    columns: Mapping[str, object]
    start: int
    n_events: int
    plain: bool = False


class Node(Protocol):
    """A part of a formula."""

    def evaluate(self, events: Events) -> Value:
        """Return the values for all events of the chunk."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number."""

    number: float

    def evaluate(self, events: Events) -> Value:  # noqa: ARG002
        """Return the number."""
        return np.float64(self.number)


@dataclass(frozen=True, slots=True)
class Entry:
    """The entry number, ``Entry$``."""

    def evaluate(self, events: Events) -> Value:
        """Return the entry numbers of the chunk."""
        return np.arange(events.start, events.start + events.n_events, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Text:
    """Letters in quotes; they can only be compared with a branch."""

    text: str

    def evaluate(self, events: Events) -> Value:  # noqa: ARG002
        """Refuse: text is not a number."""
        msg = f'"{self.text}" is text; it can only be compared (== or !=) with a branch of text'
        raise FormulaError(msg)


@dataclass(frozen=True, slots=True)
class Branch:
    """The values of a branch."""

    name: str

    def evaluate(self, events: Events) -> Value:
        """Return the column as float64."""
        column = events.columns[self.name]
        if events.plain:
            return column
        if is_text(column):
            msg = f'branch {self.name!r} holds text, which can only be compared, as in {self.name} == "a"'
            raise FormulaError(msg)
        if not is_numeric(column):
            msg = f"branch {self.name!r} holds neither numbers nor text"
            raise FormulaError(msg)
        return per_event(column)


def _within(index: int, size: int) -> bool:
    return 0 <= index < size


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a branch that holds arrays: ``x[0]``, ``x[0][1]``, ``x[other]``."""

    branch: Branch
    indices: tuple[Node, ...]

    def evaluate(self, events: Events) -> Value:
        """Return the element of each event; missing where the array is shorter."""
        column = events.columns[self.branch.name]
        if isinstance(column, np.ndarray) and column.ndim == 1 + len(self.indices):
            place = tuple(int(each.number) for each in self.indices if isinstance(each, Constant))
            if len(place) == len(self.indices) and all(map(_within, place, column.shape[1:])):
                return per_event(column[(slice(None), *place)])  # type: ignore[arg-type]  # numpy's stubs: no int
        values = self.branch.evaluate(events)
        if not is_awkward(values):
            values = per_event(values[:, np.newaxis])
        if values.ndim <= len(self.indices):
            msg = f"branch {self.branch.name!r} has {values.ndim - 1} dimension(s), not {len(self.indices)}"
            raise FormulaError(msg)
        for index in self.indices:
            values = element(values, index.evaluate(events))
        return values


@dataclass(frozen=True, slots=True)
class Call:
    """A function of values."""

    name: str
    arguments: tuple[Node, ...]

    def evaluate(self, events: Events) -> Value:
        """Return the function of the arguments' values."""
        return FUNCTIONS[self.name].apply(*(each.evaluate(events) for each in self.arguments))


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its operands."""

    symbol: str
    operands: tuple[Node, ...]

    def evaluate(self, events: Events) -> Value:
        """Return the result; long chains such as a + b + c ... are walked, not recursed into."""
        chain = [self]
        while isinstance(first := chain[-1].operands[0], Operation):
            chain.append(first)
        value = chain[-1].operands[0].evaluate(events)
        for each in reversed(chain):
            value = OPERATORS[each.symbol](value, *(operand.evaluate(events) for operand in each.operands[1:]))
        return value


@dataclass(frozen=True, slots=True)
class Equality:
    """Whether two branches, or a branch and a text, are the same (==) or not (!=)."""

    symbol: str
    left: Branch | Text
    right: Branch | Text

    def evaluate(self, events: Events) -> Value:
        """Return 1 or 0, comparing texts if either side is text."""
        sides = [each.text if isinstance(each, Text) else events.columns[each.name] for each in (self.left, self.right)]
        texts = [isinstance(each, str) or is_text(each) for each in sides]
        if not any(texts):
            return OPERATORS[self.symbol](self.left.evaluate(events), self.right.evaluate(events))
        if not all(texts):
            msg = f"{self._words(self.left)} {self.symbol} {self._words(self.right)} compares text with numbers"
            raise FormulaError(msg)
        same = same_text(*sides)
        return same if self.symbol == "==" else 1 - same

    @staticmethod
    def _words(side: Branch | Text) -> str:
        return f'"{side.text}"' if isinstance(side, Text) else side.name


def parts(node: Node) -> tuple[Node, ...]:
    """Return the nodes that a node is made of, in the order in which they are written."""
    match node:
        case Element(branch, indices):
            return (branch, *indices)
        case Call(_, below) | Operation(_, below):
            return below
        case Equality(_, left, right):
            return (left, right)
    return ()


def walk(tree: Node) -> Iterator[Node]:
    """Yield all nodes of a tree, each before its parts, as they are written; however deep, without recursion."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(parts(node)))


def branches(tree: Node) -> tuple[str, ...]:
    """Return the names of the branches in a tree, in order of first use."""
    return tuple(dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Branch)))

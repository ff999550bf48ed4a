"""What can be seen of a formula without evaluating it: whether it is linear in some names, or a sum over some names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.formula.nodes import Branch, Operation, parts, walk

if TYPE_CHECKING:
    from collections.abc import Collection

    from umva.formula.nodes import Node

__all__ = ["is_additive", "is_linear"]

_SUMS = frozenset({"+", "-", "unary +", "unary -"})


def is_linear(tree: Node, names: Collection[str]) -> bool:
    """Return whether the tree is a polynomial of degree one, or zero, in the names; their factors may be any functions.

    Examples
    --------
    >>> from umva.formula import Expression
    >>> is_linear(Expression("a + b * sin(x) - x / 2", names=["a", "b", "x"]).tree, {"a", "b"})
    True
    >>> is_linear(Expression("a * (1 + b * x)", names=["a", "b", "x"]).tree, {"a", "b"})
    False
    """
    degrees: dict[int, int] = {}
    for node in reversed(list(walk(tree))):  # parts come before what they are part of
        degrees[id(node)] = _degree(node, [degrees[id(each)] for each in parts(node)], names)
    return degrees[id(tree)] < 2


def _degree(node: Node, below: list[int], names: Collection[str]) -> int:
    """Return the degree of a node from those of its parts; 2 stands for anything that is not linear."""
    match node:
        case Branch(name):
            return int(name in names)
        case Operation(symbol) if symbol in _SUMS:
            return max(below)
        case Operation("*"):
            return min(sum(below), 2)
        case Operation("/") | Operation("?:") if not below[_CONSTANT_PART[node.symbol]]:
            return max(below)
    return 2 if any(below) else 0


_CONSTANT_PART = {"/": 1, "?:": 0}  # what must be free of the names: the divisor, the condition


def is_additive(tree: Node, names: Collection[str]) -> bool:
    """Return whether the tree is a sum of terms that each depend on one of the names at most.

    Examples
    --------
    >>> from umva.formula import Expression
    >>> is_additive(Expression("exp(x) - 2 * y", names=["x", "y"]).tree, {"x", "y"})
    True
    >>> is_additive(Expression("exp(x - y)", names=["x", "y"]).tree, {"x", "y"})
    False
    """
    inside: dict[int, frozenset[str]] = {}
    additive: dict[int, bool] = {}
    for node in reversed(list(walk(tree))):
        below = parts(node)
        used = [inside[id(each)] for each in below]
        own = {node.name} & set(names) if isinstance(node, Branch) else set()
        inside[id(node)] = frozenset(own).union(*used)
        additive[id(node)] = len(inside[id(node)]) < 2 or (
            _keeps_sums(node, used) and all(additive[id(each)] for each in below)
        )
    return additive[id(tree)]


def _keeps_sums(node: Node, used: list[frozenset[str]]) -> bool:
    """Return whether a node is a sum if its parts are; ``used`` are the names in each."""
    match node:
        case Operation(symbol) if symbol in _SUMS:
            return True
        case Operation("*"):
            return not all(used)
        case Operation("/") | Operation("?:"):
            return not used[_CONSTANT_PART[node.symbol]]
    return False

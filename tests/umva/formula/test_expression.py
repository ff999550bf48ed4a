"""Expressions of plain numbers: the same values as formulas of branches, for arrays of any shapes."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from umva.errors import ColumnError, FormulaError
from umva.formula import Expression, Formula
from umva.formula.nodes import branches, parts, walk

TEXTS = (
    "x + 2*y",
    "x > y ? x : y",
    "exp(-x^2) / (1 + y)",
    "TMath::Gaus(x, y, 2)",
    "x == y || !(x < 0)",
    "pow(x, 2) % (y + 1)",
)


@pytest.mark.parametrize("text", TEXTS)
def test_an_expression_is_the_formula_at_every_combination(text: str) -> None:
    x, y = np.linspace(-2, 3, 7), np.linspace(0, 2, 5)
    found = Expression(text, names=["x", "y"])({"x": x[:, None], "y": y})
    flat = {"x": np.repeat(x, len(y)), "y": np.tile(y, len(x))}
    assert found.ravel().tolist() == Formula(text, names=["x", "y"]).evaluate(flat).tolist()


def test_a_number_stays_a_number() -> None:
    assert Expression("2 * 3", names=[])({}) == 6


@pytest.mark.parametrize("text", ["x[0]", "Entry$ + x", 'x == "a"'])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="numbers"):
        Expression(text, names=["x"])


def test_other_processes_get_the_same_expression() -> None:
    names = [f"x{each}" for each in range(500)]
    long = Expression("+".join(names), names=names)
    again = copy.deepcopy(long)
    assert again({name: np.float64(2) for name in names}) == 1000
    assert copy.deepcopy(long).names == long.names


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ColumnError, match="'z'"):
        Expression("x + z", names=["x"])


def test_walking_meets_every_node_once_before_its_parts() -> None:
    tree = Expression("a*b + sin(c) - (d > e ? f : 1)", names=list("abcdef")).tree
    nodes = list(walk(tree))
    seen = {id(node): place for place, node in enumerate(nodes)}
    assert branches(tree) == tuple("abcdef")
    assert len(seen) == len(nodes)
    assert all(seen[id(node)] < seen[id(each)] for node in nodes for each in parts(node))


def test_depth_costs_no_recursion() -> None:
    names = [f"x{each}" for each in range(3000)]
    long = Expression("+".join(names), names=names)
    assert long({name: np.ones(2) for name in names}).tolist() == [3000.0, 3000.0]

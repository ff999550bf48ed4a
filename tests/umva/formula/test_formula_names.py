"""Names: of formulas, and of branches that are not identifiers."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from umva.errors import ColumnError, FormulaError
from umva.formula import Formula


@pytest.mark.parametrize(
    ("text", "name", "expression"),
    [
        ("x", "x", "x"),
        (" x + 1 ", "x + 1", "x + 1"),
        ("a:=x", "a", "x"),
        ("  my var := x>1 ? 1:0", "my var", "x>1 ? 1:0"),
    ],
)
def test_label(text: str, name: str, expression: str) -> None:
    formula = Formula(text, names=["x"])
    assert (formula.name, formula.expression, formula.text) == (name, expression, text)


NAMES = [
    "jet1_b-tag", "jet1", "tag", "muon.pt", "muon", "jets.pt_", "a:b", "a", "b", "a/b", "#n", "log", "e", "pi2", "1", "2jets",
    "jet pt", "x", "pt[0]", "tree.branch.leaf", "p.", "d0(cm)", "Entries$",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "branches"),
    [
        ("jet1_b-tag", ("jet1_b-tag",)),
        ("jet1-tag", ("jet1", "tag")),
        ("x-tag*jet1_b-tag", ("x", "tag", "jet1_b-tag")),
        ("muon.pt+muon", ("muon.pt", "muon")),
        ("jets.pt_>1", ("jets.pt_",)),
        ("x ? a : b", ("x", "a", "b")),
        ("a/b", ("a/b",)),
        ("a / b", ("a", "b")),
        ("b/a", ("b", "a")),
        ("#n*2", ("#n",)),
        ("log(x)+log", ("x", "log")),
        ("e+pi2+pi", ("e", "pi2")),
        ("x+1", ("x",)),
        ("2jets*2", ("2jets",)),
        ("jet pt*2", ("jet pt",)),
        ("pt[0]", ("pt[0]",)),
        ("tree.branch.leaf", ("tree.branch.leaf",)),
        ("@muon.size()", ("muon",)),
        ("p.+1", ("p.",)),
        ("d0(cm)<2", ("d0(cm)",)),
        ("x/Entries$", ("x", "Entries$")),
        ("tag+x+tag", ("tag", "x")),
        ("muon[x]+x", ("muon", "x")),
        ("3*pi", ()),
    ],
)
def test_longest_whole_name_wins(text: str, branches: tuple[str, ...]) -> None:
    assert Formula(text, names=NAMES).branches == branches


def test_the_longest_name_wins_even_where_an_operator_would_fit() -> None:
    with pytest.raises(FormulaError, match="a ':' is missing"):
        Formula("x?a:b", names=NAMES)


def test_a_name_that_goes_on_is_another_name() -> None:
    assert Formula("jet1_b-tagger", names=["jet1_b", "tagger", "jet1_b-tag"]).branches == ("jet1_b", "tagger")
    with pytest.raises(ColumnError, match=r"no branch 'muon\.eta', did you mean 'muon\.pt'"):
        Formula("muon.eta", names=["muon", "muon.pt"])


def test_formulas_are_equal_by_what_they_say_and_travel() -> None:
    formula = Formula("a := jet1_b-tag[0]", names=NAMES)
    again = copy.deepcopy(formula)
    assert again == formula == Formula("a := jet1_b-tag[0]", names=[*NAMES, "more"])
    assert len({again, formula, Formula("tag", names=NAMES)}) == 2
    assert repr(formula) == "Formula('a := jet1_b-tag[0]', names=['jet1_b-tag'])"
    columns = {"jet1_b-tag": np.array([[1.0, 2.0]])}
    assert again.evaluate(columns) == formula.evaluate(columns) == 1.0

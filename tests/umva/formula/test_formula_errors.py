"""What is wrong is said in one sentence, with a caret under the place, before any event is read."""

from __future__ import annotations

import numpy as np
import pytest

from umva.errors import ColumnError, FormulaError, UmvaError
from umva.formula import Formula

NAMES = ["m_bb", "m_jj", "lepton_pT", "label"]


@pytest.mark.parametrize(
    ("text", "kind", "message", "carets"),
    [
        ("m_bbb + 1", ColumnError, "no branch 'm_bbb', did you mean 'm_bb'?", "^^^^^"),
        ("1 + leptonpT", ColumnError, "no branch 'leptonpT', did you mean 'lepton_pT'?", "    ^^^^^^^^"),
        ("n := zzz", ColumnError, "no branch 'zzz', known are 'm_bb', 'm_jj', 'lepton_pT', 'label'", "^^^"),
        ("2*lgo(m_bb)", FormulaError, "no function 'lgo', did you mean 'log'?", "  ^^^"),
        ("TMath::Cosh(m_bb)", FormulaError, "no function 'TMath::Cosh', did you mean 'TMath::CosH'", "^^^^^^^^^^^"),
        ("min(m_bb)", FormulaError, "min takes 2 arguments, not 1", "^^^"),
        ("TMath::Pi(1)", FormulaError, "TMath::Pi takes no arguments, not 1", "^^^^^^^^^"),
        ("TMath::Gaus()", FormulaError, "TMath::Gaus takes 1 to 4 arguments, not 0", "^^^^^^^^^^^"),
        ("m_bb +", FormulaError, "the expression ends where a value is expected", "      ^"),
        ("(m_bb", FormulaError, "a ')' is missing", "     ^"),
        ("m_bb[1", FormulaError, "a ']' is missing", "      ^"),
        ("m_bb)", FormulaError, "')' cannot stand here: an operator or the end is expected", "    ^"),
        ("m_bb m_jj", FormulaError, "'m_jj' cannot stand here: an operator or the end is expected", "     ^^^^"),
        ("m_bb and m_jj", FormulaError, "'and' cannot stand here: an operator or the end is expected", "     ^^^"),
        ("2m_bb", FormulaError, "'m_bb' cannot stand here: an operator or the end is expected", " ^^^^"),
        ("m_bb * / 2", FormulaError, "'/' cannot stand here: a value is expected", "       ^"),
        ("m_bb = 2", FormulaError, "'=' has no meaning here; equality is written ==", "     ^"),
        ("m_bb $ 2", FormulaError, "'$' has no meaning here", "     ^"),
        ("1 < m_bb < 2", FormulaError, "comparisons cannot be chained: write a < b && b < c, or use parentheses",
         "         ^"),
        ("m_bb ? 1", FormulaError, "a ':' is missing", "        ^"),
        ('label == "s" + 1', FormulaError, "text can only be compared (== or !=) with a branch", "             ^"),
        ("Entries$ > 1", FormulaError, "Entries$ is not available: ", "^^^^^^^^"),
        ("m_bb*Iteration$", FormulaError, "Iteration$ is not available: a formula gives one number an event",
         "     ^^^^^^^^^^"),
        ("Length$", FormulaError, "Length$ is not available: it needs to know of what; write Length$(x)", "^^^^^^^"),
        ("rndm < 0.5", FormulaError, "rndm is not available: random numbers would differ", "^^^^"),
    ],
)  # fmt: skip
def test_the_place_is_pointed_at(text: str, kind: type[UmvaError], message: str, carets: str) -> None:
    with pytest.raises(kind) as caught:
        Formula(text, names=NAMES)
    sentence, expression, pointer = str(caught.value).split("\n")
    assert sentence.startswith(message)
    assert expression == "    " + text.rpartition(":=")[2].strip()
    assert pointer == "    " + carets


@pytest.mark.parametrize("text", ["", "  ", "a :=", ":= m_bb"])
def test_nothing_is_no_formula(text: str) -> None:
    with pytest.raises(FormulaError, match="is empty"):
        Formula(text, names=NAMES)


def test_columns_are_checked_before_they_are_used() -> None:
    formula = Formula("m_bb/m_jj", names=NAMES)
    with pytest.raises(ColumnError, match="needs the branch 'm_jj': did you mean 'm_jjj'"):
        formula.evaluate({"m_bb": np.ones(2), "m_jjj": np.ones(2)})
    with pytest.raises(FormulaError, match="branch 'm_jj' has 3 events, expected 2"):
        formula.evaluate({"m_bb": np.ones(2), "m_jj": np.ones(3)})
    with pytest.raises(FormulaError, match="branch 'm_bb' has 2 events, expected 5"):
        formula.evaluate({"m_bb": np.ones(2), "m_jj": np.ones(2)}, n_events=5)
    with pytest.raises(FormulaError, match="give n_events"):
        Formula("1", names=[]).evaluate({})
    assert Formula("1", names=[]).evaluate({"other": np.zeros(3)}).tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [("label", "branch 'label' holds text"), ('"a"', "is text"), ("m_bb", "neither numbers nor text")],
)
def test_what_is_no_number_is_refused(text: str, message: str) -> None:
    columns = {"label": np.array(["a", "b"]), "m_bb": np.array(["2020-01-01"] * 2, dtype="datetime64[D]")}
    with pytest.raises(FormulaError, match=message):
        Formula(text, names=NAMES).evaluate(columns, n_events=2)


def test_long_sums_work_and_deep_nesting_is_refused() -> None:
    columns = {"m_bb": np.ones(1)}
    assert Formula("+".join(["m_bb"] * 5000), names=NAMES).evaluate(columns) == 5000
    assert Formula("(" * 5000 + "m_bb" + ")" * 5000, names=NAMES).evaluate(columns) == 1
    with pytest.raises(FormulaError, match="nested too deeply"):
        Formula("m_bb-(" * 5000 + "1" + ")" * 5000, names=NAMES).evaluate(columns)

"""The numbers of single expressions, as TTreeFormula (or, where it invents numbers, C) gives them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from umva.formula import Formula

if TYPE_CHECKING:
    from pathlib import Path

NAN, INF = math.nan, math.inf
X = {"x": np.array([3.0, -1.5]), "y": np.array([2, 0]), "ok": np.array([True, False])}


def value(text: str) -> float:
    """Return the value of a formula without branches."""
    (number,) = Formula(text, names=[]).evaluate({}, n_events=1)
    return float(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers
        ("1e3", 1000), (".5", 0.5), ("1.", 1), ("1.5e-2", 0.015), ("0x1F", 31), ("2*pi", 2 * math.pi), ("true+true", 2),
        # all numbers are doubles
        ("1/2", 0.5), ("7/2*2", 7), ("(int)7/2", 3.5), ("int(7/2)", 3), ("int(-2.7)", -2), ("(int)-2.7", -2),
        ("(Long64_t)(5/2)", 2), ("(unsigned int)2.9", 2), ("(double)1/3", 1 / 3), ("(float)0.1", float(np.float32(0.1))),
        ("(bool)0.3", 1),
        # modulo truncates and has the sign of the first operand
        ("7%3", 1), ("-7%3", -1), ("7%-3", 1), ("7.9%3.9", 1), ("fmod(-7.5,2)", -1.5), ("5%0", NAN),
        # powers group to the left, and bind tighter than the sign
        ("2^3^2", 64), ("2**3**2", 64), ("-2^2", -4), ("2^-1", 0.5), ("2**-1*4", 2), ("(-8)^(1/3)", NAN), ("3*-2^2", -12),
        # looser than multiplication: modulo; tighter than addition: shifts
        ("7%4*2", 7), ("2*7%4", 2), ("10%7%4", 1), ("1<<2+3", 7), ("1<<3", 8), ("256>>2>>1", 128), ("1+16>>3", 3),
        ("1<<70", 0),
        # bits, unsigned with 64 of them
        ("6&3", 2), ("6|3", 7), ("5 & -1", 5), ("6.9&3", 2), ("4|2==2", 5), ("log(-1)&1", NAN),
        # chains and signs
        ("1-2-3", -4), ("1-(2-3)", 2), ("8/4/2", 1), ("8/4*2", 4), ("1--1", 2), ("1-+1", 0), ("2*-3", -6), ("+-+2", -2),
        ("-(2)", -2), ("1+2*3", 7),
        # truth
        ("3>2", 1), ("3<2", 0), ("2>=2", 1), ("2=>2", 1), ("2=<1", 0), ("1==1.0", 1), ("1!=1", 0), ("!0", 1), ("!2", 0),
        ("!!5", 1), ("!0+1", 2), ("!2^0", 1), ("!-1", 0), ("1||0&&0", 1), ("(1||0)&&0", 0), ("0.5&&-1", 1), ("2>1&&1>2", 0),
        ("1+1==2", 1), ("1&1==1", 1),
        # choice
        ("1?2:3", 2), ("0?2:3", 3), ("0?1:0?2:3", 3), ("1?0?1:2:3", 2), ("1>2?3:4+5", 9), ("0.1?1:0", 1),
        # where mathematics has no answer
        ("1/0", INF), ("-1/0", -INF), ("0/0", NAN), ("log(-1)", NAN), ("log(0)", -INF), ("sqrt(-1)", NAN), ("acos(2)", NAN),
        ("0/0==0/0", 0), ("0/0!=0/0", 1), ("exp(1000)", INF),
    ],
)  # fmt: skip
def test_operators(text: str, expected: float) -> None:
    np.testing.assert_equal(value(text), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abs(-2)", 2), ("fabs(-2.5)", 2.5), ("sqrt(9)", 3), ("sq(3)", 9), ("log(exp(1))", 1), ("log10(1000)", 3),
        ("log2(8)", 3), ("exp(0)", 1), ("pow(2,10)", 1024), ("power(2,3)", 8), ("min(2,-1)", -1), ("max(2,-1)", 2),
        ("sin(pi/2)", 1), ("cos(pi)", -1), ("tan(pi/4)", 1), ("asin(1)", math.pi / 2), ("acos(-1)", math.pi),
        ("atan(1)", math.pi / 4), ("atan2(1,-1)", 3 * math.pi / 4), ("sinh(1)", math.sinh(1)), ("cosh(1)", math.cosh(1)),
        ("tanh(1)", math.tanh(1)), ("asinh(1)", math.asinh(1)), ("acosh(2)", math.acosh(2)), ("atanh(.5)", math.atanh(0.5)),
        ("floor(-1.5)", -2), ("ceil(-1.5)", -1), ("round(2.5)", 3), ("sign(-3)", -1), ("sign(0)", 1), ("hypot(3,4)", 5),
        ("erf(0.7)", math.erf(0.7)), ("erfc(0.7)", math.erfc(0.7)), ("std::max(1,2)", 2), ("std::abs(-1)", 1),
        ("TMath::Abs(-1)", 1), ("TMath::Sqrt(4)", 2), ("TMath::Power(2,0.5)", math.sqrt(2)), ("TMath::Exp(1)", math.e),
        ("TMath::Log(2)", math.log(2)), ("TMath::Log10(2)", math.log10(2)), ("TMath::Log2(2)", 1),
        ("TMath::Sin(1)", math.sin(1)), ("TMath::Cos(1)", math.cos(1)), ("TMath::Tan(1)", math.tan(1)),
        ("TMath::ASin(.3)", math.asin(0.3)), ("TMath::ACos(.3)", math.acos(0.3)), ("TMath::ATan(.3)", math.atan(0.3)),
        ("TMath::ATan2(-1,-1)", -3 * math.pi / 4), ("TMath::SinH(1)", math.sinh(1)), ("TMath::CosH(1)", math.cosh(1)),
        ("TMath::TanH(1)", math.tanh(1)), ("TMath::ASinH(1)", math.asinh(1)), ("TMath::ACosH(3)", math.acosh(3)),
        ("TMath::ATanH(.3)", math.atanh(0.3)), ("TMath::Min(1,2)", 1), ("TMath::Max(1,2)", 2), ("TMath::Pi()", math.pi),
        ("TMath::TwoPi()", 2 * math.pi), ("TMath::PiOver2()", math.pi / 2), ("TMath::E()", math.e),
        ("TMath::Hypot(5,12)", 13), ("TMath::Sq(3)", 9), ("TMath::Floor(1.7)", 1), ("TMath::Ceil(1.2)", 2),
        ("TMath::Nint(2.5)", 2), ("TMath::Nint(3.5)", 4), ("TMath::Nint(-1.6)", -2), ("TMath::Sign(3,-1)", -3),
        ("TMath::Even(4)", 1), ("TMath::Even(-3)", 0), ("TMath::Odd(-3)", 1), ("TMath::Range(0,1,2)", 1),
        ("TMath::Range(0,1,-2)", 0), ("TMath::Erf(1)", math.erf(1)), ("TMath::Erfc(1)", math.erfc(1)),
        ("TMath::Freq(1)", 0.8413447460685429), ("TMath::Prob(3.84145882069412, 1)", 0.05),
        ("TMath::Gamma(5)", 24), ("TMath::Gamma(1,2)", 1 - math.exp(-2)), ("TMath::LnGamma(10)", math.lgamma(10)),
        ("TMath::Gaus(1)", math.exp(-0.5)), ("TMath::Gaus(3,1,2)", math.exp(-0.5)),
        ("TMath::Gaus(3,1,2,true)", math.exp(-0.5) / 2 / math.sqrt(2 * math.pi)),
        ("TMath::BreitWigner(91,91,2.5)", 4 / 2.5 / (2 * math.pi)), ("TMath::DegToRad()*180", math.pi),
        ("TMath::RadToDeg()", 180 / math.pi), ("TMath::IsNaN(0/0)", 1), ("TMath::Finite(1/0)", 0),
    ],
)  # fmt: skip
def test_functions(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", [3, -1.5]), ("y/2", [1, 0]), ("x/y", [1.5, -INF]), ("ok", [1, 0]), ("ok+ok", [2, 0]), ("!ok", [0, 1]),
        ("x>0&&y>1", [1, 0]), ("x>2?2:x", [2, -1.5]), ("ok?x:y", [3, 0]), ("x[0]", [3, -1.5]), ("Entry$", [10, 11]),
        ("Entry$%2==0", [1, 0]), ("min(x,y)*max(x,y)", [6, 0]), ("abs(x)", [3, 1.5]), ("Sum$(x)", [3, -1.5]),
        ("Length$(x)", [1, 1]), ("Alt$(x,7)", [3, -1.5]), ("MaxIf$(x, x>0)", [3, 0]),
        ("x > 0 \\\n  && y", [1, 0]), ("x\t+\n1", [4, -0.5]),
    ],
)  # fmt: skip
def test_branches(text: str, expected: list[float]) -> None:
    result = Formula(text, names=list(X)).evaluate(X, start=10)
    assert result.dtype == np.float64
    np.testing.assert_array_equal(result, expected)


def test_single_precision_is_widened_before_it_is_used() -> None:
    column = np.array([16777216.0], dtype=np.float32)
    assert Formula("x + 1", names=["x"]).evaluate({"x": column}) == 16777217.0


def test_columns_are_neither_changed_nor_handed_out() -> None:
    column = np.array([1.0, 2.0])
    result = Formula("x", names=["x"]).evaluate({"x": column})
    result[0] = 5.0
    assert column[0] == 1.0


@pytest.mark.parametrize(
    "column",
    [
        np.array(["s", "b", "s"]),
        np.array([b"s", b"b", b"s"]),
        np.array(["s", "b", "s"], dtype=object),
        np.array([b"s", b"b", b"s"], dtype=object),
        np.array(["s", "b", "s"], dtype=np.dtypes.StringDType()),
    ],
    ids=["letters", "bytes", "objects", "bytes objects", "strings"],
)
def test_text_is_compared(column: np.ndarray) -> None:
    columns = {"label": column, "other": np.array(["s", "s", "s"]), "x": np.arange(3)}
    for text, expected in {
        'label == "s"': [1, 0, 1],
        "'s' != label": [0, 1, 0],
        "label == other": [1, 0, 1],
        'label == "s" && x > 1': [0, 0, 1],
    }.items():
        np.testing.assert_array_equal(Formula(text, names=list(columns)).evaluate(columns), expected)


@pytest.mark.shared
@pytest.mark.parametrize("part", ["train", "test"])
def test_variables_are_those_of_tmva(shared: Path, part: str) -> None:
    import pandas as pd
    import uproot

    theirs = pd.read_csv(shared / "tmva/reference/classification" / f"{part}.csv")
    with uproot.open(shared / "data/tmva_class_example.root") as file:
        trees = {name: file[tree].arrays(library="np") for name, tree in (("Signal", "TreeS"), ("Background", "TreeB"))}
    for text in ("myvar1 := var1+var2", "myvar2 := var1-var2", "var3"):
        formula = Formula(text, names=list(trees["Signal"]))
        for name, columns in trees.items():
            events = theirs[theirs["className"] == name]
            ours = formula.evaluate(columns)[events["tree_entry"]].astype(np.float32)
            np.testing.assert_allclose(ours, events[formula.name], rtol=2e-6)

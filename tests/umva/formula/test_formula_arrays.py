"""Several numbers an event: elements, what is missing, reductions."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import awkward as ak
import numpy as np
import pytest

from umva.errors import FormulaError
from umva.formula import Formula

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAN = np.nan
COLUMNS: Mapping[str, object] = {
    "x": np.array([1.0, 2.0, 3.0]),
    "i": np.array([1, 0, 0]),
    "pt": ak.Array([[50.0, 40.0, 30.0], [], [20.0]]),
    "eta": ak.Array([[1.0, -3.0, 2.0], [], [5.0]]),
    "best": ak.Array([[2, 0], [0], [1]]),
    "deep": ak.Array([[[1, 2], [3]], [], [[4]]]),
    "fixed": np.arange(6).reshape(3, 2),
    "box": np.arange(12.0).reshape(3, 2, 2),
    "maybe": ak.Array([1.0, None, 3.0]),
    "word": ak.Array(["a", "b", "a"]),
    "flat": ak.Array([1, 2, 3]),
}


def evaluate(text: str) -> np.ndarray:
    return Formula(text, names=list(COLUMNS)).evaluate(COLUMNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # elements
        ("pt[0]", [50, NAN, 20]), ("pt[1]", [40, NAN, NAN]), ("pt[-1]", [NAN, NAN, NAN]), ("pt[1.9]", [40, NAN, NAN]),
        ("pt[i]", [40, NAN, 20]), ("pt[Length$(pt)-1]", [30, NAN, 20]), ("pt[best[0]]", [30, NAN, NAN]),
        ("deep[0][1]", [2, NAN, NAN]), ("deep[1][0]", [3, NAN, NAN]), ("fixed[1]", [1, 3, 5]), ("fixed[i]", [1, 2, 4]),
        ("fixed[2]", [NAN, NAN, NAN]), ("box[1][0]", [2, 6, 10]), ("box[i][1]", [3, 5, 9]), ("x[1]", [NAN, NAN, NAN]),
        ("flat/2", [0.5, 1, 1.5]), ("maybe", [1, NAN, 3]),
        # what is missing fails a cut, whatever the comparison
        ("pt[1]>0", [1, 0, 0]), ("pt[1]!=0", [1, 0, 0]), ("!(pt[1]>100)", [1, 0, 0]), ("pt[1]>100||pt[0]>10", [1, 0, 0]),
        ("x>5&&pt[1]>0", [0, 0, 0]), ("x>0||pt[1]>0", [1, 1, 1]), ("pt[0]/pt[1]", [1.25, NAN, NAN]),
        ("Length$(pt)>1?pt[1]:-1", [40, -1, -1]), ("1?pt[0]:0", [50, NAN, 20]), ("pt[1]>0?1:2", [1, NAN, NAN]),
        # the alternative
        ("Alt$(pt[1],-1)", [40, -1, -1]), ("Alt$(pt[0],x)", [50, 2, 20]), ("Alt$(pt[1],pt[0])", [40, NAN, 20]),
        ("Alt$(pt[1]+pt[0],0)", [90, 0, 0]), ("Alt$(maybe,0)", [1, 0, 3]), ("Sum$(Alt$(pt[best],-1))", [80, -1, -1]),
        # reductions
        ("Sum$(pt)", [120, 0, 20]), ("Length$(pt)", [3, 0, 1]), ("@pt.size()", [3, 0, 1]), ("Max$(pt)", [50, 0, 20]),
        ("Min$(pt)", [30, 0, 20]), ("Sum$(pt>30)", [2, 0, 0]), ("Sum$(pt*(abs(eta)<2.5))", [80, 0, 0]),
        ("Sum$(pt*x)", [120, 0, 60]), ("Sum$(x>1?pt:0)", [0, 0, 20]), ("Sum$(pt>30?pt:-1)", [89, 0, -1]),
        ("Sum$(pt>30||eta>4)", [2, 0, 1]), ("Sum$(pt>30&&!(eta<0))", [1, 0, 0]), ("Sum$(pt%40&31)", [40, 0, 20]),
        ("Max$(pt[best])", [50, 0, 0]), ("Sum$(fixed*x)", [1, 10, 27]), ("Sum$(deep)", [6, 0, 4]), ("Length$(deep)", [3, 0, 1]),
        ("Max$(deep[0])", [2, 0, 4]), ("Sum$(box[1])", [5, 13, 21]), ("Sum$(pt==Max$(pt))", [1, 0, 1]),
        ("Length$(pt[1])", [1, 0, 0]), ("Sum$(pt[1])", [40, 0, 0]), ("Sum$(int(eta/2))", [0, 0, 2]),
        ("Sum$(TMath::Gamma(pt/10))", [24 + 6 + 2, 0, 1]), ("MinIf$(pt,eta>0)", [30, 0, 20]), ("MaxIf$(pt,x>1)", [0, 0, 20]),
        ("MaxIf$(x,eta[0]>0)", [1, 0, 3]), ("MaxIf$(pt,pt<45)", [40, 0, 20]), ("Max$(pt)-Min$(pt)", [20, 0, 0]),
        ('word == "a"', [1, 0, 1]), ("word != 'a' || x > 2", [0, 1, 1]),
    ],
)  # fmt: skip
def test_values(text: str, expected: list[float]) -> None:
    result = evaluate(text)
    assert type(result) is np.ndarray
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, expected, rtol=1e-14)


@pytest.mark.parametrize("text", ["pt", "fixed", "pt*x", "deep[0]", "pt[best]", "x>1?pt:0", "pt > 30", "-pt"])
def test_several_numbers_an_event_are_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=r"gives several numbers an event, not one.*x\[0\].*Sum\$.*Max\$"):
        evaluate(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Sum$(pt*best)", "combines arrays that differ in length within an event"),
        ("pt[0][1]", r"branch 'pt' has 1 dimension\(s\), not 2"),
        ("word + 1", "branch 'word' holds text"),
        ("word == x", "word == x compares text with numbers"),
        ('x == "a"', 'x == "a" compares text with numbers'),
    ],
)
def test_arrays_that_do_not_fit(text: str, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        evaluate(text)


def test_the_layout_does_not_matter() -> None:
    as_numpy = np.arange(12.0).reshape(4, 3)
    for text in ("x[1]", "x[5]", "Sum$(x*x)", "Max$(x)", "Alt$(x[3], -1)", "x[x[0]/3]", "Length$(x)"):
        formula = Formula(text, names=["x"])
        results = [
            formula.evaluate({"x": each}) for each in (as_numpy, ak.Array(as_numpy), ak.Array(as_numpy.tolist()))
        ]
        np.testing.assert_array_equal(results[0], results[1])
        np.testing.assert_array_equal(results[0], results[2])


def test_an_empty_chunk_gives_no_numbers() -> None:
    columns = {name: column[:0] for name, column in COLUMNS.items()}  # type: ignore[index]
    for text in (
        "x+1",
        "pt[0]",
        "Sum$(pt)",
        "Alt$(pt[1],x)",
        "fixed[1]",
        "deep[0][1]",
        "MaxIf$(pt,eta>0)",
        "1",
        "word=='a'",
    ):
        assert Formula(text, names=list(columns)).evaluate(columns).shape == (0,)


def test_pieces_give_what_the_whole_gives() -> None:
    generator = np.random.default_rng(1)
    counts = generator.poisson(2, 200)
    pt = ak.unflatten(generator.exponential(30, counts.sum()), counts)
    formula = Formula("Sum$(pt*(pt>20)) + Alt$(pt[2], -1) + Entry$", names=["pt"])
    whole = formula.evaluate({"pt": pt})
    pieces = [formula.evaluate({"pt": pt[a : a + 50]}, start=a) for a in range(0, 200, 50)]
    np.testing.assert_array_equal(whole, np.concatenate(pieces))
    direct = [
        sum(p for p in each if p > 20) + (each[2] if len(each) > 2 else -1) + n for n, each in enumerate(pt.tolist())
    ]
    np.testing.assert_allclose(whole, direct)


@pytest.mark.shared
def test_real_events_agree_with_awkward(shared: Path) -> None:
    import uproot

    with uproot.open(shared / "data/formats/uproot-HZZ.root") as file:
        events = file["events"].arrays(["Muon_Px", "Muon_Py", "Muon_Charge", "NMuon"])
    columns = {name: events[name] for name in events.fields}
    pt = np.hypot(events.Muon_Px, events.Muon_Py)
    for text, expected in {
        "Max$(hypot(Muon_Px, Muon_Py))": ak.fill_none(ak.max(pt, axis=1), 0),
        "Sum$(sqrt(Muon_Px^2 + Muon_Py^2) > 20 && Muon_Charge > 0)": ak.sum(
            (pt > 20) & (events.Muon_Charge > 0), axis=1
        ),
        "Length$(Muon_Px) - NMuon": np.zeros(len(events)),
        "Alt$(Muon_Px[1], -999)": ak.fill_none(ak.pad_none(events.Muon_Px, 2)[:, 1], -999),
    }.items():
        result = Formula(text, names=list(columns)).evaluate(columns)
        np.testing.assert_allclose(result, ak.to_numpy(expected), rtol=1e-6)


def test_flat_columns_do_without_awkward() -> None:
    code = (
        "import sys, numpy as np; from umva.formula import Formula; before = 'awkward' in sys.modules;"
        "f = Formula('x[1] > 1 ? log(y) : Sum$(y)', names=['x', 'y']);"
        "f.evaluate({'x': np.ones((2, 2)), 'y': np.ones(2)});"
        "sys.exit(0 if before else 'awkward' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

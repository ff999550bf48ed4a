"""The comparison in a few sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from umva.reports.results import Comparison, MethodResult, Number, TrainTest
from umva.reports.verdict import run_verdict


def method(
    name: str, behind: float = 0.0, p: float | None = None, area: float = 0.9, error: float = 0.01
) -> MethodResult:
    """Return a method that is so much behind the best, which is called A, with this probability."""
    number = Number(area - behind, error)
    comparison = None if p is None else Comparison("A", Number(behind, 0.002 if behind else 0.0), p, p, "")
    auc = TrainTest(number, number)
    return MethodResult(name=name, method="m", title="", status="ok", auc=auc, score=number, comparison=comparison)


LEADER = "A leads with a test AUC of 0.900 ± 0.010."


@pytest.mark.parametrize(
    ("others", "words"),
    [
        ([method("B", 0.003, 0.2)], "B is not distinguishable from it: it is lower by 0.0030 ± 0.0020, p = 0.2."),
        ([method("B", 0.0, 1.0)], "B orders the events exactly like it."),
        ([method("B", 0.003, 0.2), method("C", 0.004, 0.1)], "B and C are not distinguishable from it."),
        ([method("B", 0.02, 1e-9)], "B is worse by 0.0200 ± 0.0020."),
        (
            [method(name, 0.02 + 0.01 * i, 1e-9) for i, name in enumerate("BCDEF")],
            "B, C, D and 2 more are worse, by 0.0200 ± 0.0020 or more.",
        ),
        (
            [method("B", 0.003, 0.2), method("C", 0.02, 1e-9)],
            "B is not distinguishable from it: it is lower by 0.0030 ± 0.0020, p = 0.2. C is worse by 0.0200 ± 0.0020.",
        ),
    ],
)
def test_who_leads(others: list[MethodResult], words: str) -> None:
    assert run_verdict([method("A"), *others]) == f"{LEADER} {words}"


def test_what_hardly_matters_is_called_so() -> None:
    small = [method(name, 0.00003, 1e-9) for name in "BC"]
    little = [replace(each, comparison=replace(each.comparison, negligible=True)) for each in small if each.comparison]
    assert run_verdict([method("A"), little[0]]) == (
        f"{LEADER} B is worse by only 0.0000 ± 0.0020, which hardly matters."
    )
    assert run_verdict([method("A"), *little, method("D", 0.02, 1e-9)]) == (
        f"{LEADER} B and C are worse by 0.0000 ± 0.0020 at most, which hardly matters. D is worse by 0.0200 ± 0.0020."
    )


def test_one_method_and_guessing() -> None:
    assert run_verdict([method("A", area=0.51)]) == (
        "A has a test AUC of 0.510 ± 0.010; that is not distinguishable from guessing."
    )

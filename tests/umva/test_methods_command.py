"""``umva methods`` and the page made from the same words: what each method can do, and what it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

import umva
from umva.cli import main
from umva.methods import Capabilities, Repetition, get
from umva.methods.help import abilities, advice, family, install_hint
from umva.methods.linear.discriminants import LD

if TYPE_CHECKING:
    from collections.abc import Mapping


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["methods", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_the_list_names_all_methods_in_families(capsys: pytest.CaptureFixture[str]) -> None:
    found = lines(capsys)
    names = [line.split()[0] for line in found if line.startswith("  ")]
    assert sorted(names) == umva.available()
    assert found.index("Boosted decision trees") < found.index(next(each for each in found if "BDTG" in each))
    assert max(map(len, found)) <= 140


def test_the_list_can_be_for_one_task(capsys: pytest.CaptureFixture[str]) -> None:
    names = lines(capsys, "--names", "--task", "regression")[0].split()
    assert names == [each for each in umva.available() if "regression" in get(each).capabilities.tasks]
    assert "Fisher" not in names


def test_a_table_has_one_column_for_each_ability(capsys: pytest.CaptureFixture[str]) -> None:
    head, fisher = (
        next(each for each in lines(capsys) if each.lstrip().startswith(word)) for word in ("method", "Fisher")
    )
    cells = {name: fisher[head.index(name) :].split("  ")[0] for name in ("classes", "targets", "weights", "negative")}
    assert cells == {"classes": "2", "targets": "", "weights": "exactly", "negative": "yes"}


class Nearly(LD):
    """A method. Use it where ``x`` is known. Or not."""

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("regression",), several_targets=False, spectators=True)
    repetition: ClassVar[Repetition] = Repetition(0.1, reason="it counts")
    requires: ClassVar[Mapping[str, str]] = {"no_such_package": "more"}


def test_abilities_are_told_in_words() -> None:
    told = abilities(Nearly)
    assert {key: value for key, value in told.items() if value} == {
        "targets": "1",
        "weights": "nearly",
        "spectators": "yes",
    }
    assert advice(Nearly) == "Use it where x is known."
    assert family(Nearly) == "``umva methods`` and the page made from the same words"
    assert install_hint(Nearly) == "needs no_such_package: pip install 'umva[more]'"
    assert install_hint(LD) == ""


@pytest.mark.parametrize("name", umva.available())
def test_every_method_says_when_to_use_it(name: str) -> None:
    said = advice(get(name))
    assert said.startswith("Use it ")
    assert 30 < len(said) < 300


def test_a_missing_package_is_marked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get("LD"), "requires", {"no_such_package": "more"}, raising=False)
    row = next(each for each in lines(capsys) if each.startswith("  LD "))
    assert row.endswith("needs no_such_package: pip install 'umva[more]'")

"""Every object of TMVA's own output files against ours: name, class, title, binning, and contents where they must agree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import uproot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.factory.tmva_output.conftest import Written

pytestmark = pytest.mark.shared

TASKS = ("classification", "multiclass", "regression")
EXACT = {
    "classification": {"Fisher", "LD", "HMatrix", "KNN", "FisherG", "LikelihoodD"},
    "multiclass": set(),
    "regression": {"LD", "KNN"},
}
"""Methods whose responses are TMVA's."""

DETAILS = re.compile(
    r'bins=(?P<bins>.*) entries=(?P<entries>\S+) sumw=(?P<sumw>\S+) xaxis="(?P<x>.*)" yaxis="(?P<y>.*)"'
)
AXIS = re.compile(r"(\d+)\[([^,]+),([^\]]+)\]")
ABSENT = [
    found[1]
    for line in (Path(__file__).parents[3] / "docs/tmva-root.md").read_text().splitlines()
    if (found := re.match(r"\| `(Method_\S+/\*/\S+)`", line))
]
"""What the documentation says is not there."""


@dataclass(frozen=True)
class Described:
    """A line of ``structure.txt``."""

    path: str
    kind: str
    title: str
    details: str

    @property
    def absent(self) -> bool:
        """Whether it is one of the documented exceptions."""
        return any(fnmatchcase(self.path, f"{each}") or fnmatchcase(self.path, f"{each}/*") for each in ABSENT)


def described(written: Written) -> Iterator[Described]:
    """Yield TMVA's objects by their paths in the dataset's folder, without older versions of an object."""
    for line in (written.reference / "structure.txt").read_text().splitlines()[2:]:
        path, kind, title, details = (*line.split(" | ", 3), "")[:4]
        name, cycle = path.removeprefix("/dataset/").rsplit(";", 1)
        if cycle == "1":
            yield Described(name, kind, title[1:-1], details)


def comparable(each: Described, task: str) -> bool:
    """Whether edges and contents must be TMVA's: no principal components, no response that is not TMVA's."""
    parts = each.path.split("/")
    name = parts[-1]
    if "PCA" in each.path:
        return False
    if parts[0] == "Method_MLP" and name.startswith("estimatorHist"):
        return False
    if parts[0].startswith("Method_") and "MVA_" in name and "_prob_for_" not in name:
        return parts[1] in EXACT[task] and "_Proba_" not in name and "_Rarity_" not in name
    return True


@dataclass(frozen=True)
class Pair:
    """What was written of a task, and all histograms that both files have."""

    written: Written
    folder: Any
    histograms: list[tuple[Described, re.Match[str], Any]]


@pytest.fixture(scope="module", params=TASKS)
def pair(request: pytest.FixtureRequest, written: Callable[[str], Written]) -> Pair:
    """Return our file of a task beside TMVA's."""
    found = written(request.param)
    folder = uproot.open(found.path)["dataset"]
    stated = [(each, DETAILS.match(each.details)) for each in described(found) if not each.absent]
    return Pair(found, folder, [(each, match, folder[each.path]) for each, match in stated if match])


def test_names_and_classes(pair: Pair) -> None:
    present = [each for each in described(pair.written) if not each.absent]
    expected = {each.path: each.kind.replace("TDirectoryFile", "TDirectory") for each in present}
    assert pair.folder.classnames(cycle=False) == expected
    assert len(expected) > {"classification": 2000, "multiclass": 600, "regression": 200}[pair.written.task]


def test_every_exception_is_one(written: Callable[[str], Written]) -> None:
    paths = [each.path for task in TASKS for each in described(written(task))]
    assert ABSENT
    assert [each for each in ABSENT if not any(fnmatchcase(path, each) for path in paths)] == []


def test_titles_and_binnings(pair: Pair) -> None:
    wrong = []
    for each, stated, found in pair.histograms:
        axes = AXIS.findall(stated["bins"])
        titles = [found.title, *(found.member(f"f{axis}axis").member("fTitle") for axis in "XY")]
        counts = [found.member(f"f{axis}axis").member("fNbins") for axis in "XY"[: len(axes)]]
        if counts != [int(n_bins) for n_bins, _, _ in axes] and "estimatorHist" not in each.path:
            wrong.append((each.path, counts))
        # the width of a bin stands in the title of the other axis
        compared = slice(None) if comparable(each, pair.written.task) else slice(2)
        if titles[compared] != [each.title, stated["x"], stated["y"]][compared]:
            wrong.append((each.path, titles))
    assert wrong == []


def test_edges_entries_and_contents(pair: Pair) -> None:
    same = [each for each in pair.histograms if comparable(each[0], pair.written.task)]
    wrong = []
    for each, stated, found in same:
        for k, (_, *ends) in enumerate(AXIS.findall(stated["bins"])):
            edges = found.axis(k).edges()[[0, -1]]
            if not all(printed_as(edge, end) for edge, end in zip(edges, ends, strict=True)):
                wrong.append((each.path, edges, ends))
        if found.member("fEntries") != float(stated["entries"]):
            wrong.append((each.path, found.member("fEntries"), stated["entries"]))
        content = float(found.values().sum())
        if abs(content - float(stated["sumw"])) > tolerance(each, content):
            wrong.append((each.path, content, stated["sumw"]))
    assert wrong == []
    assert len(same) > {"classification": 1300, "multiclass": 500, "regression": 80}[pair.written.task]


@pytest.mark.parametrize("name", ["TestTree", "TrainTree"])
def test_trees(pair: Pair, name: str) -> None:
    tree = pair.folder[name]
    line = next(each.details for each in described(pair.written) if each.path == name)
    n_entries, branches = re.fullmatch(r"entries=(\d+) branches: (.*)", line).groups()  # type: ignore[union-attr]
    expected: dict[str, str] = {}
    for branch, text in re.findall(r"(\w+)\(([^)]*)\)", branches):
        leaves = [each.split("/") for each in text.split(":")]
        if not re.search(r"_B\d{4}$", branch):  # members of a boosted method
            expected |= {branch if len(leaves) == 1 else f"{branch}.{leaf}": kind for leaf, kind in leaves}
    kinds = {"int32_t": "I", "char*": "C", "float": "F"}
    assert {each.name: kinds[each.typename] for each in tree.branches} == expected
    assert (tree.title, tree.num_entries) == (name, int(n_entries))


def tolerance(each: Described, content: float) -> float:
    """Return how near the sum of the contents must be; TMVA's curves of the training sample mix it with the test sample."""
    if "trainingEffBvsS" in each.path or "trainingRejBvsS" in each.path:
        return 0.2 * content
    if "LikelihoodD_trainingEff" in each.path:
        return 1e-3 * content  # TMVA reads the densities back from its weights file
    return 2e-3 if "prof_" in each.path else 2e-6 * abs(content)


def printed_as(value: float, text: str) -> bool:
    """Whether a number is another one that was printed with six digits, but for one unit of the last."""
    unit = 10.0 ** (np.floor(np.log10(abs(value))) - 5) if value else 1e-12
    return bool(abs(value - float(text)) <= 1.01 * unit)

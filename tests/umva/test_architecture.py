"""The house: nothing imports upwards or in a circle, and ``import umva`` brings nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import umva

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"umva.errors": 0, "umva.formula": 1, "umva.methods": 2, "umva.reports": 2, "umva.factory": 3}
HOUSE = {"methods": "umva.methods", "reports": "umva.reports", "factory": "umva.factory"}


def modules() -> dict[str, Path]:
    """Return all files of umva by the names of their modules."""
    found = {}
    for folder, home in {**HOUSE, "src/umva": "umva"}.items():
        for path in (ROOT / folder).rglob("*.py"):  # which does not follow links
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            found[".".join([home, *(each for each in parts if each != "__init__")])] = path
    return found


MODULES = modules()


def imports(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the modules of umva that these statements import."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{each.name}" for each in node.names}
            names |= {each if each in MODULES else node.module for each in inside}
    return {each for each in names if each.partition(".")[0] == "umva"}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part(module: str) -> str:
    """Return the part of the house that a module belongs to; the face is ``umva`` itself."""
    return next((each for each in FLOORS if module == each or module.startswith(f"{each}.")), "umva")


def test_all_files_are_seen() -> None:
    assert MODULES.keys() > {"umva", "umva.cli.main", "umva.factory", "umva.methods.trees.grow", "umva.reports.page"}
    assert len(MODULES) == len(set(MODULES.values())) > 100


def test_nothing_imports_upwards() -> None:
    for module, path in MODULES.items():
        home = part(module)
        for each in imports(ast.walk(parsed(path))) if home in FLOORS else ():
            target = part(each)
            allowed = target == home or FLOORS.get(target, 9) < FLOORS[home]
            assert allowed, f"{path.relative_to(ROOT)} imports {each}"


def test_no_import_runs_in_a_circle() -> None:
    graph = {module: imports(parsed(path).body) for module, path in MODULES.items()}
    order = list(TopologicalSorter(graph).static_order())  # CycleError names the circle
    assert set(order) == set(MODULES)


def test_public_names() -> None:
    assert all(hasattr(umva, name) for name in umva.__all__)
    assert dir(umva) == sorted(umva.__all__)


def test_import_is_light() -> None:
    heavy = (
        "awkward h5py jax jinja2 keras lark loky matplotlib mplhep numba pandas rich scipy shap sklearn uproot xgboost"
    )
    code = f"import sys, umva, umva.cli; umva.available(); print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import umva

ROOT = Path(__file__).resolve().parents[2]
FLOORS = {"umva.errors": 0, "umva.methods": 1, "umva.reports": 1, "umva.factory": 2}
HOUSE = {"methods": "umva.methods", "reports": "umva.reports", "factory": "umva.factory"}


def imports(path: Path) -> set[str]:
    """Return the modules of umva that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {each for each in names if each.partition(".")[0] == "umva"}


def part(module: str) -> str:
    """Return the part of the house that a module belongs to; the face is ``umva`` itself."""
    return next((each for each in FLOORS if module == each or module.startswith(f"{each}.")), "umva")


def test_nothing_imports_upwards() -> None:
    for folder, home in HOUSE.items():
        for path in (ROOT / folder).rglob("*.py"):
            for module in imports(path):
                target = part(module)
                allowed = target == home or FLOORS.get(target, 9) < FLOORS[home]
                assert allowed, f"{path.relative_to(ROOT)} imports {module}"


def test_public_names() -> None:
    assert all(hasattr(umva, name) for name in umva.__all__)
    assert dir(umva) == sorted(umva.__all__)


def test_import_is_light() -> None:
    heavy = "awkward|h5py|jax|keras|matplotlib|numba|pandas|scipy|shap|sklearn|uproot|xgboost"
    code = f"import sys, umva, umva.cli; umva.available(); print([m for m in '{heavy}'.split('|') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

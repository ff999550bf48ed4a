"""What a user installs: everything, wherever the copy of the repository came from."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("factory", "methods", "reports")


def package_files() -> set[str]:
    """Return all files that belong to the package, by the names they have once installed."""
    found = set()
    for folder, home in {**{part: f"umva/{part}" for part in PARTS}, "src/umva": "umva"}.items():
        for path in (ROOT / folder).rglob("*"):  # which does not follow links
            inside = path.relative_to(ROOT / folder)
            if path.is_file() and "__pycache__" not in inside.parts:
                found.add(f"{home}/{inside.as_posix()}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("links", ["lost", "text"])
def test_a_copy_without_git_and_links_makes_a_whole_wheel(links: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("README.md", "LICENSE", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    for name in ("src", *PARTS):
        shutil.copytree(ROOT / name, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for part in PARTS:
        link = copy / "src" / "umva" / part
        link.unlink()
        if links == "text":  # as some archives unpack them
            link.write_text(f"../../{part}", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(copy)]
    subprocess.run(command, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        installed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert installed == package_files()
    assert {"umva/py.typed", "umva/formula/grammar.lark", "umva/cli/main.py"} < installed

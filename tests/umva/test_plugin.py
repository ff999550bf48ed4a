"""A method of another package: found by its entry point, conforming, and compared like ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parents[2] / "examples" / "plugin"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder as pip leaves it: the example's module, and beside it what ``importlib.metadata`` reads."""
    site = tmp_path / "site"
    shutil.copytree(PLUGIN / "src", site, ignore=shutil.ignore_patterns("__pycache__"))
    project = tomllib.loads((PLUGIN / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    info = site / f"umva_gaussian-{project['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {module}" for name, module in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return site


def run(site: Path, *arguments: str, cwd: Path) -> str:
    """Return what ``python -m`` prints in a process of its own, in which the plugin is installed."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found(site: Path, tmp_path: Path) -> None:
    assert "Gaussian" in run(site, "umva", "methods", "--names", cwd=tmp_path).split()
    assert "shrinkage" in run(site, "umva", "methods", "Gaussian", cwd=tmp_path)


def test_its_own_tests_pass_outside_of_the_repository(site: Path, tmp_path: Path) -> None:
    shutil.copytree(PLUGIN / "tests", tmp_path / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    said = run(site, "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=tmp_path)
    assert "passed" in said
    assert "failed" not in said


def test_it_is_trained_compared_and_applied_like_ours(site: Path, toys: Path, tmp_path: Path) -> None:
    samples = [f"--{label}={toys / 'toys.root'}:{label}" for label in ("signal", "background")]
    flags = ["--variables", "m_bb,pt_bb", "--weight", "weight", "--methods", "Gaussian,Fisher", "--out", "out"]
    run(site, "umva", "compare", *samples, *flags, cwd=tmp_path)
    methods = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))["methods"]
    assert methods["Gaussian"]["status"] == "ok"
    assert methods["Gaussian"]["auc"]["test"]["value"] > methods["Fisher"]["auc"]["test"]["value"]
    said = run(site, "umva", "apply", "out", f"{toys / 'toys.h5'}:signal", "-o", "friend.h5", cwd=tmp_path)
    assert "Gaussian" in said
    assert "600 events" in said

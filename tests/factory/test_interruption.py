"""Runs that are killed, disturbed by others, or cannot write."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import umva
from umva.errors import RunError
from umva.factory.model import load_run
from umva.factory.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = """
    import os, sys, time
    from dataclasses import dataclass
    from pathlib import Path
    import numpy as np
    import umva

    folder, wait = Path(sys.argv[1]), sys.argv[2] == "wait"

    @dataclass(kw_only=True, eq=False)
    class Slow(umva.Method):
        '''Leaves its process number and waits if told so.'''
        name = "Slow"
        def fit(self, train, validation=None, *, context=None):
            (folder / f"{os.getpid()}.pid").touch()
            while wait:
                time.sleep(0.05)
            return self
        def score(self, X):
            return X[:, 0].astype(float)

    rng = np.random.default_rng(1)
    loader = umva.DataLoader().add_variables(["x", "y"]).split(train=100)
    loader.add_sample({"x": rng.normal(1, 1, 300), "y": rng.normal(0, 1, 300)}, label="signal")
    loader.add_sample({"x": rng.normal(0, 1, 300), "y": rng.normal(1, 1, 300)}, label="background")
    factory = umva.Factory("slow", folder, n_jobs=1)
    factory.book(loader, "Fisher")
    factory.book(loader, Slow())
    factory.book(loader, Slow(), name="Last")
    Slow.cost = 0.001
    print(*(each.status for each in factory.run().methods.values()))
"""


def start(folder: Path, how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(SCRIPT), str(folder), how]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Any, seconds: float = 120.0) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail("nothing happened")


def waiting_process(folder: Path) -> int:
    """Return the process that a method waits in, once there is one."""
    path: Path = wait_for(lambda: next(folder.glob("*.pid"), None))
    return int(path.stem)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    started = start(tmp_path, "wait")
    yield started
    started.kill()
    started.communicate()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_killed_run_leaves_no_process_and_is_taken_up(process: subprocess.Popen[str], tmp_path: Path) -> None:
    worker = waiting_process(tmp_path)
    process.kill()
    wait_for(lambda: not Path(f"/proc/{worker}").exists(), 20)
    finished = RunFolder(tmp_path).outcome("Fisher")
    assert finished is not None
    written = (tmp_path / "methods" / "Fisher" / "model.json").stat().st_mtime_ns
    second = start(tmp_path, "go")
    output, complaints = second.communicate(timeout=120)
    assert (output, second.returncode) == ("ok ok ok\n", 0), complaints
    assert (tmp_path / "methods" / "Fisher" / "model.json").stat().st_mtime_ns == written


def test_interrupt_ends_quickly_and_second_run_is_refused_meanwhile(
    process: subprocess.Popen[str], loader: umva.DataLoader, tmp_path: Path
) -> None:
    waiting_process(tmp_path)
    factory = umva.Factory("other", tmp_path)
    factory.book(loader, "LD")
    with pytest.raises(RunError, match="another run is at work"):
        factory.run()
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=20)
    assert complaints.rstrip().endswith("KeyboardInterrupt")
    assert not (tmp_path / ".umva" / "sample").exists()


def test_full_disk_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="No space left"), RunFolder(tmp_path / "run").held():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert not (tmp_path / "run").exists()


def test_scores_are_not_written_to_a_full_disk(
    loader: umva.DataLoader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("umva.factory.run_folder._HDF5_BYTES", 1 << 60)
    factory = umva.Factory("full", tmp_path)
    factory.book(loader, "LD")
    with pytest.raises(RunError, match="No space left"):
        factory.run()
    assert not list(tmp_path.glob("scores.h5*"))


def test_models_of_an_earlier_run_are_not_those_of_this_one(loader: umva.DataLoader, tmp_path: Path) -> None:
    for names in (["Fisher", "LD"], ["LD", "Logistic"]):
        factory = umva.Factory("again", tmp_path)
        for name in names:
            factory.book(loader, name)
        factory.run()
    assert [each.name for each in load_run(tmp_path)] == ["LD", "Logistic"]

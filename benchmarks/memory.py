"""Peak memory of a whole run on a large sample, summed over all its processes (shared pages counted once).

Run it with ``python benchmarks/memory.py [--events N] [--methods LIST]``; it makes the sample, runs ``umva compare`` on it once
with all methods, and prints the peak of each phase, what each method's process took, the time and the limit: 2.5 times the
float32 sample plus 600 MB.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import uproot

N_VARIABLES = 28
CHUNK = 100_000
MEGABYTE = 1e6
METHODS = "Fisher,LD,Logistic,XGBoost"


def make_sample(path: Path, n_events: int) -> None:
    """Write signal and background, half each: correlated Gaussians whose means differ a little."""
    rng = np.random.default_rng(1)
    mixing = np.eye(N_VARIABLES) + 0.2 * rng.normal(size=(N_VARIABLES, N_VARIABLES)) / np.sqrt(N_VARIABLES)
    names = [f"v{each}" for each in range(N_VARIABLES)]
    with uproot.recreate(path) as file:
        for name, shift in (("signal", 0.15), ("background", 0.0)):
            tree = file.mktree(name, dict.fromkeys(names, np.float32))
            for start in range(0, n_events // 2, CHUNK):
                size = min(CHUNK, n_events // 2 - start)
                X = (rng.normal(shift, 1.0, size=(size, N_VARIABLES)) @ mixing).astype(np.float32)
                tree.extend({each: np.ascontiguousarray(X[:, column]) for column, each in enumerate(names)})


def family(root: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for each in found:
        found += children.get(each, [])
    return found


def proportional_memory(pid: int) -> float:
    """Return the memory of a process in MB, pages shared by n processes counted as 1/n."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    lines = [line for line in text.splitlines() if line.startswith("Pss:")]
    return int(lines[0].split()[1]) * 1024 / MEGABYTE if lines else 0.0


@dataclass
class Watch:
    """What was seen of a run: the peak, and in each phase the peak and what each process had then."""

    run: Path
    peak: float = 0.0
    phases: dict[str, list[float]] = field(default_factory=dict)

    def phase(self) -> str:
        """Return what the run does now, judged by the files that it has written."""
        if (self.run / "results.json").exists():
            return "report"
        if any(self.run.glob("scores.h5*")):
            return "measures"
        if not (self.run / "run.json").exists():
            return "reading"
        done = len(list(self.run.glob(".umva/outcomes/*/outcome.json")))
        return f"training, {done} methods done"

    def look(self, pid: int) -> None:
        """Add up what the processes have now."""
        sizes = [proportional_memory(each) for each in family(pid)]
        total, phase = sum(sizes), self.phase()
        self.peak = max(self.peak, total)
        if total > sum(self.phases.get(phase, [])):
            self.phases[phase] = sizes


def measure(command: list[str], run: Path) -> tuple[Watch, float]:
    """Run a command and return what was seen and its time in seconds."""
    watch, started = Watch(run), time.monotonic()
    process = subprocess.Popen(command)
    while process.poll() is None:
        watch.look(process.pid)
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(process.returncode)
    return watch, time.monotonic() - started


def main() -> None:
    """Make the sample, run, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--methods", default=METHODS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sample, run = Path(folder) / "sample.root", Path(folder) / "out"
        make_sample(sample, arguments.events)
        command = [sys.executable, "-m", "umva", "compare", "--out", str(run)]
        command += ["--signal", f"{sample}:signal", "--background", f"{sample}:background"]
        command += ["--variables", ",".join(f"v{each}" for each in range(N_VARIABLES)), "--methods", arguments.methods]
        watch, seconds = measure(command, run)
    for phase, sizes in watch.phases.items():
        print(f"{phase:<28}{sum(sizes):6.0f} MB = {' + '.join(f'{each:.0f}' for each in sizes if each >= 1)}")
    size = 4 * N_VARIABLES * arguments.events / MEGABYTE
    print(f"sample {size:.0f} MB, peak {watch.peak:.0f} MB, limit {2.5 * size + 600:.0f} MB, {seconds:.0f} s")


if __name__ == "__main__":
    main()

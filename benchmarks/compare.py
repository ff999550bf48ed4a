"""Where the wall time of a whole run goes: reading, each method, measuring, the report.

Run it with ``python benchmarks/compare.py SIGNAL BACKGROUND --variables a,b,c [--train N] [--methods LIST] [--jobs N]``, for
instance with ``higgs.root:sig_tree higgs.root:bkg_tree``. The times are those at which the run's files were written.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

METHODS = "Fisher,Logistic,KNN,SVM,BDT,BDTG,XGBoost,RandomForest,DNN"


def written(path: Path, started: float) -> float:
    """Return when a file was written, in seconds after the start."""
    return path.stat().st_mtime - started


def phases(run: Path, started: float, ended: float) -> dict[str, float]:
    """Return the seconds that each phase of a run took."""
    marks = {
        "start, reading": written(run / "split.npz", started),
        "training": max(written(each, started) for each in run.glob(".umva/outcomes/*/outcome.json")),
        "scores, measures": written(run / "results.json", started),
        "report": written(run / "report.html", started),
        "figures, end": ended - started,
    }
    times = list(marks.values())
    return {name: time - before for name, time, before in zip(marks, times, [0.0, *times], strict=False)}


def show_methods(run: Path, started: float) -> None:
    """Print when each method had been trained, tested, explained."""
    rows = []
    for folder in run.glob(".umva/outcomes/*"):
        files = (run / "methods" / folder.name / "model.json", folder / "scores.npy", folder / "outcome.json")
        rows.append((folder.name, [written(each, started) for each in files]))
    print(f"\n{'method':<16}{'trained at':>12}{'tested at':>12}{'explained at':>14}")
    for name, (trained, tested, explained) in sorted(rows, key=lambda row: row[1]):
        print(f"{name:<16}{trained:>10.1f} s{tested:>10.1f} s{explained:>12.1f} s")


def main() -> None:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("signal")
    parser.add_argument("background")
    parser.add_argument("--variables", required=True)
    parser.add_argument("--train", default="0.5")
    parser.add_argument("--methods", default=METHODS)
    parser.add_argument("--jobs", default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "out"
        command = [sys.executable, "-m", "umva", "compare", "--signal", arguments.signal]
        command += ["--background", arguments.background, "--variables", arguments.variables]
        command += ["--train", arguments.train, "--methods", arguments.methods, "--out", str(run)]
        command += ["--jobs", arguments.jobs] if arguments.jobs else []
        started = time.time()
        subprocess.run(command, check=True)
        ended = time.time()
        print()
        for name, seconds in phases(run, started, ended).items():
            print(f"{name:<20}{seconds:6.1f} s")
        print(f"{'together':<20}{ended - started:6.1f} s")
        show_methods(run, started)


if __name__ == "__main__":
    main()

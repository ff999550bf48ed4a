"""How fast trees are trained and asked: BDT and BDTG beside XGBoost and scikit-learn's histogram boosting.

Run ``python benchmarks/trees.py``; ``--quick`` takes a tenth of the events and trees. One line a measurement: seconds, seconds
of processor time (the one to look at on a busy machine), and how much memory the training took on top of its inputs.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods import Context, Events
from umva.methods.trees.bdt import BDT, BDTG

if TYPE_CHECKING:
    from collections.abc import Callable


def toy(n: int, n_variables: int) -> Events:
    """Return two classes in normal and log-normal variables."""
    rng = np.random.default_rng(1)
    y = (np.arange(n) % 2).astype(np.int8)
    X = rng.normal(size=(n, n_variables)).astype(np.float32)
    X += np.linspace(0.0, 0.5, n_variables, dtype=np.float32) * y[:, np.newaxis]
    X[:, n_variables // 2 :] = np.exp(0.5 * X[:, n_variables // 2 :])
    return Events(X, y, np.ones(n))


def measure(label: str, work: Callable[[], object], repeat: int = 1) -> None:
    """Print the shortest time of some."""
    wall, processor = [], []
    for _ in range(repeat):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    print(f"{label:52} {min(wall):8.2f} s {min(processor):8.2f} s processor", flush=True)


def others(train: Events, n_trees: int, n_threads: int) -> None:
    """Train the libraries' trees of depth 3."""
    import xgboost
    from sklearn.ensemble import HistGradientBoostingClassifier

    options: dict[str, Any] = {"n_estimators": n_trees, "max_depth": 3, "tree_method": "hist", "n_jobs": n_threads}
    measure(f"XGBoost hist, {n_trees} trees", lambda: xgboost.XGBClassifier(**options).fit(train.X, train.y))
    sklearn = HistGradientBoostingClassifier(max_iter=n_trees, max_depth=3, early_stopping=False)
    measure(f"HistGradientBoosting, {n_trees} trees", lambda: sklearn.fit(train.X, train.y))


def second_process() -> None:
    """Time a process that trains ten trees: compiled code comes from the disk."""
    code = "import benchmarks.trees as b; b.BDT(n_trees=10).fit(b.toy(500, 4))"
    measure("a new process, 10 trees", lambda: subprocess.run([sys.executable, "-c", code], check=True))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    part = 10 if given.quick else 1
    context = Context(n_threads=given.threads)
    second_process()
    small, large = toy(2000, 4), toy(100_000 // part, 28)
    measure("BDT, 850 trees, 2000 x 4", lambda: BDT(n_trees=850).fit(small, context=context), repeat=3)
    measure("BDTG, 1000 trees, 2000 x 4", lambda: BDTG(n_trees=1000).fit(small, context=context), repeat=3)
    events = np.tile(large.X, (10, 1))
    bookings = {
        "BDT": BDT(n_trees=850 // part),
        "BDTG": BDTG(n_trees=1000 // part),
        "BDTG without bagging": BDTG(n_trees=1000 // part, bagging=False),
    }
    for label, method in bookings.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        measure(f"{label}, {method.n_trees} trees, {large.X.shape}", partial(method.fit, large, context=context))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(f"{'':52} {grown / 1024:8.0f} MB more than before, inputs {large.X.nbytes / 2**20:.0f} MB")
        measure(f"{label} answers {events.shape}", partial(method.score, events))
    others(large, 1000 // part, given.threads)


if __name__ == "__main__":
    main()

"""How long the numbers and the page of a comparison take: 8 methods, 28 variables, 100 000 test events, Shapley values apart.

Run it with ``python benchmarks/report.py``; the limit is 30 seconds on two cores, and 5 MB. The events are Gaussian toys with
weights and a spectator; responses are noisy sums of the inputs, since what a method took to train is not measured here.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

import numpy as np

from umva.reports import Input, Material, Outcome, Part, measure
from umva.reports.figures import draw_all
from umva.reports.page import render

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECONDS, MEGABYTES = 30.0, 5.0
N_EXPLAINED = 300


def toy(n_events: int, n_variables: int, rng: np.random.Generator) -> Part:
    """Return events of both classes."""
    y = (rng.random(n_events) < 0.5).astype(np.int8)
    X = rng.normal(size=(n_events, n_variables)).astype(np.float32)
    X += 0.2 * y[:, None]
    return Part(X, y, rng.normal(1.0, 0.3, n_events), 100.0 + rng.exponential(30.0, (n_events, 1)))


def material(n_events: int, n_methods: int, n_variables: int) -> Material:
    """Return a comparison whose methods sum ever more of the inputs."""
    rng = np.random.default_rng(1)
    parts = {name: toy(n_events, n_variables, rng) for name in ("train", "test")}

    def response(part: Part, n_summed: int) -> NDArray[np.float64]:
        total: NDArray[np.float64] = part.X[:, :n_summed].sum(axis=1, dtype=np.float64) + rng.normal(size=n_events)
        return total

    outcomes = tuple(
        Outcome(
            name=f"Method{k}",
            method="Sum",
            title="A noisy sum",
            status="ok",
            scores={name: response(part, n_variables - k) for name, part in parts.items()},
            shap=rng.normal(size=(N_EXPLAINED, n_variables)),
        )
        for k in range(n_methods)
    )
    inputs = tuple(Input(f"v{j}", f"v{j}") for j in range(n_variables))
    return Material(
        title="benchmark",
        seed=1,
        inputs=inputs,
        parts=parts,
        outcomes=outcomes,
        split={},
        split_sha256="0" * 64,
        spectators=(Input("mass", "mass", unit="GeV"),),
    )


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=100_000, help="events of the test part, and of the training part")
    parser.add_argument("--methods", type=int, default=8)
    parser.add_argument("--variables", type=int, default=28)
    given = parser.parse_args()
    events = material(given.events, given.methods, given.variables)
    times = [time.perf_counter()]
    results = measure(events)
    times.append(time.perf_counter())
    drawings = draw_all(results)
    times.append(time.perf_counter())
    page = render(results, drawings=drawings)
    times.append(time.perf_counter())
    for what, seconds in zip(("numbers", "figures", "page"), np.diff(times), strict=True):
        print(f"{what:<10}{seconds:6.1f} s")
    print(f"{'together':<10}{times[-1] - times[0]:6.1f} s  (limit {SECONDS:.0f} s)")
    print(f"{'size':<10}{len(page.encode()) / 1e6:6.2f} MB (limit {MEGABYTES:.0f} MB)")


if __name__ == "__main__":
    main()

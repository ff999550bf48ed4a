"""Whether the error of a best cut and its luck are what they say: samples thrown many times, of which the truth is known.

Run it with ``python benchmarks/best_cut.py [--repeats N]``. It prints the table of ``docs/numbers.md``, section "Best cut";
``tests/reports/measures/test_measures_optimum.py`` makes the same with fewer repeats.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from umva.reports.measures import Ranked, best_cuts, merits, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.measures.merit import Merit

SIGNAL, BACKGROUND, UNCERTAINTY, DISTANCE = 100.0, 1000.0, 0.1, 1.5
MERITS = ("S/sqrt(S+B)", "Asimov", "AMS")
CASES = ((2000, 0.0), (20_000, 0.0), (2000, 0.15))
HEAD = ("figure of merit", "events", "negative", "best cut", "spread", "error told", "luck", "luck told", "error")


def toy(seed: int, n: int, negative: float) -> Ranked:
    """Return Gaussian responses, of each class so many, whose weights sum to what is expected."""
    rng = np.random.default_rng(seed)
    y = np.repeat([1, 0], n)
    w = np.where(rng.uniform(size=2 * n) < negative, -1.0, 1.0)
    for each, total in ((1, SIGNAL), (0, BACKGROUND)):
        w[y == each] *= total / w[y == each].sum()
    return rank(rng.normal(DISTANCE * y), y, w)


def worth(merit: Merit, cut: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what cuts are worth in truth."""
    found: NDArray[np.float64] = merit(
        SIGNAL * norm.sf(np.asarray(cut) - DISTANCE), BACKGROUND * norm.sf(np.asarray(cut))
    )
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=200)
    repeats: int = parser.parse_args().repeats
    functions = {name: merit for name, merit in merits(UNCERTAINTY).items() if name in MERITS}
    print("|", " | ".join(HEAD), "|")
    print("|", " | ".join("-" * len(each) for each in HEAD), "|")
    for n, negative in CASES:
        found = [best_cuts(toy(seed, n, negative), functions) for seed in range(repeats)]
        for name, merit in functions.items():
            best = [each[name] for each in found]
            cuts, values = np.array([each.cut for each in best]), np.array([each.value.value for each in best])
            grid = np.linspace(0.0, 4.0, 4001)
            low, high = np.quantile(cuts, (0.16, 0.84))
            numbers = (
                float(grid[np.argmax(worth(merit, grid))]),
                (high - low) / 2,
                np.mean([each.cut_error or 0.0 for each in best]),
                np.mean(values - worth(merit, cuts)),
                np.mean([each.optimism or 0.0 for each in best]),
                np.mean([each.value.error or 0.0 for each in best]),
            )
            print(f"| {name} | {n} | {100 * negative:g} % |", " | ".join(f"{each:.2f}" for each in numbers), "|")


if __name__ == "__main__":
    main()

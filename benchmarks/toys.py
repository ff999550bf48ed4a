"""Whether p-values and intervals are what they say: samples thrown many times, of which the truth is known.

Run it with ``python benchmarks/toys.py [--repeats N]``. The first table throws a training and a test part of one
distribution, so that a p-value below 0.05 should come in 5 % of the cases; the second two equally good methods; the
third asks how often a 95 % interval of the ROC area holds the true area; the last how often a shift of the training part
is found. ``tests/reports/measures/test_measures_toys.py`` makes the same with fewer repeats.
"""

from __future__ import annotations

import argparse
import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from umva.reports.measures import (
    Binning,
    ad_test,
    area,
    auc_bootstrap,
    auc_difference,
    chi2_test,
    decimate,
    fill,
    full_roc,
    ks_test,
    p_value,
    rank,
    tmva_kolmogorov,
)
from umva.reports.measures.gap import gap_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from umva.reports.results import HypothesisTest, Number, TmvaKolmogorov

    Events = tuple[NDArray[np.float64], NDArray[np.float64]]

SHIFTS = (0.0, 0.1, 0.2, 0.3)
AREAS = (0.76, 0.92, 0.99)
SIZES = ((30, 30), (100, 100), (30, 1000), (1000, 1000))
BINS = Binning(-5.0, 5.0)


def equal(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return one weight for all."""
    del rng
    return np.ones(len(x))


def spread(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return exponential weights: half as many effective events as events."""
    return rng.exponential(size=len(x))


def rising(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return weights that rise with the response; areas stay the same."""
    del rng
    return np.exp(0.5 * x)


def negative(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return weights of which 15 % are negative."""
    return np.where(rng.random(len(x)) < 0.15, -1.0, 1.0)


def negative_low(x: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return weights of which 35 % are negative where the response is low."""
    return np.where(rng.random(len(x)) < 0.35 * (x < 0), -1.0, 1.0)


WEIGHTS: dict[str, Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.float64]]] = {
    "equal": equal,
    "spread": spread,
    "rising": rising,
    "15 % negative": negative,
    "35 % negative at low x": negative_low,
}


KEEP_AREA = ("equal", "spread", "rising", "15 % negative")
"""Weights that leave the true ROC area of two normal responses as it is."""


def throw(weights: str, n: int, rng: np.random.Generator, *, leaves: bool = False, shift: float = 0.0) -> Events:
    """Return responses of one class, those of a tree of five leaves if asked for, and their weights."""
    x = rng.normal(shift, size=n)
    weight = WEIGHTS[weights](x, rng)
    return (np.digitize(x, [-1.0, 0.0, 0.5, 1.5]).astype(float) if leaves else x), weight


def _unbinned(test: Callable[..., HypothesisTest], train: Events, test_part: Events) -> float:
    """Return the p-value of an unbinned test."""
    first, second = (rank(x, np.ones(len(x)), weight) for x, weight in (train, test_part))
    return test(first, second, signal=True).p_value


def _as_tmva(train: Events, test: Events) -> TmvaKolmogorov:
    """Return Kolmogorov's test of histograms."""
    found = tmva_kolmogorov(test=fill(*test, BINS), train=fill(*train, BINS))
    assert found is not None
    return found


TESTS: dict[str, Callable[[Events, Events], float]] = {
    "KS": partial(_unbinned, ks_test),
    "AD": partial(_unbinned, ad_test),
    "chi2": lambda train, test: chi2_test(fill(*train, BINS), fill(*test, BINS)).p_value,
    "TMVA": lambda train, test: _as_tmva(train, test).p_value,
    "TMVA X": lambda train, test: _as_tmva(train, test).p_thrown,
}
OURS = ("KS", "AD", "chi2")


def equal_samples(
    weights: str,
    sizes: tuple[int, int],
    repeats: int,
    *,
    leaves: bool = False,
    shift: float = 0.0,
    tests: tuple[str, ...] = OURS,
) -> dict[str, NDArray[np.float64]]:
    """Return the p-values of many comparisons of two samples, the first of them shifted or not."""
    rng = np.random.default_rng(1)
    found: dict[str, list[float]] = {name: [] for name in tests}
    for _ in range(repeats):
        train = throw(weights, sizes[0], rng, leaves=leaves, shift=shift)
        test = throw(weights, sizes[1], rng, leaves=leaves)
        for name in tests:
            found[name].append(TESTS[name](train, test))
    return {name: np.array(each) for name, each in found.items()}


def separated(
    weights: str, n: tuple[int, int], true_area: float, rng: np.random.Generator
) -> tuple[Events, NDArray[np.int8]]:
    """Return background and signal whose ROC area is known, and which is which."""
    y = np.repeat(np.array([0, 1], dtype=np.int8), n)
    x = rng.normal(size=len(y))
    weight = WEIGHTS[weights](x, rng)
    return (x + math.sqrt(2.0) * ndtri(true_area) * y, weight), y


def equally_good(weights: str, n: int, repeats: int) -> NDArray[np.float64]:
    """Return the p-values of many paired comparisons of two methods that are equally good."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(repeats):
        (x, weight), y = separated(weights, (n, n), 0.8, rng)
        a, b = (x + 0.5 * rng.normal(size=len(x)) for _ in range(2))
        found.append(p_value(auc_difference(a, b, y, weight)))
    return np.array(found)


def coverage(
    weights: str, n: tuple[int, int], true_area: float, repeats: int, *, replicas: bool = False
) -> dict[str, float]:
    """Return the shares of 95 % intervals that hold the truth: of the area, of the gap, of the replicas if asked for."""
    rng = np.random.default_rng(3)
    held: dict[str, list[bool]] = {name: [] for name in ("area", "gap", *(["replicas"] if replicas else []))}
    for _ in range(repeats):
        train, test = (
            rank(x, y, weight) for (x, weight), y in (separated(weights, n, true_area, rng) for _ in range(2))
        )
        areas = [area(each).number for each in (train, test)]
        held["area"].append(_holds(areas[0], true_area))
        held["gap"].append(_holds(gap_between(areas[0], areas[1]), 0.0))
        if replicas:
            held["replicas"].append(_holds(auc_bootstrap(train), true_area))
    return {name: float(np.mean(each)) for name, each in held.items()}


def band_coverage(n: tuple[int, int], repeats: int) -> dict[float, float]:
    """Return how often the band of one standard deviation holds the true ROC curve, by signal efficiency."""
    rng = np.random.default_rng(4)
    at = np.array([0.2, 0.5, 0.8, 0.95])
    truth = ndtr(ndtri(at) - math.sqrt(2.0) * ndtri(0.86))
    held = np.zeros((repeats, len(at)))
    for row in held:
        (x, weight), y = separated("spread", n, 0.86, rng)
        curve = decimate(full_roc(rank(x, y, weight)))
        found, error = (
            np.interp(at, curve.signal_efficiency, each)
            for each in (curve.background_efficiency, curve.background_error)
        )
        row[:] = np.abs(found - truth) <= error
    return dict(zip(at.tolist(), held.mean(axis=0).tolist(), strict=True))


def _holds(number: Number | None, truth: float) -> bool:
    """Return whether the interval of a number holds the truth; one without an interval does not."""
    return (
        number is not None and number.low is not None and number.high is not None and number.low <= truth <= number.high
    )


def _rows(repeats: int) -> Iterator[str]:
    """Return the lines of all tables."""
    names = tuple(TESTS)
    yield "share of p-values below 0.05, equal samples"
    yield f"{'weights':<24}{'responses':<12}{'train, test':>12}" + "".join(f"{each:>8}" for each in names)
    for weights in WEIGHTS:
        for leaves in (False, True):
            for sizes in ((50, 50), (300, 300), (2000, 200)):
                found = equal_samples(weights, sizes, repeats, leaves=leaves, tests=names)
                line = f"{weights:<24}{'five leaves' if leaves else 'continuous':<12}{sizes[0]:>6}, {sizes[1]:>4}"
                yield line + "".join(f"{np.mean(found[each] < 0.05):8.3f}" for each in names)
    yield "\nshare of p-values below 0.05, two equally good methods, 300 + 300 events"
    for weights in WEIGHTS:
        yield f"{weights:<24}{np.mean(equally_good(weights, 300, repeats) < 0.05):8.3f}"
    yield "\nshare of 95 % intervals that hold the true ROC area, or gap"
    yield f"{'weights':<24}{'area':>6}{'signal, rest':>14}{'area':>8}{'gap':>8}{'replicas':>10}"
    for weights in KEEP_AREA:
        for true_area in AREAS:
            for n in SIZES:
                held = coverage(weights, n, true_area, repeats, replicas=max(n) < 1000)
                line = f"{weights:<24}{true_area:>6}{n[1]:>8}, {n[0]:>4}"
                yield line + "".join(f"{each:9.3f}" for each in held.values())
    yield "\nshare of ROC bands (one standard deviation, 68 %) that hold the true curve, by signal efficiency; spread weights"
    for n in ((300, 300), (10_000, 300), (300, 10_000)):
        bands = band_coverage(n, repeats)
        yield f"{n[1]:>6} + {n[0]:<8}" + "".join(f"  {at}: {each:.3f}" for at, each in bands.items())
    yield "\npower: share of p-values below 0.05, 300 training events shifted by so many standard deviations"
    for shift in SHIFTS:
        found = equal_samples("equal", (300, 300), repeats, shift=shift)
        yield f"{shift:<8}" + "".join(f"{each} {np.mean(found[each] < 0.05):.3f}   " for each in OURS)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=1000)
    for line in _rows(parser.parse_args().repeats):
        print(line, flush=True)


if __name__ == "__main__":
    main()

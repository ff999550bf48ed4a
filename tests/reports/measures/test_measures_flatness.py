"""Flatness against spectators: scipy's and hep_ml's numbers, weights as repetitions, uniform p-values, honest errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, ks_2samp, kstest

from umva.reports.measures import Spectated, cuts_at, cvm_flatness, rank, sculpting, sde, selections, spectated
from umva.reports.measures.uniformity import N_STEPS, steps_of
from umva.reports.results import HypothesisTest, Selection, Uniformity

N = 1200


def looked_at(
    x: np.ndarray, mass: np.ndarray, w: np.ndarray | None = None, *, at: float = 0.25
) -> tuple[Selection, Spectated]:
    """Return what a cut does to the spectator of background events."""
    weight = np.ones(len(x)) if w is None else w
    side = spectated(mass, np.ones(len(x), dtype=np.bool_), weight)
    return selections(side, cuts_at(rank(x, np.zeros(len(x)), weight), [at]), ["cut"])["cut"], side


def known(column: tuple[float | None, ...]) -> np.ndarray:
    """Return a column in which nothing is missing."""
    return np.array([each for each in column if each is not None])


def of_response(x: np.ndarray, mass: np.ndarray, w: np.ndarray | None = None) -> tuple[float, float, HypothesisTest]:
    """Return SDE, what chance makes of it, and the Cramer-von Mises test."""
    weight = np.ones(len(x)) if w is None else w
    side = spectated(mass, np.ones(len(x), dtype=np.bool_), weight)
    table = side.table(steps_of(rank(x, np.zeros(len(x)), weight), side), N_STEPS)
    number, chance = sde(*table, [0.1, 0.2, 0.3, 0.4, 0.5])
    return number.value, chance, cvm_flatness(side, *table)


def toy(seed: int, slope: float = 0.0, n: int = N) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Return responses that depend on the mass by ``slope``, and the mass."""
    rng = np.random.default_rng(seed)
    mass = rng.exponential(50, n)
    return rng.normal(size=n) + slope * np.log(mass), mass, rng


def test_efficiencies_and_chi2_are_those_of_a_table_of_counts() -> None:
    x, mass, _ = toy(1, 0.1)
    found, side = looked_at(x, mass)
    passing = x[side.index] >= found.cut
    table = np.array([np.bincount(side.bins.place[each], minlength=10) for each in (passing, ~passing)])
    assert found.efficiency.value == pytest.approx(0.25)
    np.testing.assert_allclose(known(found.efficiencies), table[0] / table.sum(axis=0))
    expected = chi2_contingency(table, correction=False)
    assert found.chi2.statistic == pytest.approx(expected.statistic)
    assert found.chi2.p_value == pytest.approx(expected.pvalue)
    assert found.chi2.n_dof == 9
    np.testing.assert_allclose(known(found.errors), np.sqrt(table[0] * table[1] / table.sum(axis=0) ** 3))


def test_distances_are_scipys() -> None:
    x, mass, _ = toy(2, 0.3)
    found, side = looked_at(x, mass)
    passing = x >= found.cut
    counts = [np.bincount(side.bins.place[each[side.index]], minlength=10) for each in (passing, ~passing)]
    assert found.jsd.value == pytest.approx(jensenshannon(*counts, base=2) ** 2)
    expected = ks_2samp(mass[passing], mass[~passing], method="asymp")
    assert found.ks.statistic == pytest.approx(expected.statistic)
    assert found.ks.p_value == pytest.approx(expected.pvalue, rel=0.1, abs=1e-3)


def test_sde_and_cvm_are_as_hep_ml_defines_them() -> None:
    """By the formulas of JINST 10 (2015) T03002, event by event, the response not put into steps."""
    x, mass, _ = toy(3, 0.2)
    place = spectated(mass, mass > 0, np.ones(N)).bins.place
    x = x[np.argsort(mass, kind="stable")]
    deviations, total = [], 0.0
    for each in (0.1, 0.2, 0.3, 0.4, 0.5):
        passing = x > np.quantile(x, 1 - each)
        bins = [passing[place == b].mean() for b in range(10)]
        deviations.append(np.mean((np.array(bins) - passing.mean()) ** 2))
    for b in range(10):
        own = np.searchsorted(np.sort(x[place == b]), x) / (place == b).sum()
        total += (place == b).mean() * np.mean((own - np.argsort(np.argsort(x)) / N) ** 2)
    deviation, _, cvm = of_response(x, np.sort(mass))
    assert deviation == pytest.approx(np.sqrt(np.mean(deviations)), rel=0.02)
    assert cvm.statistic == pytest.approx(total, rel=0.03)


def test_weights_are_repetitions() -> None:
    x, mass, rng = toy(4, 0.2)
    w = rng.integers(1, 4, N)
    bins = spectated(mass, mass > 0, np.ones(N)).bins
    cuts = cuts_at(rank(x, np.zeros(N), w), [0.3])
    repeated = cuts_at(rank(np.repeat(x, w), np.zeros(w.sum())), [0.3])
    weighted = spectated(mass, mass > 0, w.astype(float))
    unweighted = spectated(np.repeat(mass, w), np.repeat(mass > 0, w), np.ones(w.sum()))
    place = np.searchsorted(bins.edges[1:-1], np.repeat(np.sort(mass), w[np.argsort(mass)]), side="right")
    unweighted = replace(unweighted, bins=replace(bins, place=place.astype(np.uint8)))
    one, other = (selections(side, each, ["cut"])["cut"] for side, each in ((weighted, cuts), (unweighted, repeated)))
    np.testing.assert_allclose(known(one.efficiencies), known(other.efficiencies))
    assert one.jsd.value == pytest.approx(other.jsd.value)
    assert one.ks.statistic == pytest.approx(other.ks.statistic)
    assert one.cut == other.cut
    found = [
        cvm_flatness(side, *side.table(steps_of(rank(*scores), side), N_STEPS)).statistic
        for side, scores in (
            (weighted, (x, np.zeros(N), w)),
            (unweighted, (np.repeat(x, w), np.zeros(w.sum()))),
        )
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-3)


def weights(kind: str, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return weights that know the response, but not the spectator."""
    if kind == "unit":
        return np.ones(len(x))
    if kind == "wide":
        return rng.exponential(size=len(x)) * np.exp(0.5 * x)
    return np.where(rng.random(len(x)) < 0.2, -1.0, 1.0) * rng.uniform(0.5, 1.5, len(x))


@pytest.mark.parametrize("kind", ["unit", "wide", "negative"])
@pytest.mark.parametrize("steps", [False, True])
def test_p_values_of_independent_quantities_are_uniform(kind: str, steps: bool) -> None:
    found: dict[str, list[float]] = {"chi2": [], "ks": [], "cvm": []}
    for seed in range(120):
        x, mass, rng = toy(1000 + seed, n=1500)
        x = np.round(x) if steps else x
        w = weights(kind, x, rng)
        cut, _ = looked_at(x, mass, w)
        found["chi2"].append(cut.chi2.p_value)
        found["ks"].append(cut.ks.p_value)
        found["cvm"].append(of_response(x, mass, w)[2].p_value)
    for name, p_values in found.items():
        assert kstest(p_values, "uniform").pvalue > 0.001, name
        assert np.mean(np.array(p_values) < 0.05) < 0.10, name


def test_a_slope_is_found() -> None:
    x, mass, rng = toy(5, 0.5)
    w = weights("negative", x, rng)
    found, _ = looked_at(x, mass, w)
    assert max(found.chi2.p_value, found.ks.p_value, of_response(x, mass, w)[2].p_value) < 1e-4
    assert found.spread.value > 0.3
    assert found.jsd.value > 4 * found.jsd_chance


def test_chance_is_what_is_found_on_average_where_there_is_nothing() -> None:
    found = []
    for seed in range(150):
        x, mass, _ = toy(2000 + seed)
        cut, _ = looked_at(x, mass)
        deviation, chance, _ = of_response(x, mass)
        found.append((cut.jsd.value, cut.jsd_chance, deviation**2, chance**2))
    jsd, jsd_chance, square, square_chance = np.mean(found, axis=0)
    assert jsd == pytest.approx(jsd_chance, rel=0.1)
    assert square == pytest.approx(square_chance, rel=0.1)


def test_errors_are_those_of_repeated_experiments() -> None:
    found = []
    for seed in range(200):
        x, mass, rng = toy(3000 + seed, 0.35)
        cut, _ = looked_at(x, mass, rng.uniform(0.2, 1.8, N))
        found.append((cut.spread.value, cut.spread.error, cut.jsd.value, cut.jsd.error))
    spread, spread_error, jsd, jsd_error = np.array(found, dtype=float).T
    assert np.mean(spread_error) == pytest.approx(np.std(spread), rel=0.25)
    assert np.mean(jsd_error) == pytest.approx(np.std(jsd), rel=0.25)
    x, mass, _ = toy(6, 0.35, n=300_000)
    assert np.mean(spread) == pytest.approx(looked_at(x, mass)[0].spread.value, rel=0.05)


def test_steps_pass_in_part_and_efficiencies_stay_within_bounds() -> None:
    x, mass, rng = toy(7)
    found, side = looked_at(np.round(x), mass, at=0.1)
    assert found.efficiency.value == pytest.approx(0.1)
    assert np.mean(known(found.efficiencies)) == pytest.approx(0.1)
    assert len(found.efficiencies) == len(side.bins)
    negative = np.where(rng.random(N) < 0.45, -1.0, 1.0)
    wild, _ = looked_at(x, mass, negative)
    assert all(each is None or 0 <= each <= 1 for each in wild.efficiencies)
    assert 0 <= wild.jsd.value <= 1


def test_events_without_a_value_are_left_out() -> None:
    x, mass, _ = toy(8, 0.3)
    gaps = np.append(mass, [np.nan, np.inf])
    side = spectated(gaps, gaps != 50, np.ones(N + 2))
    assert len(side.index) == N
    cuts = cuts_at(rank(np.append(x, [9.0, 9.0]), np.zeros(N + 2)), [0.25])
    assert selections(side, cuts, ["a"])["a"].efficiencies == pytest.approx(
        looked_at(x, mass)[0].efficiencies, abs=0.02
    )


def test_too_few_events_are_not_judged() -> None:
    x, mass, _ = toy(9, 1.0, n=60)
    found, _ = looked_at(x, mass, at=0.1)
    assert found.chi2.n_dof == 0
    uniformity = Uniformity(("a", "b"), (0.0, 1.0, 2.0), {"0.10": found}, found.spread, 0.0, found.ks)
    verdict, sentence = sculpting("mass", uniformity)
    assert verdict == "none"
    assert sentence.startswith("Whether mass is sculpted cannot be judged: too few events of the background pass")


def test_one_value_and_one_response_are_not_judged() -> None:
    x, mass, _ = toy(11)
    same, _ = looked_at(x, np.full(N, 3.0))
    assert (same.chi2.n_dof, same.jsd.value) == (0, 0.0)
    assert known(same.efficiencies) == pytest.approx(np.array([0.25]))
    uniformity = Uniformity(("3",), (2.5, 3.5), {"0.10": same}, same.spread, 0.0, same.ks)
    assert sculpting("mass", uniformity) == ("none", "mass has the same value for all: there is nothing to sculpt.")
    constant, _ = looked_at(np.zeros(N), mass)
    assert constant.chi2.n_dof == 0
    assert known(constant.efficiencies) == pytest.approx(np.full(10, 0.25))
    assert constant.ks.p_value == pytest.approx(1.0)


@pytest.mark.parametrize(("slope", "verdict"), [(0.0, "none"), (0.12, "mild"), (0.6, "strong")])
def test_verdicts(slope: float, verdict: str) -> None:
    x, mass, _ = toy(10, slope, n=20_000)
    found, side = looked_at(x, mass)
    uniformity = Uniformity(side.bins.labels, tuple(side.bins.edges), {"0.25": found}, found.spread, 0.0, found.ks)
    judged, sentence = sculpting("mass", uniformity)
    assert judged == verdict
    assert ("No sculpting of mass seen" in sentence) == (verdict == "none")
    assert "where 25 % of the background pass" in sentence

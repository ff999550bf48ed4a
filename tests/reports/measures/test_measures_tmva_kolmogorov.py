"""Kolmogorov's test of histograms against scipy, and on TMVA's own histograms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import uproot
from scipy.stats import ks_2samp, kstwobign

from umva.reports.measures import Binning, Contents, fill, rank, tmva_kolmogorov, tmva_response_binning
from umva.reports.measures.homogeneity import ks_test

if TYPE_CHECKING:
    from pathlib import Path

BINS = Binning(-4.0, 4.0)


def test_distance_and_law_are_scipys_of_the_bin_numbers() -> None:
    rng = np.random.default_rng(1)
    test, train = rng.uniform(-4, 4, 700), rng.uniform(-4, 4, 500) ** 2 / 4
    inside = train[train < 4]
    found = tmva_kolmogorov(test=fill(test, np.ones(700), BINS), train=fill(train, np.ones(500), BINS))
    assert found
    bins = [np.floor((each + 4) * 5) for each in (test, inside)]
    assert found.distance == pytest.approx(ks_2samp(*bins).statistic)
    n = 700 * len(inside) / (700 + len(inside))
    assert found.p_value == pytest.approx(kstwobign.sf(found.distance * np.sqrt(n)))


def test_thrown_samples_take_the_test_histogram_for_the_truth() -> None:
    """So their distances spread as those of one sample from a known distribution, not as those of two samples."""
    rng = np.random.default_rng(2)
    test, train = (fill(rng.normal(size=2000), np.ones(2000), BINS) for _ in range(2))
    found = tmva_kolmogorov(test, train)
    assert found
    one_sample = kstwobign.sf(found.distance * np.sqrt(2000))
    assert found.p_thrown <= one_sample + 0.03
    assert found.p_thrown < found.p_value


def test_negative_bins_enter_the_distance_only() -> None:
    test = Contents(BINS, *np.array([[0.0, *[1.0, -0.5] * 20, 0.0], [0.0, *[1.0, 0.5] * 20, 0.0]]))
    train = Contents(BINS, *np.array([[0.0, *[1.0, 1.0] * 20, 0.0], [0.0, *[1.0, 1.0] * 20, 0.0]]))
    found = tmva_kolmogorov(test, train)
    assert found
    assert 0 < found.distance < 1
    assert 0 <= found.p_thrown <= 1


def test_empty_histograms_are_not_compared() -> None:
    empty = fill(np.array([9.0]), np.ones(1), BINS)
    assert tmva_kolmogorov(empty, empty) is None


@pytest.mark.shared
@pytest.mark.parametrize("letter", ["S", "B"])
def test_tmvas_histograms_give_the_numbers_of_its_events(shared: Path, letter: str) -> None:
    folder = uproot.open(shared / "tmva/reference/newer/TMVA_6.20_BDT.root")["dataset"]
    trees = [folder[name].arrays(["BDT", "classID", "weight"], library="np") for name in ("TestTree", "TrainTree")]
    events = [(each["BDT"].astype(float), each["weight"].astype(float), each["classID"]) for each in trees]
    bins = tmva_response_binning([(x[y == k], w[y == k]) for x, w, y in events[:1] for k in (0, 1)])
    label = "SB".index(letter)
    ours = tmva_kolmogorov(*(fill(x[y == label], w[y == label], bins) for x, w, y in events))
    theirs = tmva_kolmogorov(
        *(_contents(folder[f"Method_BDT/BDT/MVA_BDT_{each}{letter}"], bins) for each in ("", "Train_"))
    )
    assert ours
    assert theirs
    assert ours.distance == pytest.approx(theirs.distance, abs=1e-6)
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-4)
    assert ours.p_thrown == pytest.approx(theirs.p_thrown, abs=0.01)
    train, test = (rank(x, y == label, w) for x, w, y in reversed(events))
    assert ks_test(train, test, signal=True).statistic >= ours.distance


def _contents(histogram: object, bins: Binning) -> Contents:
    """Return a histogram of TMVA's as ours."""
    assert hasattr(histogram, "values")
    assert hasattr(histogram, "variances")
    return Contents(bins, histogram.values(flow=True), histogram.variances(flow=True))

"""Expected numbers of events: cross-section times luminosity, and what the user says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from umva import DataLoader
from umva.errors import DataError
from umva.factory.data.varied import read_varied
from umva.reports.results import Expected

RNG = np.random.default_rng(4)
SIGNAL, TOP, JETS = (
    {"x": RNG.normal(mean, 1, n), "w": RNG.normal(1, 0.5, n)} for mean, n in ((1, 400), (0.5, 300), (0, 900))
)


def loader(**of_top: Any) -> DataLoader:
    """Return signal of 0.5 pb, background of 12 pb and a sample that is up to the test, at 10/pb."""
    found = DataLoader().add_variable("x").set_weight("w").cut("x > -0.5").luminosity(10.0)
    found = found.add_sample(SIGNAL, label="higgs", cross_section=0.5).add_sample(JETS, label="qcd", cross_section=12.0)
    return found.add_sample(TOP, label="qcd", **of_top) if of_top else found


def passing(sample: dict[str, Any]) -> float:
    """Return the share of a sample's weight that passes the cut."""
    return float(sample["w"][sample["x"] > -0.5].sum() / sample["w"].sum())


def test_cross_section_times_luminosity() -> None:
    """A sample's events weigh sigma times L before the cuts, and those that pass are expected, in parts or not."""
    dataset = loader(cross_section=3.0).split(train=50, test=50).dataset()
    expected = dataset.facts.expected
    wanted = {"signal": 5.0 * passing(SIGNAL), "background": 120.0 * passing(JETS) + 30.0 * passing(TOP)}
    assert expected.yields == pytest.approx(wanted)
    assert set(expected.origins.values()) == {"cross-section \N{MULTIPLICATION SIGN} luminosity of 10/pb"}
    assert {each.cross_section for each in dataset.facts.files} == {0.5, 12.0, 3.0}
    factors = {each.n_entries: each.weight for each in dataset.facts.files}
    assert factors == pytest.approx(
        {400: 5.0 / SIGNAL["w"].sum(), 900: 120 / JETS["w"].sum(), 300: 30 / TOP["w"].sum()}
    )


def test_files_of_one_sample_share_its_cross_section() -> None:
    halves = [{key: values[part] for key, values in JETS.items()} for part in (slice(0, 200), slice(200, None))]
    whole = DataLoader().add_variable("x").set_weight("w").luminosity(10.0).add_sample(SIGNAL, label="signal")
    whole = whole.add_sample(halves, label="background", cross_section=12.0).split(train=0.5, mode="block")
    weights = np.concatenate([whole.dataset().part(part).weight for part in ("train", "test")])
    y = np.concatenate([whole.dataset().part(part).y for part in ("train", "test")])
    assert weights[y == 0].sum() == pytest.approx(120.0)
    assert sorted(weights[y == 0]) == pytest.approx(sorted(JETS["w"] * 120.0 / JETS["w"].sum()))
    assert set(whole.dataset().facts.expected.yields) == {"background"}


def test_data_among_simulated_samples() -> None:
    """Events without a cross-section count as they weigh."""
    found = loader(weight=2.0).dataset().facts.expected
    kept = TOP["w"][TOP["x"] > -0.5]
    assert found.yields["background"] == pytest.approx(120.0 * passing(JETS) + 2.0 * kept.sum())


def test_samples_given_to_parts_each_stand_for_the_whole() -> None:
    found = DataLoader().add_variable("x").luminosity(10.0).split(mode="given")
    for part, size in (("train", 100), ("test", 200)):
        for label, sample in (("signal", SIGNAL), ("background", JETS)):
            cut = {key: values[:size] for key, values in sample.items()}
            found.add_sample(cut, label=label, cross_section=2.0, part=part)
    assert found.dataset().facts.expected.yields == pytest.approx({"signal": 20.0, "background": 20.0})


def test_what_the_user_says_comes_first() -> None:
    found = loader().expect(signal=7, background_uncertainty=0.1).expect(qcd=1e4, merit="AMS").dataset().facts
    assert found.expected == Expected(
        {"signal": 7.0, "background": 1e4}, {"signal": "as given", "background": "as given"}, 0.1, "AMS"
    )


def test_labels_of_several_classes() -> None:
    found = DataLoader().add_variable("x").expect({"feed-down": 3.0})
    for label, sample in (("prompt", SIGNAL), ("feed-down", TOP), ("rest", JETS)):
        found.add_sample(sample, label=label)
    assert found.dataset().facts.expected.yields == {"feed-down": 3.0}


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: loader().expect(signal=0), "expected number of 'signal' events must be a number above 0, got 0"),
        (lambda: loader().expect(background_uncertainty=-0.1), "share of it, 0.1 for 10 %, got -0.1"),
        (lambda: loader().expect(merit="S/sqrt(S+b)"), r"unknown figure of merit 'S/sqrt\(S\+b\)'.*S/sqrt\(S\+B\)"),
        (lambda: loader().expect(higs=3).declaration(), "'higs', which has no sample.*higgs"),
        (lambda: loader().luminosity(float("nan")), "luminosity must be a number above 0, got nan"),
        (lambda: loader(cross_section="0.5"), "cross-section of a 'qcd' sample must be a number above 0"),
        (lambda: loader(cross_section=0.5, weight=2.0), "has a weight and a cross-section"),
        (lambda: DataLoader().add_variable("x").add_sample(TOP, label="signal", cross_section=1)
         .add_sample(JETS, label="background").declaration(), r"there is no luminosity: luminosity\(138e3\)"),
        (lambda: DataLoader().add_variable("x").luminosity(3).add_sample(TOP, label="signal")
         .add_sample(JETS, label="background").declaration(), "a luminosity counts with cross-sections alone"),
        (lambda: DataLoader().add_variable("x").add_target("w").add_sample(TOP).expect(signal=3).declaration(),
         "a regression has no classes"),
        (lambda: loader().set_weight("-w").dataset(), "sum to -.* before the cuts; its cross-section needs a sum above 0"),
    ],
)  # fmt: skip
def test_what_cannot_be(declare: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        declare()


def test_varied_weights_change_the_yield_and_other_samples_have_the_cross_section() -> None:
    """Of the same events the factor stays; other events are weighed by their own sum."""
    found = loader().vary("correction", weight_up="1.5*w", up={"x": "x+0.1"}).vary("scale", up={"qcd": TOP})
    dataset = found.dataset()
    test = dataset.part("test")
    background = float(test.weight[test.y == 0].sum())
    varied = {each.name: each.dataset.part("test") for each in read_varied(found.declaration(), dataset)}
    sums = {name: float(part.weight[part.y == 0].sum()) for name, part in varied.items()}
    assert sums["correction"] == pytest.approx(1.5 * background)
    share = np.count_nonzero(test.y == 0) / np.count_nonzero(JETS["x"] > -0.5)
    assert sums["scale"] == pytest.approx(120.0 * passing(TOP) * share, rel=0.01)

"""Several classes, and targets: measured as a whole, written, read, ranked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error, r2_score, roc_auc_score

from umva.errors import ReportError
from umva.reports.material import Input, Material, Outcome, Part
from umva.reports.measure import measure
from umva.reports.measures import auc, rank
from umva.reports.outputs.leaderboard import leaderboard, write_leaderboard
from umva.reports.outputs.store import read_results, write_results
from umva.reports.results import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.reports.results import Discrimination, Estimation, Results

    Scorer = Callable[[Part, np.random.Generator], NDArray[np.float64]]

LABELS = ("prompt", "feed-down", "background")
TARGETS = ("energy", "angle")
INPUTS = tuple(Input(name, name) for name in ("a", "b", "c", "n"))


def several_part(seed: int, n: int = 1500) -> Part:
    """Return three classes, the last of which is rare, with some negative weights and missing values."""
    rng = np.random.default_rng(seed)
    y = rng.choice(3, size=n, p=[0.5, 0.4, 0.1]).astype(np.int8)
    X = rng.normal(size=(n, 4)).astype(np.float32)
    X[:, 0] += y
    X[:, 1] += y == 2
    X[:, 3] = rng.integers(0, 4, n)
    X[::50, 2] = np.nan
    return Part(X, y, rng.exponential(size=n) * np.where(rng.uniform(size=n) < 0.05, -1.0, 1.0))


def target_part(seed: int, n: int = 1500) -> Part:
    """Return two targets of different units, that follow the first two variables."""
    part = several_part(seed, n)
    rng = np.random.default_rng(seed + 100)
    energy = 100.0 * part.X[:, 0] + 20.0 * part.X[:, 1]
    angle = 0.001 * part.X[:, 1] + 0.0002 * rng.normal(size=n)
    return replace(part, y=np.stack([energy, angle], axis=1).astype(np.float64))


def probabilities(noise: float) -> Scorer:
    """Return a method that knows the classes' densities, but for noise."""

    def score(part: Part, rng: np.random.Generator) -> NDArray[np.float64]:
        centres = np.stack([np.array([0.0, 1.0, 2.0]), np.array([0.0, 0.0, 1.0])], axis=1)
        z = -0.5 * ((part.X[:, None, :2] - centres) ** 2).sum(axis=2) + noise * rng.normal(size=(len(part.y), 3))
        raised = np.exp(z)
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)

    return score


def near_truth(noise: float) -> Scorer:
    """Return a method that misses the targets by so much of their spread."""
    return lambda part, rng: part.y + noise * part.y.std(axis=0) * rng.normal(size=part.y.shape)


def method(name: str, parts: dict[str, Part], scorer: Scorer, **more: Any) -> Outcome:
    """Return a method that was trained."""
    rng = np.random.default_rng(len(name))
    return Outcome(name, "Toy", "A toy", "ok", scores={key: scorer(part, rng) for key, part in parts.items()}, **more)


def shap(n_outputs: int) -> dict[str, Any]:
    """Return Shapley values that grow from input to input, in the last output the other way round."""
    values = np.random.default_rng(5).normal(size=(80, 4, n_outputs)) * np.arange(1.0, 5.0)[:, None]
    values[:, :, -1] = values[:, ::-1, -1]
    return {"shap": values, "shap_weight": np.ones(80), "shap_note": "sampled"}


@pytest.fixture(scope="module")
def several() -> Material:
    """Return a good and a bad method, a copy of the good one, one that never answers and one that failed."""
    parts = {"train": several_part(1), "validation": several_part(2, 300), "test": several_part(3)}
    good = method("Good", parts, probabilities(0.0), **shap(3))
    broken = method("Broken", parts, probabilities(0.0))
    broken.scores["train"][4, 1] = np.inf
    outcomes = (
        method("Bad", parts, probabilities(2.0)),
        good,
        replace(good, name="Copy", shap=None),
        method("Even", parts, lambda part, _: np.full((len(part.y), 3), 1 / 3)),
        broken,
        Outcome("Crashed", "SVM", "Support vectors", "failed", reason="no memory"),
    )
    return Material("Several", 1, INPUTS, parts, outcomes, {"mode": "random"}, "ab12", classes=LABELS)


@pytest.fixture(scope="module")
def regression() -> Material:
    """Return a good, a bad and an overtrained method, and one that answers the mean."""
    parts = {"train": target_part(1), "test": target_part(3)}
    heart = method("Heart", parts, near_truth(0.4))
    heart.scores["train"][:] = parts["train"].y
    mean = np.array([0.0, 0.0])
    outcomes = (
        method("Bad", parts, near_truth(0.5)),
        method("Good", parts, near_truth(0.1), **shap(2)),
        heart,
        method("Mean", parts, lambda part, _: np.tile(mean, (len(part.y), 1))),
    )
    targets = (Input("energy", "E", "$E$", "GeV"), Input("angle", "theta"))
    return Material("Targets", 1, INPUTS, parts, outcomes, {"mode": "random"}, "ab12", targets=targets)


@pytest.fixture(scope="module")
def several_results(several: Material) -> Results:
    """Return the measured classes."""
    return measure(several)


@pytest.fixture(scope="module")
def regression_results(regression: Material) -> Results:
    """Return the measured targets."""
    return measure(regression)


def with_unit_weights(material: Material) -> Material:
    """Return the same events, each counting once."""
    parts = {name: replace(part, weight=np.ones(len(part.y))) for name, part in material.parts.items()}
    return replace(material, parts=parts)


def test_order_of_several_classes(several_results: Results) -> None:
    assert several_results.task == "multiclass"
    assert list(several_results.methods) == ["Good", "Copy", "Bad", "Even", "Broken", "Crashed"]
    assert several_results.methods["Broken"].reason == "its responses are not finite for 1 training and 0 test events"
    copy = several_results.methods["Copy"].comparison
    assert copy is not None
    assert copy.sentence == "Copy orders the events exactly like Good."
    assert several_results.verdict.startswith("Good leads with a mean test AUC of 0.")
    assert "Of the classes it tells feed-down worst from the rest, AUC 0." in several_results.verdict
    assert "Copy orders the events exactly like it." in several_results.verdict


def test_areas_of_several_classes_are_those_of_scikit_learn(several: Material) -> None:
    found = measure(with_unit_weights(several)).methods["Good"]
    y, p = several.parts["test"].y, several.outcomes[1].scores["test"]
    assert found.auc is not None
    assert found.auc.test.value == pytest.approx(roc_auc_score(y, p, multi_class="ovr"))
    assert found.score == found.auc.test
    for k, label in enumerate(LABELS):
        own = found.classes[label].auc
        assert own is not None
        assert own.test.value == pytest.approx(roc_auc_score(y == k, p[:, k]))
        for j, other in enumerate(LABELS):
            if j != k:
                both = (y == j) | (y == k)
                ratio = p[both][:, k] / p[both][:, [j, k]].sum(axis=1)
                assert found.pairs[label][other].value == pytest.approx(roc_auc_score(y[both] == k, ratio))
    assert found.confusion is not None
    assert found.confusion.accuracy.value == pytest.approx(np.mean(p.argmax(axis=1) == y))
    assert found.confusion.labels == LABELS


def test_each_class_has_all_that_two_classes_have(several: Material, several_results: Results) -> None:
    """The class in question as signal, the rest as background, measured alone, gives the same numbers."""
    whole = several_results.methods["Bad"].classes["background"]
    parts = {name: replace(part, y=(part.y == 2).astype(np.int8)) for name, part in several.parts.items()}
    scores = {name: each[:, 2] for name, each in several.outcomes[0].scores.items()}
    alone = measure(replace(several, classes=(), parts=parts, outcomes=(replace(several.outcomes[0], scores=scores),)))
    found = alone.methods["Bad"]
    for field in ("auc", "signal_efficiency", "separation", "significance", "roc", "response"):
        assert getattr(whole, field) == getattr(found, field), field
    assert whole.overtraining is not None
    assert found.overtraining is not None
    assert whole.overtraining.auc_gap == found.overtraining.auc_gap
    assert whole.ams is not None
    assert whole.efficiency_times_purity is not None


def test_shares_of_several_outputs(several_results: Results, regression_results: Results) -> None:
    for found, parts in (
        (several_results.methods["Good"], several_results.methods["Good"].classes),
        (regression_results.methods["Good"], regression_results.methods["Good"].targets),
    ):
        names = list(parts)
        assert next(iter(parts[names[0]].shap)) == "n"
        assert next(iter(parts[names[-1]].shap)) == "a"
        for name, share in found.shap.items():
            assert share.value == pytest.approx(np.mean([each.shap[name].value for each in parts.values()]))
            assert share.error
        assert sum(each.value for each in found.shap.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("smallest", [1.0, 1e-12])
def test_pairs_know_equal_ratios_and_resolve_small_ones(several: Material, smallest: float) -> None:
    """Neighbours' shares k / 9 have many equal ratios; ratios far from 1 must not be lost beside it."""
    rng = np.random.default_rng(6)
    test = several.parts["test"]
    counts = np.minimum(rng.integers(1, 5, size=(len(test.y), 3)) + 2 * np.eye(3, dtype=int)[test.y], 5)
    counted = counts / counts.sum(axis=1, keepdims=True) * np.array([smallest, 1.0, 1.0])
    outcome = replace(several.outcomes[0], scores={**several.outcomes[0].scores, "test": counted})
    (found,) = measure(replace(several, outcomes=(outcome,))).methods.values()
    for k, other in combinations(range(3), 2):
        both = (test.y == k) | (test.y == other)
        ratio = [round(720 * Fraction(int(a), int(b))) for a, b in counts[both][:, [k, other]]]
        area = found.pairs[LABELS[k]][LABELS[other]].value
        assert area == found.pairs[LABELS[other]][LABELS[k]].value
        expected = rank(ratio, test.y[both] == k, test.weight[both])
        assert area == pytest.approx(auc(expected).value, abs=1e-12)


def test_sample_of_several_classes(several: Material, several_results: Results) -> None:
    dataset = several_results.dataset
    assert tuple(dataset.counts) == tuple(dataset.correlation) == LABELS
    test = several.parts["test"]
    assert dataset.counts["background"]["test"].n_events == np.count_nonzero(test.y == 2)
    assert [each.rank for each in dataset.variables][:2] == [1, 2]
    assert all(tuple(each.histograms) == LABELS for each in dataset.variables)
    assert dataset.variables[3].histograms["prompt"].edges[:2] == (-0.5, 0.5)
    assert "c has no value in 30 of 1500 training events." in dataset.notes


def test_tables_of_several_classes(several_results: Results, tmp_path: Path) -> None:
    rows = leaderboard(several_results)
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, None, None]
    best = several_results.methods["Good"].classes["feed-down"].efficiency_times_purity
    assert best is not None
    assert rows[0]["feed-down:efficiency_times_purity"] == best.value.value
    write_leaderboard(several_results, tmp_path / "leaderboard.csv")
    with (tmp_path / "leaderboard.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert float(read[0]["prompt:auc"]) == rows[0]["prompt:auc"]
    assert (read[-1]["auc"], read[-1]["status"]) == ("", "failed")


def test_order_of_a_regression(regression_results: Results) -> None:
    assert regression_results.task == "regression"
    assert list(regression_results.methods) == ["Good", "Heart", "Bad", "Mean"]
    for name in ("Heart", "Bad", "Mean"):
        comparison = regression_results.methods[name].comparison
        assert comparison is not None
        assert comparison.reference == "Good"
        assert comparison.difference.value > 0
        assert comparison.sentence.startswith(f"Good is better than {name} by 0.")
    assert regression_results.verdict.startswith("Good leads with a mean test RMSE of 0.")
    assert (
        "standard deviations \N{GREEK SMALL LETTER SIGMA} of the targets. Of the targets it estimates"
        in regression_results.verdict
    )


def test_numbers_of_a_regression(regression: Material) -> None:
    found = measure(with_unit_weights(regression)).methods["Bad"]
    truth, estimate = regression.parts["test"].y, regression.outcomes[0].scores["test"]
    relative = []
    for k, name in enumerate(TARGETS):
        numbers = found.targets[name]
        assert numbers.mse.test.value == pytest.approx(mean_squared_error(truth[:, k], estimate[:, k]))
        assert numbers.r2.test.value == pytest.approx(r2_score(truth[:, k], estimate[:, k]))
        assert numbers.quantiles["0.50"].value == pytest.approx(np.median(np.abs(estimate - truth)[:, k]), rel=0.01)
        assert tuple(numbers.against_variables) == ("a", "b", "c", "n")
        assert len(numbers.against_variables["n"].mean) == 4
        relative.append(numbers.rmse.test.value / truth[:, k].std())
    assert found.score is not None
    assert found.score.value == pytest.approx(np.mean(relative))


def test_overtraining_of_a_regression(regression_results: Results) -> None:
    heart, good = (regression_results.methods[name] for name in ("Heart", "Good"))
    assert (heart.overtrained, good.overtrained) == ("strong", "none")
    found = heart.targets["energy"].overtraining
    assert "Only the test numbers may be quoted. On new events Good is better" in found.sentence
    assert found.rmse_gap.value == heart.targets["energy"].rmse.test.value


def test_paired_difference_of_a_regression_agrees_with_bootstrap(regression: Material) -> None:
    part = regression.parts["test"]
    material = replace(regression, outcomes=regression.outcomes[:3:2])
    comparison = measure(material).methods["Bad"].comparison
    assert comparison is not None
    rng = np.random.default_rng(1)

    def score(weight: NDArray[np.float64], estimate: NDArray[np.float64]) -> float:
        mean = weight @ part.y / weight.sum()
        mse, variance = weight @ (estimate - part.y) ** 2, weight @ (part.y - mean) ** 2
        return float(np.mean(np.sqrt(mse / variance)))

    draws = []
    for _ in range(300):
        weight = part.weight * rng.poisson(1.0, len(part.y))
        draws.append(-np.diff([score(weight, each.scores["test"]) for each in material.outcomes])[0])
    assert comparison.difference.error == pytest.approx(np.std(draws), rel=0.15)


def test_sample_of_a_regression(regression: Material, regression_results: Results) -> None:
    dataset = regression_results.dataset
    assert list(dataset.counts) == ["events"]
    assert dataset.counts["events"]["train"].n_events == 1500
    train = regression.parts["train"]
    cov = np.cov(train.X[:, 0].astype(float), train.y[:, 0], aweights=np.abs(train.weight))
    coefficient = dataset.variables[0].target_correlation["energy"]
    assert coefficient.value == pytest.approx(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]), abs=0.02)
    assert coefficient.error is not None
    assert [each.rank for each in dataset.variables][:2] == [2, 1]
    assert all(each.separation is None for each in dataset.variables)
    assert [(each.name, each.unit, each.rank) for each in dataset.targets] == [("energy", "GeV", 1), ("angle", "", 2)]
    assert list(dataset.targets[0].target_correlation) == ["angle"]


def test_tables_of_a_regression(regression_results: Results, tmp_path: Path) -> None:
    rows = leaderboard(regression_results)
    assert rows[0]["energy:rmse"] == regression_results.methods["Good"].targets["energy"].rmse.test.value
    assert rows[1]["overtraining"] == "strong"
    assert "auc" not in rows[0]
    write_leaderboard(regression_results, tmp_path / "leaderboard.csv")
    assert (tmp_path / "leaderboard.csv").read_text(encoding="utf-8").startswith("rank,name,method,status,score,")


def test_one_target_has_its_unit_in_the_verdict(regression: Material) -> None:
    parts = {name: replace(part, y=part.y[:, :1]) for name, part in regression.parts.items()}
    good = regression.outcomes[1]
    one = replace(good, shap=None, scores={name: each[:, :1] for name, each in good.scores.items()})
    found = measure(replace(regression, parts=parts, targets=regression.targets[:1], outcomes=(one,)))
    rmse = found.methods["Good"].targets["energy"].rmse.test
    assert found.verdict.startswith(f"Good has a test RMSE of {rmse.value:.1f}")
    useless = replace(one, scores={name: np.zeros((len(part.y), 1)) for name, part in parts.items()})
    found = measure(replace(regression, parts=parts, targets=regression.targets[:1], outcomes=(useless,)))
    assert found.verdict.endswith("that is no better than always answering the mean.")


def numbers(found: object) -> Iterator[Number]:
    """Return all numbers in the results, in their order."""
    if isinstance(found, Number):
        yield found
    elif is_dataclass(found):
        for each in fields(found):
            yield from numbers(getattr(found, each.name))
    elif isinstance(found, Mapping | tuple | list):
        for value in found.values() if isinstance(found, Mapping) else found:
            yield from numbers(value)


def with_cancelled_events(material: Material) -> Material:
    """Return the sample with 200 events twice more, once with a weight and once with its opposite."""

    def more(values: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([values, values[:200], values[:200]])

    parts = {
        name: Part(more(part.X), more(part.y), np.concatenate([part.weight, np.full(200, 3.0), np.full(200, -3.0)]))
        for name, part in material.parts.items()
    }
    outcomes = [
        replace(each, scores={name: more(scores) for name, scores in each.scores.items()})
        for each in material.outcomes
        if each.name == "Good"
    ]
    return replace(material, parts=parts, outcomes=tuple(outcomes))


@pytest.mark.parametrize("fixture", ["several", "regression"])
def test_negative_weights_cancel_positive_ones(request: pytest.FixtureRequest, fixture: str) -> None:
    """Every value is that without them, for a value is a sum over events; their errors are larger."""
    material: Material = request.getfixturevalue(fixture)
    alone = replace(material, outcomes=tuple(each for each in material.outcomes if each.name == "Good"))
    plain, cancelled = (measure(each).methods["Good"] for each in (alone, with_cancelled_events(material)))
    assert plain.score
    assert cancelled.score
    assert cancelled.score.value == pytest.approx(plain.score.value)
    assert cancelled.score.error
    assert plain.score.error
    assert cancelled.score.error > plain.score.error
    for found in (plain, cancelled):
        assert found.status == "ok"
    kept = [
        (
            found.pairs,
            found.confusion,
            found.auc,
            *map(_told, found.classes.values()),
            *map(_estimated, found.targets.values()),
        )
        for found in (plain, cancelled)
    ]
    before, after = ([each.value for each in numbers(found)] for found in kept)
    assert len(before) > 15
    np.testing.assert_allclose(after, before, rtol=1e-6, atol=1e-9)


def _told(found: Discrimination) -> tuple[object, ...]:
    """Return what is made of sums of weights alone."""
    return found.auc, found.signal_efficiency, found.significance, found.efficiency_times_purity


def _estimated(found: Estimation) -> tuple[object, ...]:
    """Return what is made of sums of weights alone, not of quantiles or of the density at an edge."""
    return found.mse, found.rmse, found.mae, found.r2, found.bias, found.resolution, found.bias_truncated


def test_every_number_has_an_error_or_says_why_not(several_results: Results, regression_results: Results) -> None:
    for results in (several_results, regression_results):
        seen = list(numbers(results))
        assert len(seen) > 200
        assert all(each.error is not None or each.note for each in seen)
        assert all(np.isfinite([each.value, each.error or 0.0]).all() for each in seen)


def test_the_scale_of_weights_changes_nothing_but_yields(several: Material, regression: Material) -> None:
    for material in (several, regression):
        parts = {name: replace(part, weight=1e-9 * part.weight) for name, part in material.parts.items()}
        whole, scaled = measure(material), measure(replace(material, parts=parts))
        assert list(whole.methods) == list(scaled.methods)
        for name, found in whole.methods.items():
            other = scaled.methods[name]
            if found.score is not None and other.score is not None:
                assert other.score.value == pytest.approx(found.score.value)
                assert other.score.error == pytest.approx(found.score.error)
                assert other.overtrained == found.overtrained


def test_files_read_back_exactly(several_results: Results, regression_results: Results, tmp_path: Path) -> None:
    for results in (several_results, regression_results):
        write_results(results, tmp_path / "results.json")
        assert read_results(tmp_path / "results.json") == results


def test_tiny_and_weightless_samples_do_not_stop_it(several: Material, regression: Material, tmp_path: Path) -> None:
    for material, make in ((several, several_part), (regression, target_part)):
        for n, factor in ((6, 1.0), (40, 0.0), (1, 1.0)):
            parts = {name: make(k, n) for k, name in enumerate(("train", "test"))}
            parts = {name: replace(part, weight=part.weight * factor) for name, part in parts.items()}
            scorer = near_truth(0.1) if material is regression else probabilities(0.1)
            outcomes = tuple(method(name, parts, scorer) for name in ("A", "BB"))
            found = measure(replace(material, parts=parts, outcomes=outcomes))
            write_results(found, tmp_path / "results.json")
            assert read_results(tmp_path / "results.json") == found
            if not factor:
                assert found.verdict.startswith("No ")


def test_what_does_not_fit_is_refused(several: Material, regression: Material) -> None:
    flat = replace(several.outcomes[0], scores={name: each[:, 0] for name, each in several.outcomes[0].scores.items()})
    with pytest.raises(ReportError, match=r"\(1500,\) responses on part 'train', which has 1500 events and 3 outputs"):
        measure(replace(several, outcomes=(flat,)))
    with pytest.raises(ReportError, match=r"of shape \(80, 4\) for 80 events and 4 inputs and 3 outputs"):
        measure(replace(several, outcomes=(replace(several.outcomes[1], shap=np.zeros((80, 4))),)))
    parts = {**regression.parts, "test": replace(regression.parts["test"], y=np.zeros(1500))}
    with pytest.raises(ReportError, match=r"part 'test' has rows of targets of shape \(1500,\); expected \(1500, 2\)"):
        measure(replace(regression, parts=parts))
    short = {**several.parts, "train": replace(several.parts["train"], weight=np.ones(3))}
    with pytest.raises(ReportError, match="1500 events, 1500 classes and 3 weights"):
        measure(replace(several, parts=short))


@pytest.mark.shared
def test_efficiency_times_purity_of_tmva(shared: Path) -> None:
    """An eighth of TMVA's test events give its printed table, found by cuts on all outputs, within the errors."""
    folder = shared / "tmva/reference/multiclass"
    events: Any = np.genfromtxt(
        folder / "inputs_and_responses.csv", delimiter=",", names=True, deletechars="", replace_space=" "
    )
    labels = ("Signal", "bg0", "bg1", "bg2")
    X = np.stack([events[f"var{k}"] for k in range(1, 5)], axis=1).astype(np.float32)
    part = Part(X, events["classID"].astype(np.int8), events["weight"])
    printed = {"BDTG": (0.696, 0.529, 0.576, 0.670), "MLP": (0.738, 0.594, 0.663, 0.692)}
    outcomes = []
    for name in printed:
        scores = np.stack([events[f"{name}:{label}"] for label in labels], axis=1)
        outcomes.append(Outcome(name, name, "", "ok", scores={"train": scores, "test": scores}))
    parts = {"train": part, "test": part}
    found = measure(Material("TMVA", 1, INPUTS, parts, tuple(outcomes), {}, "", classes=labels))
    for name, values in printed.items():
        for label, value in zip(labels, values, strict=True):
            best = found.methods[name].classes[label].efficiency_times_purity
            assert best is not None
            assert best.value.error is not None
            # The parts are one and the same here, so yields are doubled and errors are as for the test part alone.
            assert abs(best.value.value - value) < 4 * best.value.error

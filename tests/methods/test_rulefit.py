"""RuleFit: TMVA's own model, the path against a plain loop, Shapley values by their definition, rules that can be read."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from umva.errors import MethodError, OptionError, RunError
from umva.methods import BINARY, Context, Events, get, load, parse_string, resolve
from umva.methods.rules.boxes import Boxes
from umva.methods.rules.ensemble import Ensemble
from umva.methods.rules.lines import Lines
from umva.methods.rules.path import Plan, Terms, find_path, looks
from umva.methods.rules.rulefit import RuleFit

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

COLUMNS = ("myvar1", "myvar2", "var3", "var4")
TUTORIAL = (
    "RuleFitModule=RFTMVA:Model=ModRuleLinear:MinImp=0.001:RuleMinDist=0.001:NTrees=20:fEventsMin=0.01:"
    "fEventsMax=0.5:GDTau=-1.0:GDTauPrec=0.01:GDStep=0.01:GDNSteps=10000:GDErrScale=1.02"
)


def planted(n_events: int = 1500, seed: int = 1) -> Events:
    """Return uniform events, mostly signal where the first input is above 0.3 and the second below 0.6, and a useless third."""
    rng = np.random.default_rng(seed)
    X = rng.random((n_events, 3)).astype(np.float32)
    inside = (X[:, 0] > 0.3) & (X[:, 1] < 0.6)
    y = (rng.random(n_events) < np.where(inside, 0.95, 0.05)).astype(np.int8)
    return Events(X, y, np.ones(n_events))


def trained(**options: Any) -> RuleFit:
    """Return a training on the planted box."""
    method = RuleFit(**options)
    method.bind(("pt", "eta", "noise"), BINARY)
    return method.fit(planted())


def reference(path: Path) -> Events:
    """Return events of TMVA's tutorial."""
    frame = pd.read_csv(path)
    y = (frame["className"] == "Signal").to_numpy(np.int8)
    return Events(frame[list(COLUMNS)].to_numpy(np.float32), y, frame["weight"].to_numpy(float))


def tmva_ensemble(path: Path) -> Ensemble:
    """Return the model in one of TMVA's weight files."""
    weights = ET.parse(path).getroot().find("Weights")
    assert weights is not None
    rules, lines = weights.findall("Rule"), weights.findall("Linear")
    lower, upper = (np.full((len(rules), len(lines)), bound, np.float32) for bound in (-np.inf, np.inf))
    for row, rule in enumerate(rules):
        for cut in rule.findall("Cut"):
            variable = int(cut.get("Selector", ""))
            if cut.get("DoMin") == "T":
                lower[row, variable] = float(cut.get("Min", ""))
            if cut.get("DoMax") == "T":
                upper[row, variable] = float(cut.get("Max", ""))

    def numbers(elements: list[ET.Element], key: str) -> NDArray[np.float64]:
        return np.array([float(each.get(key, "")) for each in elements])

    return Ensemble(
        lower=lower,
        upper=upper,
        coefficients=numbers(rules, "Coeff"),
        support=numbers(rules, "Support"),
        importance=numbers(rules, "Importance"),
        slopes=numbers(lines, "Coeff") * numbers(lines, "Norm"),
        linear_importance=numbers(lines, "Importance"),
        low=numbers(lines, "DM"),
        high=numbers(lines, "DP"),
        offset=float(weights.get("Offset", "")),
    )


def spoken(text: str) -> dict[str, Any]:
    """Return the options that a TMVA option string sets."""
    return resolve(get("kRuleFit"), "RuleFit", parse_string(text), refused=RuleFit.refused)


@pytest.mark.shared
def test_tmvas_model_answers_and_ranks_as_in_tmva(shared: Path) -> None:
    folder = shared / "tmva" / "reference" / "classification"
    ensemble = tmva_ensemble(folder / "weights" / "TMVAClassification_RuleFit.weights.xml")
    answers = pd.read_csv(folder / "inputs_and_responses.csv")
    response = ensemble.response(answers[list(COLUMNS)].to_numpy(np.float32))
    np.testing.assert_allclose(response, answers["RuleFit"], atol=1e-5)
    np.testing.assert_allclose(ensemble.variable_importance(), [0.8310, 0.5152, 0.4272, 1.0], atol=6e-5)
    myvar1 = ensemble.slopes[0], ensemble.linear_importance[0] / ensemble.linear_importance.max()
    np.testing.assert_allclose(myvar1, [-0.2303, 0.901], atol=6e-4)


@pytest.mark.shared
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_tells_more_with_fewer_rules_than_tmva(shared: Path, seed: int) -> None:
    folder = shared / "tmva" / "reference" / "classification"
    train, test = (reference(folder / f"{part}.csv") for part in ("train", "test"))
    method = RuleFit(**spoken(TUTORIAL)).fit(train, context=Context(seed=seed))
    assert roc_auc_score(test.y, method.score(test.X), sample_weight=test.weight) > 0.90  # TMVA: 0.869
    assert len(method.rules()) < 52


def plain_path(terms: Terms, tau: float, step: float, n_steps: int) -> tuple[NDArray[np.float64], float, list[float]]:
    """Follow a path event by event; the ramp is looked up now and then, the constant fitted to the events on it."""
    x = terms.x.astype(float)
    x -= (x @ terms.weight)[:, None]
    coefficients, constant, on_ramp, risks = np.zeros(len(x)), 0.0, np.ones(x.shape[1], bool), []
    for number in range(1, n_steps + 1):
        gradient = x @ (terms.weight * on_ramp * (terms.truth - constant - coefficients @ x))
        coefficients += step * gradient * (np.abs(gradient) >= tau * np.abs(gradient).max())
        if number in looks(n_steps):
            on_ramp = np.abs(constant + coefficients @ x) < 1
            left = terms.truth - constant - coefficients @ x
            constant += np.average(left[on_ramp], weights=terms.weight[on_ramp])
            response = (constant + coefficients @ x).clip(-1, 1)
            risks.append(float(terms.weight @ (terms.truth - response) ** 2))
    best = int(np.argmin(risks))
    if best < len(risks) - 1:
        return plain_path(terms, tau, step, int(looks(n_steps)[best]))
    return coefficients, constant - float(coefficients @ (terms.x @ terms.weight)), risks


def strong_terms(n_events: int = 300) -> Terms:
    """Return events that many terms together tell so well that many leave the ramp."""
    rng = np.random.default_rng(5)
    truth = np.where(rng.random(n_events) < 0.4, 1.0, -1.0)
    values = rng.normal(size=(6, n_events)) + np.array([1.5, 1.0, 0.5, 0.2, 0.0, 0.0])[:, None] * truth
    weight = rng.random(n_events)
    return Terms(values.astype(np.float32), truth, weight / weight.sum())


@pytest.mark.parametrize("tau", [0.0, 0.4, 1.0])
def test_path_is_that_of_a_plain_loop(tau: float) -> None:
    terms = strong_terms()
    path = find_path(terms, terms, Plan(tau, 0.01, 0.02, 1000, 2.0))
    coefficients, constant, risks = plain_path(terms, tau, 0.02, 1000)
    assert np.abs(coefficients @ terms.x + constant).max() > 1.2
    np.testing.assert_allclose(path.coefficients, coefficients, atol=1e-5)
    np.testing.assert_allclose(path.constant, constant, atol=1e-5)
    np.testing.assert_allclose(path.risks[: len(risks), 0], risks, atol=1e-5)


def test_weak_terms_end_in_least_squares() -> None:
    rng = np.random.default_rng(2)
    truth = np.where(rng.random(500) < 0.5, 1.0, -1.0)
    values = (rng.normal(size=(3, 500)) * 0.5 + 0.05 * truth).astype(np.float32)
    terms = Terms(values, truth, np.full(500, 1 / 500))
    path = find_path(terms, terms, Plan(0.0, 0.01, 0.5, 5000, 2.0))
    wanted = np.linalg.lstsq(np.column_stack([values.T, np.ones(500)]), truth)[0]
    np.testing.assert_allclose([*path.coefficients, path.constant], wanted, atol=1e-5)


def test_search_finds_a_tau_as_good_as_any_other() -> None:
    terms = strong_terms()
    followed, watched = (terms.select(np.arange(300) % 2 == odd) for odd in (0, 1))
    found = find_path(followed, watched, Plan(-1.0, 0.05, 0.02, 2000, 1.1))
    each = [find_path(followed, watched, Plan(tau, 0.05, 0.02, 2000, 1.1)).risk for tau in np.linspace(0, 1, 11)]
    assert found.risk <= min(each) + 1e-3


def test_planted_box_is_the_first_rule() -> None:
    first, *others = trained(model="ModRule", tau=1.0, min_fraction=0.02, max_fraction=0.2).rules()
    assert "pt > 0." in first.text
    assert "eta < 0." in first.text
    assert first.coefficient > 0
    assert first.importance == 1.0
    assert all(0 < each.support < 1 and each.importance <= 1 for each in others)
    assert [each.importance for each in others] == sorted((each.importance for each in others), reverse=True)


@pytest.mark.parametrize("forest", ["AdaBoost", "Random"])
def test_noise_is_ranked_last_and_told_in_the_notes(forest: str) -> None:
    method = trained(forest=forest)
    assert method.ranking_ is not None
    assert method.ranking_.quantity == "Importance"
    assert method.ranking_.order()[-1] == 2
    assert method.ensemble.variable_importance().max() == 1.0
    assert method.notes_[0].startswith(f"Kept {len(method.rules())} of ")
    assert method.notes_[1].startswith(method.rules()[0].text)
    assert roc_auc_score(planted(seed=9).y, method.score(planted(seed=9).X)) > 0.93


def test_model_says_which_terms_there_are() -> None:
    linear, rules = trained(model="ModLinear"), trained(model="ModRule")
    assert linear.rules() == []
    assert np.count_nonzero(linear.slopes_) > 0
    assert not rules.slopes_.any()
    assert not rules.linear_importance_.any()


def test_unimportant_terms_are_dropped_and_their_mean_kept() -> None:
    few, many = (trained(tau=0.0, min_importance=least) for least in (0.3, 0.0))
    assert len(few.rules()) < len(many.rules())
    assert few.rules()[0] == many.rules()[0]
    X = planted().X
    assert abs(np.mean(few.score(X) - many.score(X))) < 0.05


def test_the_most_rules_are_those_of_the_first_trees() -> None:
    method = trained(max_rules=4)
    assert len(method.rules()) <= 4
    assert method.notes_[0].startswith("Took the first 4 of ")


def test_a_sample_is_drawn_of_many_events() -> None:
    assert trained(max_events=300).notes_[0] == (
        "Trained on 300 of 1500 events drawn at random (max_events), in the classes' proportion."
    )


def test_saved_rules_read_the_same(tmp_path: Path) -> None:
    method = trained()
    method.save(tmp_path)
    again = load(tmp_path)
    assert isinstance(again, RuleFit)
    assert again.rules() == method.rules()


def test_damaged_files_are_refused(tmp_path: Path) -> None:
    method = trained()
    method.save(tmp_path)
    (tmp_path / "columns.json").write_text("3", encoding="utf-8")
    with pytest.raises(RunError, match="cannot be read as a trained RuleFit"):
        load(tmp_path)
    method.support_ = method.support_[1:]
    method.save(tmp_path)
    with pytest.raises(RunError, match="do not fit each other"):
        load(tmp_path)


def by_definition(ensemble: Ensemble, x: NDArray[np.float32], background: NDArray[np.float32]) -> list[float]:
    """Return Shapley values of one event from all coalitions."""
    n = len(x)

    def worth(players: tuple[int, ...]) -> float:
        mixed = background.copy()
        mixed[:, list(players)] = x[list(players)]
        return float(ensemble.response(mixed).mean())

    values = []
    for player in range(n):
        others = [each for each in range(n) if each != player]
        values.append(
            sum(
                math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
                * (worth((*some, player)) - worth(some))
                for size in range(n)
                for some in itertools.combinations(others, size)
            )
        )  # fmt: skip
    return values


def test_shapley_values_are_those_of_the_definition() -> None:
    method = trained(tau=0.0, min_fraction=0.01, max_fraction=0.1)
    assert method.ensemble.boxes.used.sum(axis=1).max() == 3
    X, background = planted(seed=3).X[:6], planted(seed=4).X[:20]
    wanted = [by_definition(method.ensemble, x, background) for x in X]
    np.testing.assert_allclose(method.shap(X, background), wanted, atol=1e-6)


def test_rules_alike_or_opposite_are_merged() -> None:
    inf = np.inf
    lower = np.array([[1.0, -inf], [1.0005, -inf], [1.1, -inf], [-inf, -inf], [1.0, 2.0]], np.float32)
    upper = np.array([[inf, inf], [inf, inf], [inf, inf], [1.1, inf], [inf, inf]], np.float32)
    boxes = Boxes(lower, upper)
    unit = np.array([1.0, 1.0])
    assert boxes.apart(0.001, unit).lower[:, 0].tolist() == lower[[0, 2, 3, 4], 0].tolist()
    assert boxes.apart(0.5, unit).n_rules == 3
    X = np.array([[0.0, 3.0], [1.05, 1.0], [2.0, 3.0], [2.0, 1.0]], np.float32)
    kept = boxes.distinct(X)
    assert kept.texts("ab") == ["a > 1", "a > 1.1", "a > 1 && b > 2"]


def test_linear_terms_are_uncorrelated_and_near_their_inputs() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(size=(400, 1))
    X = (common + 0.5 * rng.normal(size=(400, 3))).astype(np.float32)
    weight = rng.random(400)
    lines = Lines.of(X, weight, 0.02)
    terms = lines.terms(X)
    np.testing.assert_allclose(np.cov(terms, aweights=weight, ddof=0), 0.16 * np.eye(3), atol=1e-5)
    assert np.diag(np.corrcoef(X.T, terms)[:3, 3:]).min() > 0.7


@pytest.mark.parametrize("given", ["RuleFitModule=RFFriedman", "rulefitmodule=x"])
def test_the_external_program_is_refused(given: str) -> None:
    with pytest.raises(OptionError, match="external program"):
        spoken(given)


def test_every_tmva_option_is_known() -> None:
    text = (
        "GDTau=0.5:GDTauPrec=0.02:GDStep=0.1:GDNSteps=100:GDErrScale=1.2:LinQuantile=0.05:GDPathEveFrac=0.6:"
        "GDValidEveFrac=0.4:fEventsMin=0.2:fEventsMax=0.8:nTrees=5:ForestType=random:RuleMinDist=0.01:MinImp=0.02:"
        "Model=modlinear:RuleFitModule=rftmva:RFWorkDir=./rulefit:RFNrules=100:RFNendnodes=4"
    )
    options = spoken(text)
    assert options["forest"] == "Random"
    assert options["max_rules"] == 100
    assert len(options) == 16


def test_fractions_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(OptionError, match=r"min_fraction \(fEventsMin\) must be at most max_fraction"):
        trained(min_fraction=0.5, max_fraction=0.4)


def test_negative_weights_are_refused() -> None:
    events = planted()
    weight = events.weight.copy()
    weight[:3] = -1.0
    with pytest.raises(MethodError, match="negative weight"):
        RuleFit().fit(Events(events.X, events.y, weight))


def test_one_event_a_class_is_enough() -> None:
    X = np.array([[0.0, 1.0], [1.0, 1.0]], np.float32)
    response = RuleFit().fit(Events(X, np.array([0, 1], np.int8), np.ones(2))).score(X)
    assert response[1] > response[0]


@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_seed_says_it_all(n_threads: int) -> None:
    first, second = (RuleFit().fit(planted(), context=Context(seed=4, n_threads=n)) for n in (1, n_threads))
    other = RuleFit().fit(planted(), context=Context(seed=5))
    X = planted(seed=7).X
    np.testing.assert_array_equal(first.score(X), second.score(X))
    assert not np.array_equal(first.score(X), other.score(X))

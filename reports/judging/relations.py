"""Methods against each other: who is better than whom, who answers alike, who selects the same events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.common_cuts import common_cuts
from umva.reports.measures.comparison import each_against_each
from umva.reports.measures.correlation import correlation
from umva.reports.measures.overlap import jaccard, shared
from umva.reports.measures.rank_agreement import rank_agreement
from umva.reports.measures.rank_correlation import rank_correlation
from umva.reports.measures.ranked import rank
from umva.reports.measures.roc_ratio import roc_ratio
from umva.reports.results import Agreement, Overlap, RankingAgreement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Material
    from umva.reports.measures.common_cuts import CommonCuts
    from umva.reports.measures.influence import Measured
    from umva.reports.results import MethodResult, Number, Pairs, Results, RocRatio

__all__ = ["MOST", "relate"]

MOST = 15
"""So many methods, the best, are laid beside each other; there are more than a hundred pairs of them."""

GRID = np.arange(1, 50) / 50
"""Signal efficiencies at which backgrounds are compared."""

FEWEST = 3
"""Variables that have an order worth comparing."""

SHOWN = {"0.50": 24, "0.70": 34, "0.90": 44}
"""Those at which the selected events are compared, by their key in the results, and their places in the grid."""


@dataclass(frozen=True)
class _Answers:
    """Responses of one method to the test part: as they are, as places among the distinct ones, and cut."""

    values: NDArray[np.float64]
    place: NDArray[np.int32]
    cuts: CommonCuts | None


@dataclass(frozen=True)
class _Question:
    """What the methods answer to one question, which events are of the class in question, and the weights of all."""

    answers: Mapping[str, _Answers]
    signal: NDArray[np.bool_]
    weight: NDArray[np.float64]

    @property
    def cuts(self) -> dict[str, CommonCuts]:
        """The cuts of the methods; none where a class has no positive sum of weights, or there are no classes."""
        return {name: each.cuts for name, each in self.answers.items() if each.cuts is not None}


def relate(material: Material, results: Results, scores: Mapping[str, Measured]) -> Results:
    """Return the results with all that is known of methods against each other, of the best 15 at most.

    Differences, correlations, overlaps and ratios of background are of the test part with its weights, negative ones
    included; in a regression there are differences and correlations of the deviations only.

    Parameters
    ----------
    material
        Events and responses.
    results
        All that is known of each method by itself, the best first.
    scores
        What the methods are ranked by.
    """
    names = [name for name in results.methods if name in scores][:MOST]
    differences = each_against_each({name: scores[name] for name in names}, less_is_better=bool(material.targets))
    methods = dict(results.methods)
    linear: dict[str, Pairs] = {}
    by_rank: dict[str, Pairs] = {}
    overlap: dict[str, dict[str, Overlap]] = {}
    for k, subject in enumerate(_subjects(material)):  # one after the other: their responses take memory
        question = _question(material, names, k)
        for name, found in _ratios(question).items():
            methods[name] = _with_ratio(methods[name], subject if material.classes else "", found)
        for label, chosen in _groups(material, subject, question).items():
            linear[label], by_rank[label] = _correlated(question, chosen)
        for key, each in _overlaps(question).items():
            overlap.setdefault(key, {})[subject] = each
    return replace(
        results,
        methods=methods,
        differences=differences,
        agreement=Agreement(linear, by_rank, overlap) if len(names) > 1 else None,
        importance_agreement=_rankings([methods[name] for name in names]),
    )


def _subjects(material: Material) -> tuple[str, ...]:
    """Return what there is a response for: the signal, each of several classes, each target."""
    return material.classes or tuple(each.name for each in material.targets) or ("signal",)


def _question(material: Material, names: Sequence[str], k: int) -> _Question:
    """Return the responses of the methods to one question; in a regression their deviations from the truth."""
    test = material.parts["test"]
    y, weight = np.asarray(test.y), np.asarray(test.weight, dtype=np.float64)
    signal = np.ones(len(weight), dtype=bool) if material.targets else y == (k if material.classes else 1)
    scores = {each.name: each.scores["test"] for each in material.outcomes if each.name in names}
    answers = {}
    for name in names:
        given = np.asarray(scores[name], dtype=np.float64)
        values = given if given.ndim == 1 else np.ascontiguousarray(given[:, k])
        if material.targets:
            values = values - y[:, k]
        ranked = rank(values, signal, weight)
        cuts = common_cuts(ranked, GRID) if ranked.measurable else None
        answers[name] = _Answers(values, ranked.place.astype(np.int32), cuts)
    return _Question(answers, signal, weight)


def _ratios(question: _Question) -> dict[str, RocRatio]:
    """Return the background of each method but the best against that of the best."""
    cuts = question.cuts
    best = next(iter(question.answers), "")
    return {
        name: roc_ratio(each, cuts[best], question.signal, question.weight, name=best)
        for name, each in cuts.items()
        if name != best and best in cuts
    }


def _with_ratio(method: MethodResult, label: str, found: RocRatio) -> MethodResult:
    """Return a method with a ratio put where it belongs."""
    if not label:
        return replace(method, roc_ratio=found)
    return replace(method, classes={**method.classes, label: replace(method.classes[label], roc_ratio=found)})


def _groups(material: Material, subject: str, question: _Question) -> dict[str, NDArray[np.bool_]]:
    """Return the events on which the responses to a question are correlated, by their name."""
    if material.task == "classification":
        return {subject: question.signal, "background": ~question.signal}
    return {subject: question.signal}


def _correlated(question: _Question, chosen: NDArray[np.bool_]) -> tuple[Pairs, Pairs]:
    """Return the linear and the rank correlation of each pair of methods on the chosen events, under the better one."""
    weight = question.weight[chosen]
    values = {name: each.values[chosen] for name, each in question.answers.items()}
    linear: dict[str, dict[str, Number]] = {}
    for one, other in combinations(values, 2):
        linear.setdefault(one, {})[other] = correlation(values[one], values[other], weight)
    places = {name: each.place[chosen].astype(np.intp) for name, each in question.answers.items()}
    by_rank: dict[str, dict[str, Number]] = {}
    for one, other in combinations(places, 2):
        by_rank.setdefault(one, {})[other] = rank_correlation(places[one], places[other], weight)
    return linear, by_rank


def _overlaps(question: _Question) -> dict[str, Overlap]:
    """Return which events the methods select together, for each efficiency."""
    found = {}
    for key, place in SHOWN.items():
        selected = {name: each.passes(place) for name, each in question.cuts.items()}
        if selected:
            found[key] = _overlap(selected, question.signal, question.weight)
    return found


def _overlap(
    selected: Mapping[str, NDArray[np.bool_]], signal: NDArray[np.bool_], weight: NDArray[np.float64]
) -> Overlap:
    """Return which events the methods select together."""
    sides: list[dict[str, dict[str, Number]]] = []
    for of_class in (signal, ~signal):
        own = {name: each[of_class] for name, each in selected.items()}
        found: dict[str, dict[str, Number]] = {}
        for one, other in combinations(own, 2):
            found.setdefault(one, {})[other] = jaccard(own[one], own[other], weight[of_class])
        sides.append(found)
    both_ways = {
        one: {other: shared(own[one], own[other], weight[~signal]) for other in own if other != one} for one in own
    }
    return Overlap(sides[0], sides[1], background_shared=both_ways)


def _rankings(methods: Sequence[MethodResult]) -> RankingAgreement | None:
    """Return how far the methods agree on the order of the variables, None if they give no two orders."""
    shap = {each.name: each.shap for each in methods if len(each.shap) >= FEWEST}
    known = {each.name: each.permutation for each in methods if each.permutation is not None}
    permutation = {name: each.values for name, each in known.items() if len(each.values) >= FEWEST}

    def pairs(orders: Mapping[str, Mapping[str, Number]]) -> dict[str, dict[str, Number]]:
        found: dict[str, dict[str, Number]] = {}
        for one, other in combinations(orders, 2):
            found.setdefault(one, {})[other] = rank_agreement(orders[one], orders[other])
        return found

    within = {name: rank_agreement(shap[name], permutation[name]) for name in shap if name in permutation}
    if len(shap) < 2 and len(permutation) < 2 and not within:
        return None
    return RankingAgreement(shap=pairs(shap), permutation=pairs(permutation), within=within)

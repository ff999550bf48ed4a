"""Methods that tell classes apart, judged: signal and background, or several classes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from umva.reports.judging.expectations import yields
from umva.reports.judging.judge import Judge
from umva.reports.judging.probabilities import Mixture
from umva.reports.judging.slicing import Slicing
from umva.reports.judging.spectators import Spectators
from umva.reports.judging.tell_apart import Sides, tell_apart
from umva.reports.measures.auc import auc, mean_area
from umva.reports.measures.confusion import confusion
from umva.reports.measures.ranked import effective_number, rank
from umva.reports.measures.slices import weakest
from umva.reports.results import TrainTest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.judging.explained import Explained
    from umva.reports.material import Material
    from umva.reports.measures.influence import Measured
    from umva.reports.results import MethodResult, Number

__all__ = ["SeveralClasses", "TwoClasses"]


class TwoClasses(Judge):
    """Signal against background, by one response."""

    def __init__(self, material: Material) -> None:
        self.sides = _sides(material, 1)
        self.spectators, self.mixture, self.slicing = Spectators(material), Mixture(material), Slicing(material)
        self.yields, self.uncertainty = yields(material), material.expected.background_uncertainty

    def measure(
        self, known: MethodResult, train: NDArray[np.float64], test: NDArray[np.float64], shap: Explained
    ) -> tuple[MethodResult, Measured]:
        """Return all numbers, and the ROC area."""
        told = tell_apart(
            (train, test), self.sides, self.yields, background_uncertainty=self.uncertainty, shap=shap.shares()
        )
        numbers = replace(
            told.numbers,
            flatness=self.spectators.flatness(told.ranked, 1),
            calibration=self.mixture.calibration(told.ranked, train),
        )
        slices = self.slicing.areas([told.ranked])
        result = replace(known, **vars(numbers), score=told.test.number, slices=slices, weakest=weakest(slices))
        return result, told.test


class SeveralClasses(Judge):
    """Each class against the rest, by its probability; each against each other one, by the ratio of theirs."""

    def __init__(self, material: Material) -> None:
        self.outputs = material.classes
        test = material.parts["test"]
        self.y, self.weight = np.asarray(test.y), np.asarray(test.weight, dtype=np.float64)
        self.sides = [_sides(material, k) for k in range(len(self.outputs))]
        self.spectators, self.mixture, self.slicing = Spectators(material), Mixture(material), Slicing(material)
        self.yields, self.uncertainty = yields(material), material.expected.background_uncertainty

    def measure(
        self, known: MethodResult, train: NDArray[np.float64], test: NDArray[np.float64], shap: Explained
    ) -> tuple[MethodResult, Measured]:
        """Return all numbers, and the mean of the classes' ROC areas."""
        told = [
            tell_apart(
                (train[:, k], test[:, k]),
                sides,
                self.yields,
                background_uncertainty=self.uncertainty,
                shap=shap.shares(k),
            )
            for k, sides in enumerate(self.sides)
        ]
        slices = self.slicing.areas([each.ranked for each in told])
        means = [
            mean_area([getattr(each, part) for each in told], n_eff=self._smallest(index))
            for index, part in enumerate(("train", "test"))
        ]
        result = replace(
            known,
            auc=TrainTest(train=means[0].number, test=means[1].number),
            score=means[1].number,
            classes={
                label: replace(
                    each.numbers,
                    flatness=self.spectators.flatness(each.ranked, k),
                    calibration=self.mixture.calibration(each.ranked, train[:, k]),
                )
                for k, (label, each) in enumerate(zip(self.outputs, told, strict=True))
            },
            pairs=self._pairs(test),
            confusion=confusion(test, self.y, self.weight, self.outputs),
            shap=shap.shares(),
            slices=slices,
            weakest=weakest(slices),
        )
        return result, means[1]

    def _pairs(self, probability: NDArray[np.float64]) -> dict[str, dict[str, Number]]:
        """Return the area of each class against each other one."""
        found: dict[str, dict[str, Number]] = {label: {} for label in self.outputs}
        for a, b in combinations(range(len(self.outputs)), 2):
            chosen = (self.y == a) | (self.y == b)
            ratio = _log_ratio(probability[chosen, a], probability[chosen, b])
            number = auc(rank(ratio, self.y[chosen] == a, self.weight[chosen]))
            found[self.outputs[a]][self.outputs[b]] = found[self.outputs[b]][self.outputs[a]] = number
        return {a: {b: found[a][b] for b in self.outputs if b != a} for a in self.outputs}

    def _smallest(self, part: int) -> float:
        """Return the effective number of events of the smallest class in train (0) or test (1)."""
        weights = [sides[part].weight[sides[part].is_signal] for sides in self.sides]
        return min(effective_number(float(each.sum()), float(each @ each)) for each in weights)


def _log_ratio(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the ratio of two probabilities, 0 where both are 0.

    Unlike a share of their sum it resolves ratios far from 1, whichever comes first; rounded, equal ratios of the small
    whole numbers that neighbours and trees count are equal.

    Examples
    --------
    >>> _log_ratio(np.array([0.3, 0.0, 0.0]), np.array([0.1, 0.0, 0.2])).tolist()
    [1.098612289, 0.0, -1000.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.round(np.log(one) - np.log(other), 9)
    return np.nan_to_num(found, nan=0.0, posinf=1e3, neginf=-1e3)


def _sides(material: Material, signal: int) -> tuple[Sides, Sides]:
    """Return the events of train and test with one class as the signal."""
    train, test = (
        Sides(np.asarray(part.y) == signal, np.asarray(part.weight, dtype=np.float64))
        for part in (material.parts["train"], material.parts["test"])
    )
    return train, test

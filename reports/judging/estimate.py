"""Methods that estimate numbers, judged: every number of a regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from umva.reports.judging.judge import Judge
from umva.reports.judging.slicing import Slicing
from umva.reports.measures.deviation import deviations, mean_deviation, truncated
from umva.reports.measures.histogram import density, fill
from umva.reports.measures.mutual import mutual_information
from umva.reports.measures.overfitting import overfitting
from umva.reports.measures.profile import places, profile
from umva.reports.measures.quantiles import QUANTILES, quantiles
from umva.reports.measures.ranges import robust_binning
from umva.reports.measures.ranked import rank
from umva.reports.measures.slices import weakest
from umva.reports.results import Estimation, TrainTest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.reports.judging.explained import Explained
    from umva.reports.material import Material, Part
    from umva.reports.measures.influence import Measured
    from umva.reports.measures.profile import Places
    from umva.reports.results import MethodResult, Number

__all__ = ["Targets"]


class Targets(Judge):
    """Each target by itself; the methods are compared by the mean deviation in units of the targets' spread."""

    less_is_better: ClassVar[bool] = True

    def __init__(self, material: Material) -> None:
        self.outputs = tuple(each.name for each in material.targets)
        self.train, self.test = (_Answers(material.parts[name]) for name in ("train", "test"))
        self.inputs = tuple(each.name for each in material.inputs)
        self.slicing = Slicing(material)

    @cached_property
    def by_input(self) -> Mapping[str, Places]:
        """Bins of every input on the test part."""
        X = self.test.part.X
        return {name: places(np.ascontiguousarray(X[:, j]), self.test.weight) for j, name in enumerate(self.inputs)}

    @cached_property
    def by_target(self) -> list[Places]:
        """Bins of every target on the test part."""
        return [places(self.test.truth[:, k], self.test.weight) for k in range(len(self.outputs))]

    def measure(
        self, known: MethodResult, train: NDArray[np.float64], test: NDArray[np.float64], shap: Explained
    ) -> tuple[MethodResult, Measured]:
        """Return all numbers, and the mean over targets of RMSE over standard deviation."""
        targets, scores = {}, []
        for k, name in enumerate(self.outputs):
            estimation, score = self._target(k, train[:, k], test[:, k], shap.shares(k))
            targets[name] = estimation
            scores.append(score)
        score = mean_deviation(scores)
        return replace(known, targets=targets, score=score.number, shap=shap.shares()), score

    def _target(
        self, k: int, train: NDArray[np.float64], test: NDArray[np.float64], shap: dict[str, Number]
    ) -> tuple[Estimation, Measured]:
        """Return all numbers of one target, and its RMSE in units of its standard deviation."""
        known, _ = self.train.moments(k, train)
        new, score = self.test.moments(k, test)
        both = {key: TrainTest(train=known[key], test=new[key]) for key in new}
        d_train, d_test = train - self.train.truth[:, k], test - self.test.truth[:, k]
        weights = self.train.weight, self.test.weight
        binning = robust_binning([(d_train, weights[0]), (d_test, weights[1])])
        ranked = rank(d_train, np.ones(len(d_train)), weights[0]), rank(d_test, np.ones(len(d_test)), weights[1])
        slices = self.slicing.deviations(d_test)
        estimation = Estimation(
            **both,
            slices=slices,
            weakest=weakest(slices, less_is_better=True),
            quantiles=dict(zip(QUANTILES, quantiles(np.abs(d_test), weights[1]), strict=True)),
            train_deviation=density(fill(d_train, weights[0], binning)),
            test_deviation=density(fill(d_test, weights[1], binning)),
            against_target=profile(self.by_target[k], d_test, weights[1]),
            against_variables={name: profile(at, d_test, weights[1]) for name, at in self.by_input.items()},
            overtraining=overfitting(both["rmse"], ranked),
            shap=shap,
        )
        return estimation, score


@dataclass(frozen=True)
class _Answers:
    """One part with the true values of the targets."""

    part: Part

    @cached_property
    def truth(self) -> NDArray[np.float64]:
        """True values, shape ``(n_events, n_targets)``."""
        return np.asarray(self.part.y, dtype=np.float64)

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """Weights of the events."""
        return np.asarray(self.part.weight, dtype=np.float64)

    def moments(self, k: int, estimate: NDArray[np.float64]) -> tuple[dict[str, Number], Measured]:
        """Return the numbers of one target that both parts have, and the RMSE in units of the standard deviation."""
        truth, weight = self.truth[:, k], self.weight
        found = deviations(estimate, truth, weight)
        cut = truncated(estimate - truth, weight, found.bias, found.resolution)
        names = ("mse", "rmse", "mae", "r2", "bias", "resolution")
        numbers = {name: getattr(found, name).number for name in names}
        numbers |= {
            "bias_truncated": cut.bias.number,
            "resolution_truncated": cut.resolution.number,
            "mutual_information": mutual_information(estimate, truth, weight),
            "mutual_information_truncated": mutual_information(estimate, truth, weight, where=cut.inside),
        }
        return numbers, found.relative

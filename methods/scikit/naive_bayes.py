"""Naive Bayes: each class described by a Gaussian in each variable, as if the variables had nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.methods.base import Capabilities, Context, Events
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scikit.method import ScikitMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NaiveBayes"]


@register("NaiveBayes")
@dataclass(kw_only=True, eq=False)
class NaiveBayes(ScikitMethod):
    """Bayes' theorem with one Gaussian for each class and variable (scikit-learn).

    Use it as a baseline that trains in no time and cannot be overtrained: it sees differences of means and of widths,
    but no correlations, which is why inputs are made Gaussian and decorrelated by default. The response is the
    probability of each class, where the sum of a class's weights says how frequent it is; weights multiply each event's
    part of mean and variance. (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 6.6.3.)

    Examples
    --------
    >>> train = Events(np.array([[0], [2], [10], [14]], np.float32), np.array([0, 0, 1, 1], np.int8), np.ones(4))
    >>> NaiveBayes().fit(train).score(np.array([[1], [12]], np.float32)).round(3).tolist()
    [0.0, 1.0]
    """

    smoothing: float = option(
        1e-9, low=0.0, help="share of the largest variance of a variable that is added to all variances"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass"))
    precision: ClassVar[type[np.floating[Any]]] = np.float64  # in float32 what is nearly certain would be all alike
    repetition: ClassVar[Repetition] = Repetition()
    transform: ClassVar[str] = "G,D"
    cost: ClassVar[float] = 0.5
    quick_options: ClassVar[Mapping[str, Any]] = {}

    def _estimator(self, train: Events, context: Context) -> Any:
        from sklearn.naive_bayes import GaussianNB

        del train, context
        return GaussianNB(var_smoothing=self.smoothing)

"""Which booster serves which task, by TMVA's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.methods.trees.adaboost import AdaBoost, AdaBoostR2, AdaCost, Bagging, Means
from umva.methods.trees.gradient import AbsoluteDeviation, Gradient, Huber, LeastSquares, Softmax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.trees.boosters import Booster

__all__ = ["KINDS", "LOSSES"]

KINDS: Mapping[str, Mapping[str, type[Booster]]] = {
    "classification": {
        "AdaBoost": AdaBoost,
        "RealAdaBoost": AdaBoost,
        "AdaCost": AdaCost,
        "Bagging": Bagging,
        "Grad": Gradient,
    },
    "multiclass": {"Grad": Softmax},
    "regression": {"AdaBoostR2": AdaBoostR2, "Bagging": Means, "Grad": Huber},
}
"""Task to name to booster; RealAdaBoost is AdaBoost with purity leaves."""

LOSSES: Mapping[str, type[Booster]] = {
    "Huber": Huber,
    "LeastSquares": LeastSquares,
    "AbsoluteDeviation": AbsoluteDeviation,
}
"""What gradient boosting of a regression may minimise."""

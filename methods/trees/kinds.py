"""Which booster serves which task, by TMVA's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.methods.trees.adaboost import AdaBoost, AdaBoostR2, Bagging
from umva.methods.trees.gradient import Gradient, Huber, Softmax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.trees.boosters import Booster

__all__ = ["KINDS"]

KINDS: Mapping[str, Mapping[str, type[Booster]]] = {
    "classification": {"AdaBoost": AdaBoost, "RealAdaBoost": AdaBoost, "Bagging": Bagging, "Grad": Gradient},
    "multiclass": {"Grad": Softmax},
    "regression": {"AdaBoostR2": AdaBoostR2, "Grad": Huber},
}
"""Task to name to booster; RealAdaBoost is AdaBoost with purity leaves."""

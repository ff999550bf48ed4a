"""TMVA's options of pruning, as BDT and DT have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from umva.errors import OptionError

if TYPE_CHECKING:
    from umva.methods.base import Events
    from umva.methods.trees.boosters import Booster
    from umva.methods.trees.pruning import Pruning

__all__ = ["pruning", "require_pruning"]


def require_pruning(name: str, method: str, strength: float, *, boost: str, task: str) -> None:
    """Refuse what TMVA has no rule for, in the method ``name``.

    Raises
    ------
    OptionError
        If gradient boosted trees are to be pruned, or others by a rule that is not for them.
    """
    if method == "NoPruning":
        return
    if boost == "Grad":
        msg = f"{name}: option prune_method (PruneMethod) must be 'NoPruning' with gradient boosting, got {method!r}"
        raise OptionError(msg)
    if method == "ExpectedError" and task == "regression":
        msg = f"{name}: option prune_method (PruneMethod) 'ExpectedError' is for classes; use 'CostComplexity'"
        raise OptionError(msg)
    if method == "ExpectedError" and strength < 0:
        msg = f"{name}: option prune_strength (PruneStrength) cannot be found for 'ExpectedError'; use 'CostComplexity'"
        raise OptionError(msg)


def pruning(method: str, strength: float, booster: Booster, held_out: Events | None) -> Pruning | None:
    """Return how to prune, None if not at all; ``held_out`` events then tell how much."""
    if method == "NoPruning":
        return None
    from umva.methods.trees.forest import as_inputs
    from umva.methods.trees.pruning import HeldOut, Pruning

    kept = None
    if held_out is not None:
        kept = HeldOut(as_inputs(held_out.X), held_out.weight, held_out.y.astype(float).reshape(-1, booster.n_outputs))
    return Pruning(method, strength, booster.criterion, booster.learning.purity_limit, kept)

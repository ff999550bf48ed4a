"""XGBoost models as text: JSON whose trees are checked before XGBoost sees them.

XGBoost follows the indices that a model file holds unchecked, in compiled code: a forged or damaged file would crash the
process or read foreign memory. (``doc/model.schema`` of XGBoost describes the format.)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    from umva.methods.problem import Problem

__all__ = ["OBJECTIVES", "from_text", "to_text"]

OBJECTIVES = {"classification": "binary:logistic", "multiclass": "multi:softprob", "regression": "reg:squarederror"}
"""What XGBoost calls the loss of each task."""

_OF_NODES = (
    "base_weights",
    "default_left",
    "left_children",
    "loss_changes",
    "parents",
    "right_children",
    "split_conditions",
    "split_indices",
    "split_type",
    "sum_hessian",
)
"""What a tree has one of for each node."""


def to_text(booster: Any) -> str:
    """Return ``booster`` as JSON."""
    return str(booster.save_raw("json"), "utf-8")


def from_text(text: str, problem: Problem) -> Any:
    """Return the booster that :func:`to_text` gave, trained for ``problem`` (for one of its targets in a regression).

    Raises
    ------
    LookupError, TypeError, ValueError
        If it is another kind of model, or a tree points out of its arrays.
    """
    import xgboost

    model = json.loads(text, parse_constant=_refuse)
    _check(model["learner"], problem)
    booster = xgboost.Booster()
    booster.load_model(bytearray(json.dumps(model).encode()))  # XGBoostError is a ValueError
    return booster


def _refuse(constant: str) -> NoReturn:
    msg = f"{constant} is no number"
    raise ValueError(msg)


def _check(learner: Any, problem: Problem) -> None:
    """Raise ValueError unless the learner holds trees for this problem that stay within their arrays."""
    shape, booster = learner["learner_model_param"], learner["gradient_booster"]
    model = booster["model"]
    trees = model["trees"]
    n_classes = len(problem.classes) if problem.task == "multiclass" else 0
    n_outputs = max(1, n_classes)
    n_steps = len(trees) // n_outputs
    kinds = {
        "objective": (learner["objective"]["name"], OBJECTIVES[problem.task]),
        "booster": (booster["name"], "gbtree"),
        "classes": (int(shape["num_class"]), n_classes),
        "outputs": (int(shape["num_target"]), 1),
        "number of trees": (int(model["gbtree_model_param"]["num_trees"]), len(trees)),
        "trees in parallel": (int(model["gbtree_model_param"]["num_parallel_tree"]), 1),
        "outputs of the trees": (model["tree_info"], list(range(n_outputs)) * n_steps),
        "steps": (model["iteration_indptr"], list(range(0, len(trees) + 1, n_outputs))),
        "start for each output": (np.size(json.loads(shape["base_score"])) in {1, n_outputs}, True),
        "categories": (any(model.get("cats", {}).values()), False),
    }
    for what, (found, wanted) in kinds.items():
        if found != wanted:
            msg = f"its {what} must be {wanted}, got {found}"
            raise ValueError(msg)
    for tree in trees:
        _check_tree(tree, int(shape["num_feature"]))


def _check_tree(tree: Any, n_variables: int) -> None:
    """Each node but the first must have one mother at most, each inner node two daughters and a variable that exist."""
    n_nodes = int(tree["tree_param"]["num_nodes"])
    left, right, variable = (np.array(tree[key]) for key in ("left_children", "right_children", "split_indices"))
    children = np.concatenate([left[left != -1], right[left != -1]])
    if (
        any(len(tree[key]) != n_nodes for key in _OF_NODES)
        or any(part for key, part in tree.items() if key.startswith("categories"))
        or any(tree["split_type"])
        or int(tree["tree_param"]["size_leaf_vector"]) > 1
        or not left.dtype.kind == right.dtype.kind == variable.dtype.kind == "i"
        or np.any((children < 1) | (children >= n_nodes))
        or len(np.unique(children)) < len(children)
        or np.any((variable < 0) | (variable >= n_variables))
    ):
        msg = "a tree points out of its arrays"
        raise ValueError(msg)

"""LightGBM models as text: its own format, whose trees are checked before LightGBM sees them.

LightGBM reads arrays without looking at their lengths and follows the indices in them unchecked: a forged or damaged file
would crash the process or read foreign memory. Written and read are the head and the trees alone; what else LightGBM
appends (parameters of the training, importances) is of no use to a trained model.

A node's number is its place in the arrays; a child that is a leaf ``k`` is written ``-k - 1``. (``src/io/tree.cpp`` and
``src/boosting/gbdt_model_text.cpp`` of LightGBM.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from umva.methods.problem import Problem

__all__ = ["OBJECTIVES", "from_text", "to_text"]

OBJECTIVES = {"classification": "binary", "multiclass": "multiclass", "regression": "regression"}
"""What LightGBM calls the loss of each task."""

_END = "end of trees\n"
_INTEGERS_OF_NODES = ("decision_type", "internal_count", "left_child", "right_child", "split_feature")
_OF_NODES = (*_INTEGERS_OF_NODES, "internal_value", "internal_weight", "split_gain", "threshold")
_OF_LEAVES = ("leaf_count", "leaf_value", "leaf_weight")
_OF_TREES = ("Tree", "is_linear", "num_cat", "num_leaves", "shrinkage")
_OF_HEAD = (
    "feature_infos",
    "feature_names",
    "label_index",
    "max_feature_idx",
    "num_class",
    "num_tree_per_iteration",
    "objective",
    "tree_sizes",
    "version",
)
_CATEGORICAL = 1
"""The bit of ``decision_type`` that makes a threshold the index of a set of categories."""


def to_text(booster: Any, n_steps: int | None = None) -> str:
    """Return the head and the trees of ``booster``, of the first ``n_steps`` if given."""
    text: str = booster.model_to_string(num_iteration=n_steps)
    return text.partition(_END)[0] + _END


def from_text(text: str, problem: Problem) -> Any:
    """Return the booster that :func:`to_text` gave, trained for ``problem`` (for one of its targets in a regression).

    Raises
    ------
    LookupError, TypeError, ValueError
        If it is another kind of model, or a tree points out of its arrays.
    """
    import lightgbm

    _check(text, problem)
    try:
        return lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise ValueError(str(error)) from error


def _check(text: str, problem: Problem) -> None:
    """Raise ValueError unless the text holds trees for this problem that stay within their arrays."""
    first, *sections = text.removesuffix(_END).split("\nTree=")
    kind, _, lines = first.partition("\n")
    head = _pairs(lines, _OF_HEAD)
    n_variables = int(head["max_feature_idx"]) + 1
    n_outputs = len(problem.classes) if problem.task == "multiclass" else 1
    sizes = [len(f"Tree={each}\n") for each in sections]
    sizes[-1:] = [size - 1 for size in sizes[-1:]]  # no line break was cut off behind the last
    kinds = {
        "kind": (kind, "tree"),
        "version": (head["version"], "v4"),
        "objective": (head["objective"].split()[0], OBJECTIVES[problem.task]),
        "classes": (int(head["num_class"]), n_outputs),
        "trees a step": (int(head["num_tree_per_iteration"]), n_outputs),
        "number of trees": (len(sections) % n_outputs, 0),
        "names of the variables": (len(head["feature_names"].split()), n_variables),
        "ranges of the variables": (len(head["feature_infos"].split()), n_variables),
        "sizes of the trees": ([int(each) for each in head["tree_sizes"].split()], sizes),
        "end": (text.endswith(_END), True),
    }
    for what, (found, wanted) in kinds.items():
        if found != wanted:
            msg = f"its {what} must be {wanted}, got {found}"
            raise ValueError(msg)
    for each in sections:
        _check_tree(_pairs(f"Tree={each}", (*_OF_TREES, *_OF_NODES, *_OF_LEAVES)), n_variables)


def _pairs(lines: str, keys: tuple[str, ...]) -> dict[str, str]:
    """Return ``key=value`` of all lines; ValueError unless there is each of the keys once, and nothing else."""
    found = [line.partition("=")[::2] for line in lines.split("\n") if line]
    if sorted(key for key, _ in found) != sorted(keys):
        msg = "a section has other keys than it must"
        raise ValueError(msg)
    return dict(found)


def _check_tree(tree: dict[str, str], n_variables: int) -> None:
    """Each node but the first and each leaf must be the child of one node, each node have a variable that exists."""
    n_leaves = int(tree["num_leaves"])
    numbers = {key: np.array(tree[key].split(), float) for key in (*_OF_NODES, *_OF_LEAVES)}
    nodes = {key: np.array(tree[key].split(), int) for key in _INTEGERS_OF_NODES}
    children = np.sort(np.concatenate([nodes["left_child"], nodes["right_child"]]))
    expected = np.concatenate([np.arange(-n_leaves, 0), np.arange(1, n_leaves - 1)])
    lone = n_leaves == 1  # then LightGBM leaves out the weight of its only leaf
    if (
        n_leaves < 1
        or any(len(numbers[key]) != n_leaves - 1 for key in _OF_NODES)
        or any(len(numbers[key]) != n_leaves for key in _OF_LEAVES if not (lone and key == "leaf_weight"))
        or not all(np.isfinite(each).all() for key, each in numbers.items() if key != "threshold")
        or np.isnan(numbers["threshold"]).any()  # infinite is one between what is missing and all else
        or (int(tree["num_cat"]), int(tree["is_linear"])) != (0, 0)
        or np.any(nodes["decision_type"] & _CATEGORICAL)
        or np.any((nodes["split_feature"] < 0) | (nodes["split_feature"] >= n_variables))
        or not (lone or np.array_equal(children, expected))
    ):
        msg = "a tree points out of its arrays"
        raise ValueError(msg)

"""CatBoost models as text: its own JSON, whose trees are checked before CatBoost sees them.

CatBoost follows what a model file says unchecked: a forged or damaged file would crash the process or read foreign memory.
CatBoost reads JSON numbers not to the last bit; the model in use is therefore always the one that was read from the text.
Left out are the date, the names of the machine's files, and what else a trained model does not need.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["OBJECTIVES", "Booster", "from_text", "to_text"]

OBJECTIVES = {"classification": "Logloss", "multiclass": "MultiClass", "regression": "RMSE"}
"""What CatBoost calls the loss of each task."""

_OF_VARIABLES = {"borders", "feature_id", "feature_index", "flat_feature_index", "has_nans", "nan_value_treatment"}
_OF_CUTS = {"border", "float_feature_index", "split_index", "split_type"}


@dataclass(frozen=True)
class Booster:
    """A CatBoost model beside the text that it was read from.

    Parameters
    ----------
    text
        JSON.
    model
        CatBoost's object.
    """

    text: str
    model: Any

    def predict(self, X: NDArray[np.float32]) -> Any:
        """Return the sums of the trees' answers, ``(n_events,)`` or ``(n_events, n_classes)``."""
        return self.model.predict(X, prediction_type="RawFormulaVal")

    def shap(self, X: NDArray[np.float32]) -> Any:
        """Return their Shapley values and means, ``(n_events, n_variables + 1)``, classes in between if several."""
        import catboost

        return self.model.get_feature_importance(catboost.Pool(X), type="ShapValues")


def to_text(model: Any, problem: Problem) -> str:
    """Return CatBoost's ``model`` as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "booster.json"
        model.save_model(str(path), format="json")
        whole = json.loads(path.read_bytes())
    return json.dumps(
        {
            "features_info": whole["features_info"],
            "model_info": _info(problem),
            "oblivious_trees": whole["oblivious_trees"],
            "scale_and_bias": whole["scale_and_bias"],
        }
    )


def from_text(text: str, problem: Problem) -> Booster:
    """Return the booster that :func:`to_text` gave, trained for ``problem`` (for one of its targets in a regression).

    Raises
    ------
    LookupError, TypeError, ValueError
        If it is another kind of model, or a tree points out of its arrays.
    """
    import catboost

    _check(json.loads(text), problem)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "booster.json"
        path.write_text(text, encoding="utf-8")
        try:
            return Booster(text, catboost.CatBoost().load_model(str(path), format="json"))
        except catboost.CatBoostError as error:
            raise ValueError(str(error)) from error


def _info(problem: Problem) -> dict[str, Any]:
    """Return what CatBoost wants to know of a training before it explains a model."""
    name = OBJECTIVES[problem.task]
    return {"params": {"flat_params": {"loss_function": name}, "loss_function": {"type": name, "params": {}}}}


def _check(model: Any, problem: Problem) -> None:
    """Raise ValueError unless the model holds trees for this problem that stay within their arrays."""
    variables = model["features_info"]["float_features"]
    scale, bias = model["scale_and_bias"]
    n_outputs = len(problem.classes) if problem.task == "multiclass" else 1
    kinds = {
        "parts": (sorted(model), ["features_info", "model_info", "oblivious_trees", "scale_and_bias"]),
        "task": (model["model_info"], _info(problem)),
        "kinds of variables": (sorted(model["features_info"]), ["float_features"]),
        "order of the variables": ([each["feature_index"] for each in variables], list(range(len(variables)))),
        "columns": ([each["flat_feature_index"] for each in variables], list(range(len(variables)))),
        "description of a variable": (all(set(each) == _OF_VARIABLES for each in variables), True),
        "scale": (scale, 1),
        "start for each output": (len(bias), n_outputs),
    }
    for what, (found, wanted) in kinds.items():
        if found != wanted:
            msg = f"its {what} must be {wanted}, got {found}"
            raise ValueError(msg)
    cuts = [(each["feature_index"], border) for each in variables for border in each["borders"]]
    _finite([*bias, *(border for _, border in cuts)])
    for tree in model["oblivious_trees"]:
        _check_tree(tree, cuts, n_outputs)


def _check_tree(tree: Any, cuts: list[tuple[int, float]], n_outputs: int) -> None:
    """Each cut must be one of those listed with the variables, each leaf have a number for each output."""
    splits = tree["splits"] or []  # CatBoost writes null for a tree that is one leaf
    n_leaves = 2 ** min(len(splits), 16)  # deeper trees than CatBoost grows have too few leaves then
    _finite(tree["leaf_values"])
    _finite(tree["leaf_weights"])
    if (
        set(tree) != {"leaf_values", "leaf_weights", "splits"}
        or any(set(each) != _OF_CUTS or each["split_type"] != "FloatFeature" for each in splits)
        or any(type(each["split_index"]) is not int or each["split_index"] < 0 for each in splits)
        or any(cuts[each["split_index"]] != (each["float_feature_index"], each["border"]) for each in splits)
        or len(tree["leaf_values"]) != n_leaves * n_outputs
        or len(tree["leaf_weights"]) != n_leaves
    ):
        msg = "a tree points out of its arrays"
        raise ValueError(msg)


def _finite(numbers: Any) -> None:
    """Raise ValueError or TypeError unless this is a list of finite numbers."""
    if not np.isfinite(np.array(numbers, float)).all():
        msg = "a number is not finite"
        raise ValueError(msg)

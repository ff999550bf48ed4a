"""Exact Shapley values of scikit-learn's tree ensembles, by the shap library."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["tree_shap"]

_EXACT = {
    f"{trees}{task}"
    for trees in ("DecisionTree", "ExtraTrees", "GradientBoosting", "HistGradientBoosting", "RandomForest")
    for task in ("Classifier", "Regressor")
}


def tree_shap(estimator: Any, X: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Return exact Shapley values, shape ``(n_events, n_variables, n_outputs)``, or None if these are no trees.

    They share out the probabilities of ``estimator.classes_`` (forests), the logarithms of these up to a sum common to
    all classes (boosting; of two classes only one output, the log odds of the second) or the estimated targets. What is
    not known of an event is averaged over the training events that reach each node, by weight (in histogram gradient
    boosting by number). (Lundberg et al., Nature Machine Intelligence 2 (2020) 56.)

    Parameters
    ----------
    estimator
        A trained scikit-learn classifier or regressor.
    X
        Events to explain.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X = np.array([[0, 5], [1, 5]], np.float32)
    >>> tree_shap(DecisionTreeClassifier().fit(X, [0, 1]), X)[..., 1].tolist()
    [[-0.5, 0.0], [0.5, 0.0]]
    """
    if not _is_exact(estimator):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # matplotlib's, for what shap does when imported
        from shap import TreeExplainer
    events = X if len(X) else np.zeros((1, X.shape[1]), np.float32)  # of no events shap does not tell the outputs
    outputs = [
        np.asarray(TreeExplainer(each).shap_values(events, check_additivity=False), np.float64)
        for each in _parts(estimator)
    ]
    return np.concatenate([each.reshape(*events.shape, -1) for each in outputs], axis=2)[: len(X)]


def _is_exact(estimator: Any) -> bool:
    """Tell trees that are cut in numbers and do not start from another model."""
    kind = type(estimator)
    if kind.__name__ not in _EXACT or not kind.__module__.startswith("sklearn."):
        return False
    constant = getattr(estimator, "init", None) in {None, "zero"}
    return constant and getattr(estimator, "is_categorical_", None) is None


def _parts(estimator: Any) -> list[Any]:
    """Return what shap can explain: the estimator, or each class's trees of one that shap does not know."""
    if type(estimator).__name__ != "GradientBoostingClassifier" or estimator.n_trees_per_iteration_ == 1:
        return [estimator]
    from shap.explainers._tree import SingleTree

    return [
        [SingleTree(each.tree_, scaling=estimator.learning_rate) for each in column]
        for column in estimator.estimators_.T
    ]

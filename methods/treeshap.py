"""Exact Shapley values of scikit-learn's tree ensembles, by the shap library."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["tree_shap"]

_EXACT = {
    "DecisionTreeClassifier",
    "ExtraTreesClassifier",
    "GradientBoostingClassifier",
    "HistGradientBoostingClassifier",
    "RandomForestClassifier",
}


def tree_shap(estimator: Any, X: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Return exact Shapley values, shape ``(n_events, n_variables)``, or None if ``estimator`` is no such ensemble.

    They share out the probability (forests) or the log odds (boosting). What is not known of an event is averaged over
    the training events, by weight, that reach each node. (Lundberg et al., Nature Machine Intelligence 2 (2020) 56.)

    Parameters
    ----------
    estimator
        A trained scikit-learn classifier.
    X
        Events to explain.

    Examples
    --------
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> X = np.array([[0, 5], [1, 5]], np.float32)
    >>> tree_shap(DecisionTreeClassifier().fit(X, [0, 1]), X).tolist()
    [[-0.5, 0.0], [0.5, 0.0]]
    """
    kind = type(estimator)
    if kind.__name__ not in _EXACT or not kind.__module__.startswith("sklearn."):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)  # matplotlib's, for what shap does when imported
        from shap import TreeExplainer
    values = np.asarray(TreeExplainer(estimator).shap_values(X, check_additivity=False), np.float64)
    return values[..., 1] if values.ndim == 3 else values

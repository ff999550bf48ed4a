"""Scikit-learn estimators on disk: skops files, of which only known types are loaded and what they hold is checked.

A skops file is a zip of JSON and arrays. Loading it builds objects of trusted types and calls nothing else. Some of these
types (trees of all kinds) follow the indices in their arrays unchecked in compiled code, which would let a forged file
crash the process or read foreign memory; :func:`restore` therefore checks these indices before anything is predicted.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError, RunError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import ArrayLike

__all__ = ["dump", "require_trusted", "restore", "trust", "trusted", "untrusted"]

_CHECKED = (
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
)
_PLAIN = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.feature_selection._univariate_selection.f_classif",
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.DotProduct",
    "sklearn.gaussian_process.kernels.Exponentiation",
    "sklearn.gaussian_process.kernels.Matern",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.gaussian_process.kernels.RationalQuadratic",
    "sklearn.gaussian_process.kernels.Sum",
    "sklearn.gaussian_process.kernels.WhiteKernel",
    "sklearn.metrics._dist_metrics.EuclideanDistance",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.utils._bunch.Bunch",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRFClassifier",
    "xgboost.sklearn.XGBRFRegressor",
    "xgboost.sklearn.XGBRegressor",
)
_TRUSTED: set[str] = {*_CHECKED, *_PLAIN}


def trust(*types: str) -> None:
    """Let estimators hold objects of these types, for as long as the process lives.

    Loading a model that holds one imports its module and builds the object: name only code that you would run.

    Parameters
    ----------
    types
        Dotted names, as the error that refused them gives them.

    Examples
    --------
    >>> trust("my_analysis.features.AddMasses")
    """
    _TRUSTED.update(types)


def trusted() -> tuple[str, ...]:
    """Return the types that estimators may hold, sorted; to be trusted in another process, too."""
    return tuple(sorted(_TRUSTED))


def untrusted(estimator: Any) -> list[str]:
    """Return the types that ``estimator`` holds and that would not be loaded, sorted.

    Raises
    ------
    MethodError
        If it cannot be saved without pickle at all.

    Examples
    --------
    >>> from sklearn.svm import SVC
    >>> untrusted(SVC())
    []
    """
    import skops.io

    try:
        data = skops.io.dumps(estimator)
    except Exception as error:  # skops gives no kind of its own
        msg = f"{type(estimator).__name__} cannot be saved without pickle: {error}"
        raise MethodError(msg) from error
    return _unknown(data=data)


def _unknown(**stored: Any) -> list[str]:
    """Return the types in a skops file (``file``) or its bytes (``data``) that are not trusted, sorted."""
    import skops.io

    return sorted(set(skops.io.get_untrusted_types(**stored)) - _TRUSTED)


def require_trusted(name: str, types: list[str]) -> None:
    """Refuse an estimator that holds types which would not be loaded.

    Raises
    ------
    MethodError
        If there are any; says how to allow them.
    """
    if types:
        names = ", ".join(map(repr, types))
        msg = f"{name} holds {names}, which umva does not load unasked; allow it by umva.methods.wrapped.trust({names})"
        raise MethodError(msg)


def dump(estimators: list[Any], path: Path, *, name: str) -> None:
    """Write ``estimators`` to ``path``, compressed.

    Parameters
    ----------
    estimators
        What was trained, of any number of scikit-learn types.
    path
        Where to, usually ``.skops``.
    name
        What they are called in the error.

    Raises
    ------
    MethodError
        If they have come to hold, in their training, what would not be loaded.
    """
    import skops.io

    skops.io.dump(estimators, path, compression=zipfile.ZIP_DEFLATED, compresslevel=3)
    require_trusted(name, _unknown(file=path))


def restore(path: Path) -> Any:
    """Return what :func:`dump` wrote to ``path``; that it is a list of estimators is for the caller to check.

    Raises
    ------
    RunError
        If the file cannot be read, holds a type that is not trusted, or holds a tree that points out of its arrays.
    """
    import skops.io

    try:
        require_trusted(f"{path}:", _unknown(file=path))
        stored = skops.io.load(path, trusted=sorted(_TRUSTED))
        _check(stored, None)
    except MethodError as error:
        raise RunError(str(error)) from error
    except Exception as error:  # a damaged zip, JSON or array may fail in any way
        msg = f"{path}: cannot be read as a scikit-learn estimator ({error})"
        raise RunError(msg) from error
    return stored


def _check(item: Any, width: int | None) -> None:
    """Raise ValueError if a tree somewhere in ``item`` would be followed out of its arrays.

    ``width`` is the number of columns that scikit-learn is sure to hand to ``item``.
    """
    kind = f"{type(item).__module__}.{type(item).__qualname__}"
    if kind == "sklearn.tree._tree.Tree":
        inner = item.children_left != -1
        _check_nodes(inner, item.children_left, item.children_right, item.feature, width)
    elif kind.endswith("predictor.TreePredictor"):
        nodes = item.nodes
        inner = nodes["is_leaf"] == 0
        _check_nodes(inner, nodes["left"], nodes["right"], nodes["feature_idx"], width)
        _within(nodes["bitset_idx"][inner & (nodes["is_categorical"] != 0)], 0, len(item.raw_left_cat_bitsets))
    elif kind.endswith(("KDTree", "BallTree")):
        _check_neighbours(item)
    else:
        _check_parts(item, width)


def _check_parts(item: Any, width: int | None) -> None:
    """Check all that a container or an estimator holds."""
    own = getattr(item, "n_features_in_", width)
    for key, part in _parts(item):
        if key == "estimators_":
            _check_members(item, part, own)
        _check(part, own)


def _parts(item: Any) -> Iterator[tuple[str, Any]]:
    """Yield what ``item`` holds, with the attribute's name if it has one."""
    if isinstance(item, dict):
        yield from ((str(key), part) for key, part in item.items())
    elif isinstance(item, list | tuple):
        yield from (("", part) for part in item)
    elif isinstance(item, np.ndarray):
        if item.dtype == object:
            yield from (("", part) for part in item.ravel())
    elif hasattr(item, "__dict__") and not isinstance(item, type):
        yield from vars(item).items()


def _check_members(ensemble: Any, members: Any, width: int | None) -> None:
    """Members of an ensemble get its input unchecked: none may expect more columns.

    Those of gradient boosting, an array of trees by classes, add to an array whose columns are not counted either: it has
    at least one, or as many as there are classes in what they start from.
    """
    if any(width is None or getattr(each, "n_features_in_", 0) > width for _, each in _parts(members)):
        msg = "a member of an ensemble expects more columns than the ensemble"
        raise ValueError(msg)
    if isinstance(members, np.ndarray) and members.ndim == 2 and members.shape[1] != 1:
        start = ensemble.init_
        if start != "zero" and not (type(start).__name__ == "DummyClassifier" and start.strategy == "prior"):
            msg = f"trees for several classes that start from {start}"
            raise ValueError(msg)
        columns = ensemble.n_trees_per_iteration_ if start == "zero" else len(start.class_prior_)
        _within(members.shape[1], columns, columns + 1)
        _within(start == "zero" or ensemble._loss.is_multiclass, 1, 2)


def _check_nodes(inner: Any, left: Any, right: Any, feature: Any, width: int | None) -> None:
    """Each inner node must point forward, to nodes that exist, and split in a column that exists."""
    index = np.flatnonzero(inner)
    for child in (left, right):
        _within(np.asarray(child, np.int64)[index] - index, 1, len(inner) - index)
    _within(np.asarray(feature)[index], 0, width or 0)


def _check_neighbours(tree: Any) -> None:
    """Each node must hold events that exist; the last nodes must be leaves."""
    data, events, nodes, _ = tree.get_arrays()
    _within(events, 0, len(data))
    _within(nodes["idx_start"], 0, len(data) + 1)
    _within(nodes["idx_end"], 0, len(data) + 1)
    childless = 2 * np.arange(len(nodes)) + 2 >= len(nodes)
    _within(nodes["is_leaf"][childless], 1, 2)


def _within(values: ArrayLike, low: int, high: ArrayLike) -> None:
    array = np.asarray(values)
    if np.any((array < low) | (array >= high)):
        msg = "a tree points out of its arrays"
        raise ValueError(msg)

"""Any method as a scikit-learn estimator, for pipelines, cross-validation, searches and calibration.

The other direction, a scikit-learn estimator as a method, is :func:`umva.methods.wrapped.wrap`. No input transformation is
applied here: methods that want one, such as KNN, SVM and the networks, are best put behind a scaler in a ``Pipeline``.
Negative weights and missing values are refused unless the method takes them.

This module imports scikit-learn, so nothing in umva imports it before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from umva.errors import MethodError, did_you_mean
from umva.methods.base import Events, Method
from umva.methods.links import probability
from umva.methods.odds import Odds
from umva.methods.options import resolve
from umva.methods.problem import Problem
from umva.methods.registry import available, get
from umva.methods.scikit.adapter import MethodEstimator

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from sklearn.utils import Tags


__all__ = ["MethodClassifier", "MethodRegressor", "estimator"]


def estimator(
    method: str | Method, /, *, task: str | None = None, **options: Any
) -> MethodClassifier | MethodRegressor:
    """Return a method as a scikit-learn estimator, untrained.

    Parameters
    ----------
    method
        A registered name, ours or TMVA's type, or a method with its options.
    task
        ``"regression"`` gives a regressor, ``"classification"`` and ``"multiclass"`` a classifier; by default a classifier if
        the method can be one.
    options
        Options of the method by native or TMVA's name, and ``random_state`` and ``n_jobs``.

    Raises
    ------
    UnknownMethodError, OptionError, MethodError
        For names, values and tasks that there are not.

    Examples
    --------
    >>> estimator("BDT", NTrees=100)
    MethodClassifier('BDT', n_trees=100)
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), ["background", "background", "signal", "signal"]
    >>> estimator("Fisher").fit(X, y).predict([[0.2], [2.8]]).tolist()
    ['background', 'signal']
    """
    which, given = _registered(method)
    own = {key: options.pop(key) for key in ("random_state", "n_jobs") if key in options}
    cls = get(which) if isinstance(which, str) else type(which)
    if options:
        given |= resolve(cls, cls.name, options, refused=cls.refused)
    wanted = task or cls.capabilities.tasks[0]
    if wanted not in cls.capabilities.tasks:
        msg = f"{cls.name} knows no task {wanted!r}: {did_you_mean(wanted, cls.capabilities.tasks)}"
        raise MethodError(msg)
    return (MethodRegressor if wanted == "regression" else MethodClassifier)(which, **own, **given)


def _registered(method: str | Method) -> tuple[str | Method, dict[str, Any]]:
    """Return the name of a method and its options if it can be made from these, else itself."""
    if isinstance(method, str):
        return get(method).name, {}
    return (method.name, method.options()) if method.name in available() else (method, {})


class MethodClassifier(ClassifierMixin, MethodEstimator):  # type: ignore[misc]
    """A method as a scikit-learn classifier; see :func:`umva.estimator`.

    The second of two classes, in sorted order, is signal. A response between 0 and 1 is the probability; from any other the
    log odds follow by a straight line fitted to the training events (Platt, Advances in Large Margin Classifiers, 1999, 61),
    which orders events alike. Where the probabilities themselves matter, calibrate on other events, with
    ``CalibratedClassifierCV``.

    Parameters
    ----------
    which
        Name of the method, or the method itself.
    random_state
        Seed of the training.
    n_jobs
        Threads of the training; None for one.
    options
        Options of the method.

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), [0, 0, 1, 1]
    >>> MethodClassifier("LD").fit(X, y).score(X, y)
    1.0
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on events of two or more classes and return itself.

        Parameters
        ----------
        X
            Inputs, shape ``(n_events, n_variables)``; used as float32.
        y
            Classes, numbers or strings, shape ``(n_events,)``.
        sample_weight
            Weights, shape ``(n_events,)``; by default 1.

        Raises
        ------
        ValueError
            For arrays that cannot be used, or if there is but one class.
        """
        inputs, labels = self._checked(X, y)
        check_classification_targets(labels)
        weight = self._weight(sample_weight, len(inputs))
        self.classes_, index = np.unique(column_or_1d(labels, warn=True), return_inverse=True)
        weighted = len(np.unique(index[weight != 0]))
        if weighted < max(2, len(self.classes_)):
            msg = (
                f"two classes or more must have events of non-zero weight, got {weighted} class of {len(self.classes_)}"
            )
            raise ValueError(msg)
        if len(self.classes_) > 2 and "multiclass" not in self._class().capabilities.tasks:
            msg = "Only binary classification is supported. The type of the target is multiclass."
            raise ValueError(msg)
        problem = Problem(classes=tuple(map(str, self.classes_)))
        train = Events(inputs, index.astype(np.int8), weight, problem)
        self._train(train)
        binary = problem.task == "classification"
        self._odds_ = Odds.fitted(self.method_.score(inputs), train) if binary else None
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return what is positive for the second of two classes, shape ``(n_events,)``; of several one column a class."""
        score = self._respond(X)
        if score.ndim > 1:
            return score
        return score - 0.5 if self._odds_ is None else self._odds_(score)

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the probabilities of the classes, shape ``(n_events, n_classes)``, in the order of ``classes_``."""
        decision = self.decision_function(X)
        if decision.ndim > 1:
            return decision
        signal = decision + 0.5 if self._odds_ is None else probability(decision)
        return np.column_stack([1 - signal, signal])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most probable classes, shape ``(n_events,)``."""
        decision = self.decision_function(X)
        chosen = decision.argmax(axis=1) if decision.ndim > 1 else (decision > 0).astype(np.intp)
        classes: NDArray[Any] = self.classes_[chosen]
        return classes

    def __sklearn_tags__(self) -> Tags:
        """Say which classes the method takes."""
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = "multiclass" in self._class().capabilities.tasks
        return tags


class MethodRegressor(RegressorMixin, MethodEstimator):  # type: ignore[misc]
    """A method as a scikit-learn regressor; see :func:`umva.estimator`.

    Parameters are those of :class:`MethodClassifier`.

    Examples
    --------
    >>> MethodRegressor("LD")
    MethodRegressor('LD')
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on events with one target, ``y`` of shape ``(n_events,)``, or several, and return itself.

        Raises
        ------
        ValueError
            For arrays that cannot be used, or if the method takes one target only and there are several.
        """
        inputs, answers = self._checked(X, y, multi_output=self._class().capabilities.several_targets, y_numeric=True)
        self._flat = answers.ndim == 1
        targets = (answers[:, None] if self._flat else answers).astype(np.float64)
        problem = Problem(classes=(), targets=tuple(f"target {i}" for i in range(targets.shape[1])))
        self._train(Events(inputs, targets, self._weight(sample_weight, len(inputs)), problem))
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the estimates in the shape of the targets that it was trained on."""
        score = self._respond(X)
        return score[:, 0] if self._flat else score

    def __sklearn_tags__(self) -> Tags:
        """Say how many targets the method takes."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = self._class().capabilities.several_targets
        return tags

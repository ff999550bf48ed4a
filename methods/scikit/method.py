"""What the methods share whose model is a scikit-learn estimator: training, response, Shapley values, files.

Such a method gives its options and makes an estimator of them; the rest is here::

    @register("LDA")
    @dataclass(kw_only=True, eq=False)
    class LDA(ScikitMethod):
        '''Linear discriminant analysis (scikit-learn).'''

        capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass"))

        def _estimator(self, train: Events, context: Context) -> Any:
            from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

            return LinearDiscriminantAnalysis()
"""

from __future__ import annotations

import warnings
from abc import abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import RunError
from umva.methods.base import Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs
from umva.methods.links import probability
from umva.methods.sampling import draw_by_weight
from umva.methods.scikit import sklearn_files
from umva.methods.scikit.treeshap import tree_shap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["ScikitMethod"]

_FILE = "estimator.skops"


@dataclass(kw_only=True, eq=False)
class ScikitMethod(Method):
    """A method whose model is a scikit-learn estimator: a classifier of two or more classes, or a regressor.

    Event weights, scaled to mean 1, are passed to the estimator's ``fit``. One that does not take them is trained on
    events drawn in proportion to their weights, as many as these are worth
    (:func:`umva.methods.sampling.draw_by_weight`), and ``notes_`` says so. Of several targets each gets a copy of the
    regressor.
    """

    scored_at_once: ClassVar[int] = 65536
    """Score so many events at a time, which bounds the memory."""

    precision: ClassVar[type[np.floating[Any]]] = np.float32
    """Type of the inputs that the estimator gets."""

    estimators_: list[Any] = field(default_factory=list, init=False, repr=False)
    """What was trained: one estimator, or one for each target."""

    @abstractmethod
    def _estimator(self, train: Events, context: Context) -> Any:
        """Return an untrained estimator for these events: a regressor if the task is a regression."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train the estimator, or a copy for each target; see :meth:`umva.methods.Method.fit`.

        What scikit-learn warns its users of becomes a note.
        """
        from sklearn.base import clone
        from threadpoolctl import threadpool_limits

        self.problem_, self.notes_ = train.problem, ()
        with threadpool_limits(context.n_threads), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            prototype = self._estimator(train, context)
            trainings = self._trainings(prototype, self._learnt_from(prototype, train, context.seed))
            watched: list[Events | None] = [None] * len(trainings)
            if validation is not None and validation.counts:
                watched[:] = self._trainings(prototype, validation)
            self.estimators_ = [
                self._train(clone(prototype), part, watch, context.part(number, len(trainings)))
                for number, (part, watch) in enumerate(zip(trainings, watched, strict=True))
            ]
        self.notes_ = tuple(dict.fromkeys([*self.notes_, *_told(warned)]))
        context.progress(1.0)
        return self

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        """Train ``estimator`` and return what is to be kept; ``train.y`` is flat unless it learns all targets at once."""
        del validation, context
        return estimator.fit(train.X, train.y, **self._weights(estimator, train))

    def _weights(self, estimator: Any, train: Events) -> dict[str, NDArray[np.float64]]:
        """Return the event weights as an argument of ``fit``; none if it does not take them."""
        keyword = self._weight_keyword(estimator)
        return {} if keyword is None else {keyword: train.weight}

    def _weight_keyword(self, estimator: Any) -> str | None:
        """Return the argument of ``fit`` that takes the event weights, None if there is none."""
        from sklearn.utils.validation import has_fit_parameter

        return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None

    def _learns_all_targets(self, estimator: Any, n_targets: int) -> bool:
        """Tell whether ``estimator`` is to learn all targets at once, from a ``y`` of two dimensions."""
        del estimator, n_targets
        return False

    def _most_events(self) -> int | None:
        """Return how many events it learns from at most, None for any number."""
        return None

    def _learnt_from(self, estimator: Any, train: Events, seed: int) -> Events:
        """Return the events to learn from: all, or a draw if there are too many or their weights could not be told."""
        most = self._most_events()
        too_many = most is not None and train.n_events > most
        deaf = self._weight_keyword(estimator) is None and bool(np.ptp(train.weight) > 0)
        if not (too_many or deaf):
            return train
        rows = draw_by_weight(train, most, seed=seed)
        reason = f", at most {most} (max_events)" if too_many else f": {type(estimator).__name__} takes no weights"
        self.notes_ = (
            f"Trained on {len(rows)} of {train.n_events} events, drawn in proportion to their weights{reason}.",
        )
        return replace(train.select(rows), weight=np.ones(len(rows)))

    def _trainings(self, estimator: Any, events: Events) -> list[Events]:
        """Return the events, their weights scaled to mean 1, for each training: one a target, or one for all."""
        X = events.X.astype(self.precision, copy=False)
        events = replace(events, X=X, weight=events.weight / events.weight.mean())
        n_targets = len(events.problem.targets)
        if not n_targets or self._learns_all_targets(estimator, n_targets):
            return [events]
        return [replace(events, y=np.ascontiguousarray(column)) for column in events.y.T]

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response in the shape of the task: probabilities, or estimates of the targets."""
        n_variables = getattr(self.estimators_[0], "n_features_in_", None)
        if n_variables is not None:  # which the user's own may not tell
            require_inputs(X, n_variables, method=self.title)
        outputs = len(self.problem_.outputs)
        response = np.empty((len(X), outputs) if outputs else len(X))
        for part in chunks(len(X), self.scored_at_once):
            response[part] = self._response(X[part].astype(self.precision, copy=False))
        return response

    def _response(self, X: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        if self.problem_.task == "regression":
            return np.column_stack([each.predict(X) for each in self.estimators_])
        return _class_response(self.estimators_[0], X, len(self.problem_.classes))

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values of trees, None for others; see :func:`umva.methods.scikit.treeshap.tree_shap`."""
        del background
        found = [values for each in self.estimators_ if (values := tree_shap(each, X)) is not None]
        if len(found) < len(self.estimators_):
            return None
        if self.problem_.task == "classification":
            return found[0][..., -1]
        if self.problem_.task == "regression":
            return np.concatenate(found, axis=2)
        classes = self.estimators_[0].classes_
        values = np.zeros((*X.shape, len(self.problem_.classes)))
        one_against_other = found[0].shape[2] < len(classes)
        values[..., classes] = np.concatenate([-found[0], found[0]], axis=2) if one_against_other else found[0]
        return values

    def write(self, folder: Path) -> None:
        """Write the estimators as a skops file."""
        sklearn_files.dump(self.estimators_, folder / _FILE, name=self.title)

    def read(self, folder: Path) -> None:
        """Read the estimators; nothing in the file is executed, and types that are not trusted are refused."""
        self.estimators_ = sklearn_files.restore(folder / _FILE)
        if not _made_for(self.problem_, self.estimators_):
            msg = f"{folder / _FILE}: holds no trained estimators for a {self.problem_.task}"
            raise RunError(msg)


def _class_response(estimator: Any, X: NDArray[np.floating[Any]], n_classes: int) -> NDArray[np.float64]:
    """Return the signal's probability, or decision function where there is none; of several classes each one's share."""
    if hasattr(estimator, "predict_proba"):
        found = estimator.predict_proba(X)
    else:
        found = estimator.decision_function(X)
        if n_classes == 2:
            return np.asarray(found, np.float64)
        if found.ndim == 1:  # it saw two of the classes only, and tells of the second
            found = np.column_stack([np.zeros(len(found)), found])
        found = probability(found)
    shares = np.zeros((len(X), n_classes))
    shares[:, estimator.classes_] = found  # which lacks a class that it never saw
    return shares[:, 1] if n_classes == 2 else shares / shares.sum(axis=1, keepdims=True)  # some answer in float32


def _made_for(problem: Problem, estimators: Any) -> bool:
    """Tell whether something that was read from a file may have been trained for ``problem``."""
    if not isinstance(estimators, list) or len(estimators) not in {1, len(problem.targets)}:
        return False
    if problem.task == "regression":
        return all(hasattr(each, "predict") for each in estimators)
    classes = getattr(estimators[0], "classes_", None)
    return isinstance(classes, np.ndarray) and bool(np.isin(classes, range(len(problem.classes))).all())


def _told(warned: list[warnings.WarningMessage]) -> list[str]:
    """Return what users should know of the warnings of a training: not those meant for programmers."""
    return [" ".join(str(each.message).split()) for each in warned if issubclass(each.category, UserWarning)]

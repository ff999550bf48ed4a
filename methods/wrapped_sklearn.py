"""A scikit-learn classifier of the user's own as a method."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from umva.errors import MethodError, OptionError, did_you_mean
from umva.methods import sklearn_files
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.registry import register
from umva.methods.treeshap import tree_shap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["SklearnMethod"]


@register("Estimator", listed=False)
@dataclass(kw_only=True, eq=False)
class SklearnMethod(Method):
    """A scikit-learn classifier, trained as its user set it up.

    The response is the signal probability, or the decision function where there is none. Weights, scaled to mean 1, are
    passed on if the classifier takes them; otherwise it is trained without, and ``notes_`` says so. ``capabilities`` of
    an instance are those of its classifier. Made by :func:`umva.methods.wrapped.wrap`.
    """

    estimator: Any = field(default=None)
    """Not trained and never changed; each training starts from a copy."""

    estimator_: Any = field(init=False, default=None, repr=False)

    @classmethod
    def holding(cls, estimator: Any, parameters: Mapping[str, Any]) -> Self:
        """Return a method that holds a copy of ``estimator`` with ``parameters`` set; see ``wrap``."""
        from sklearn.base import clone, is_classifier

        title = type(estimator).__name__
        if not is_classifier(estimator):
            msg = f"{title} is not a classifier"
            raise MethodError(msg)
        copy = clone(estimator)
        known = copy.get_params()
        for name in parameters:
            if name not in known:
                msg = f"{title} has no parameter {name!r}: {did_you_mean(name, known)}"
                raise OptionError(msg)
        copy.set_params(**parameters)
        if _is_search(copy) and not copy.refit:
            msg = f"{title} has refit=False and keeps no estimator: set refit=True"
            raise MethodError(msg)
        if not _gives_scores(copy):
            msg = f"{title} gives classes only, no probability and no decision function to cut on"
            raise MethodError(msg)
        kept = copy.estimator if _is_search(copy) else copy
        sklearn_files.require_trusted(title, sklearn_files.untrusted(kept))
        method = cls(estimator=copy)
        method._declare(copy)
        return method

    def _declare(self, estimator: Any) -> None:
        """Set the capabilities of this instance to those of its classifier."""
        from sklearn.utils import get_tags

        capabilities = Capabilities(
            weights=_weight_keyword(estimator) is not None,
            missing_values=bool(get_tags(estimator).input_tags.allow_nan),
        )
        vars(self)["capabilities"] = capabilities  # shadows the class's, which mypy would not have assigned to

    @property
    def title(self) -> str:
        """The classifier's class."""
        return type(self._subject).__name__

    @property
    def _subject(self) -> Any:
        return self.estimator_ if self.estimator is None else self.estimator

    def options(self) -> dict[str, Any]:
        """Return the classifier's parameters, as text where JSON has no such value."""
        return {key: _plain(value) for key, value in self._subject.get_params(deep=False).items()}

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train a copy of the classifier; see :meth:`umva.methods.Method.fit`.

        Each ``random_state`` that was left open is set from the seed, each ``n_jobs`` to the number of threads. Of a search
        for parameters, the best estimator is kept.

        Raises
        ------
        MethodError
            If the method holds no classifier, as when it was booked by name.
        """
        from sklearn.base import clone
        from threadpoolctl import threadpool_limits

        del validation
        if self.estimator is None:
            msg = "book the scikit-learn classifier itself, for instance book(loader, GaussianNB())"
            raise MethodError(msg)
        estimator = clone(self.estimator)
        parameters = estimator.get_params()
        open_seeds = [key for key, value in parameters.items() if key.endswith("random_state") and value is None]
        jobs = [key for key, value in parameters.items() if key.split("__")[-1] == "n_jobs" and _is_count(value)]
        estimator.set_params(**dict.fromkeys(open_seeds, context.seed), **dict.fromkeys(jobs, context.n_threads))
        keyword = _weight_keyword(estimator)
        weights = {} if keyword is None else {keyword: train.weight / train.weight.mean()}
        with threadpool_limits(context.n_threads), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            estimator.fit(train.X, train.y, **weights)
        estimator.set_params(**dict.fromkeys(jobs, 1))
        notes = [] if weights else [f"{self.title} does not take event weights: trained unweighted."]
        notes += _told(warned)
        if _is_search(estimator):
            notes.append(f"{self.title} chose {_plain(estimator.best_params_)}.")
            estimator = estimator.best_estimator_
        self.estimator_ = estimator
        self.notes_ = tuple(notes)
        context.progress(1.0)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, or the decision function, shape ``(n_events,)``."""
        response = np.empty(len(X))
        has_probability = hasattr(self.estimator_, "predict_proba")
        for part in chunks(len(X)):
            if has_probability:
                response[part] = self.estimator_.predict_proba(X[part])[:, 1]
            else:
                response[part] = self.estimator_.decision_function(X[part])
        return response

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values of tree ensembles; see :func:`umva.methods.treeshap.tree_shap`."""
        del background
        return tree_shap(self.estimator_, X)

    def save(self, folder: Path) -> None:
        """Write the trained classifier into ``folder``, without pickle; its parameters are for the reader only."""
        folder.mkdir(parents=True, exist_ok=True)
        record = {"method": self.name, "options": {}, "classifier": self.title, "parameters": self.options()}
        (folder / "method.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
        self.write(folder)

    def write(self, folder: Path) -> None:
        """Write the classifier as a skops file."""
        sklearn_files.dump(self.estimator_, folder / "estimator.skops")

    def read(self, folder: Path) -> None:
        """Read the classifier; types that are not trusted are refused."""
        self.estimator_ = sklearn_files.restore(folder / "estimator.skops")
        self._declare(self.estimator_)


def _weight_keyword(estimator: Any) -> str | None:
    """Return the argument of ``fit`` that takes the event weights, None if there is none."""
    from sklearn.ensemble import StackingClassifier, VotingClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        keyword = _weight_keyword(last)
        return None if keyword is None else f"{name}__{keyword}"
    if _is_search(estimator):
        return _weight_keyword(estimator.estimator)
    if isinstance(estimator, StackingClassifier | VotingClassifier):
        members = {_weight_keyword(each) for _, each in estimator.estimators if each != "drop"}
        return "sample_weight" if members == {"sample_weight"} else None
    return "sample_weight" if has_fit_parameter(estimator, "sample_weight") else None


def _is_search(estimator: Any) -> bool:
    """Tell a search for parameters, of which the best estimator is kept."""
    return hasattr(estimator, "refit") and hasattr(estimator, "return_train_score")


def _gives_scores(estimator: Any) -> bool:
    """Tell whether an estimator, once trained, gives more than classes."""
    if getattr(estimator, "final_estimator", estimator) is None:
        return True  # a StackingClassifier makes it a logistic regression when it is trained
    return hasattr(estimator, "predict_proba") or hasattr(estimator, "decision_function")


def _told(warned: list[warnings.WarningMessage]) -> list[str]:
    """Return what the user should know of the warnings of a training, each once: not those meant for programmers."""
    texts = [" ".join(str(each.message).split()) for each in warned if issubclass(each.category, UserWarning)]
    return list(dict.fromkeys(texts))


def _is_count(value: Any) -> bool:
    """Tell a number of jobs, or None for the default, from a marker such as ``"deprecated"``."""
    return value is None or isinstance(value, int)


def _plain(value: Any) -> Any:
    """Return ``value`` if JSON can hold it, otherwise its text on one line."""
    if isinstance(value, np.generic):
        value = value.item()
    finite = not isinstance(value, float) or np.isfinite(value)
    if value is None or (isinstance(value, bool | int | float | str) and finite):
        return value
    return " ".join(repr(value).split())

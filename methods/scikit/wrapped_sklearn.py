"""A scikit-learn estimator of the user's own as a method."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError, OptionError, did_you_mean
from umva.methods.base import Capabilities, Context, Events
from umva.methods.registry import register
from umva.methods.scikit import sklearn_files
from umva.methods.scikit.method import ScikitMethod

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SklearnMethod"]


@register("Estimator", listed=False)
@dataclass(kw_only=True, eq=False)
class SklearnMethod(ScikitMethod):
    """A scikit-learn classifier or regressor, trained as its user set it up.

    The response is the probability of the signal or of each class. Where there is none it is the decision function of two
    classes; of several classes its softmax, which orders them but is no probability. Weights are honoured as
    :class:`umva.methods.scikit.method.ScikitMethod` says. Several targets are learnt at once by a regressor that can, otherwise
    by a copy for each. ``capabilities`` of an instance are those of its estimator. Made by
    :func:`umva.methods.wrapped.wrap`.
    """

    scored_at_once: ClassVar[int] = 8192  # some remember all events and compare each with them

    estimator: Any = field(default=None)
    """Not trained and never changed; each training starts from a copy."""

    @classmethod
    def holding(cls, estimator: Any, parameters: Mapping[str, Any]) -> Self:
        """Return a method that holds a copy of ``estimator`` with ``parameters`` set; see ``wrap``."""
        from sklearn.base import clone, is_classifier, is_regressor

        title = type(estimator).__name__
        if not (is_classifier(estimator) or is_regressor(estimator)):
            msg = f"{title} is neither a classifier nor a regressor"
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
        if is_classifier(copy) and not _gives_scores(copy):
            msg = f"{title} gives classes only, no probability and no decision function to cut on"
            raise MethodError(msg)
        kept = copy.estimator if _is_search(copy) else copy
        sklearn_files.require_trusted(title, sklearn_files.untrusted(kept))
        method = cls(estimator=copy)
        method._declare(copy)
        return method

    def _declare(self, estimator: Any) -> None:
        """Set the capabilities of this instance to those of its estimator."""
        tags = _tags(estimator)
        tasks: tuple[str, ...] = ("regression",)
        if tags.classifier_tags is not None:
            tasks = ("classification", "multiclass") if _knows_many_classes(estimator) else ("classification",)
        capabilities = Capabilities(tasks=tasks, missing_values=bool(tags.input_tags.allow_nan))
        vars(self)["capabilities"] = capabilities  # shadows the class's, which mypy would not have assigned to

    @property
    def title(self) -> str:
        """The estimator's class."""
        return type(self._subject).__name__

    @property
    def _subject(self) -> Any:
        """The estimator as it was handed over or, if it was loaded, as it was trained."""
        return self.estimators_[0] if self.estimator is None and self.estimators_ else self.estimator

    def options(self) -> dict[str, Any]:
        """Return the estimator's parameters, as text where JSON has no such value."""
        return {key: _plain(value) for key, value in self._subject.get_params(deep=False).items()}

    def _estimator(self, train: Events, context: Context) -> Any:
        """Return a copy; each ``random_state`` left open is set from the seed, each ``n_jobs`` to the number of threads."""
        from sklearn.base import clone

        if self.estimator is None:
            msg = "book the scikit-learn estimator itself, for instance book(loader, GaussianNB())"
            raise MethodError(msg)
        if train.problem.task not in self.capabilities.tasks:
            msg = f"{self.title} is for {' and '.join(self.capabilities.tasks)}, not for a {train.problem.task}"
            raise MethodError(msg)
        estimator = clone(self.estimator)
        open_seeds = [
            key for key, value in estimator.get_params().items() if key.endswith("random_state") and value is None
        ]
        return estimator.set_params(
            **dict.fromkeys(open_seeds, context.seed), **dict.fromkeys(_jobs(estimator), context.n_threads)
        )

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        """Train the estimator and keep it, or the best that a search has found."""
        super()._train(estimator, train, validation, context)
        context.progress(1.0)
        if train.y.ndim == 1 and len(train.problem.targets) > 1:
            self.notes_ += (f"{self.title} learns one target at a time: a copy was trained for each.",)
        if _is_search(estimator):
            self.notes_ += (f"{self.title} chose {_plain(estimator.best_params_)}.",)
            estimator = estimator.best_estimator_
        return estimator.set_params(**dict.fromkeys(_jobs(estimator), 1))

    def _weight_keyword(self, estimator: Any) -> str | None:
        return _weight_keyword(estimator)

    def _learns_all_targets(self, estimator: Any, n_targets: int) -> bool:
        tags = _tags(estimator).target_tags
        return bool(tags.multi_output) and (n_targets > 1 or not tags.single_output)

    def save(self, folder: Path) -> None:
        """Write the trained estimator into ``folder``, without pickle; its parameters are for the reader only."""
        folder.mkdir(parents=True, exist_ok=True)
        record = {"method": self.name, "options": {}, "problem": asdict(self.problem_)}
        record |= {"estimator": self.title, "parameters": self.options()}
        (folder / "method.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
        self.write(folder)

    def read(self, folder: Path) -> None:
        """Read the estimators; types that are not trusted are refused."""
        super().read(folder)
        self._declare(self.estimators_[0])


def _jobs(estimator: Any) -> list[str]:
    """Return the parameters that say how many threads to use: not markers such as ``"deprecated"``."""
    parameters = estimator.get_params()
    return [
        key
        for key, value in parameters.items()
        if key.split("__")[-1] == "n_jobs" and (value is None or isinstance(value, int))
    ]


def _knows_many_classes(estimator: Any) -> bool:
    """Tell a classifier that tells more than two classes apart, with an answer for each."""
    pairs = any(
        key.endswith("decision_function_shape") and value == "ovo" for key, value in estimator.get_params().items()
    )
    return bool(_tags(estimator).classifier_tags.multi_class) and (hasattr(estimator, "predict_proba") or not pairs)


def _tags(estimator: Any) -> Any:
    """Return what scikit-learn tells about an estimator; about what a search tries out, if it is one."""
    from sklearn.utils import get_tags

    return get_tags(estimator.estimator if _is_search(estimator) else estimator)


def _weight_keyword(estimator: Any) -> str | None:
    """Return the argument of ``fit`` that takes the event weights, None if there is none."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.ensemble import StackingClassifier, StackingRegressor, VotingClassifier, VotingRegressor
    from sklearn.multioutput import MultiOutputRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.utils.validation import has_fit_parameter

    if isinstance(estimator, Pipeline):
        name, last = estimator.steps[-1]
        keyword = _weight_keyword(last)
        return None if keyword is None else f"{name}__{keyword}"
    if _is_search(estimator) or isinstance(estimator, MultiOutputRegressor):
        return _weight_keyword(estimator.estimator)
    if isinstance(estimator, TransformedTargetRegressor) and estimator.regressor is not None:
        return _weight_keyword(estimator.regressor)
    if isinstance(estimator, StackingClassifier | StackingRegressor | VotingClassifier | VotingRegressor):
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


def _plain(value: Any) -> Any:
    """Return ``value`` if JSON can hold it, otherwise its text on one line."""
    if isinstance(value, np.generic):
        value = value.item()
    finite = not isinstance(value, float) or np.isfinite(value)
    if value is None or (isinstance(value, bool | int | float | str) and finite):
        return value
    return " ".join(repr(value).split())

"""Forests of many deep trees, grown apart from each other, whose answers are averaged.

Hardly anything to tune and hard to overtrain, which makes them a good second opinion on boosted trees. The training
response is far better than the test response by construction: large leaves tame that, and make the saved forest small.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from umva.errors import OptionError
from umva.methods.base import Capabilities, Context, Events
from umva.methods.options import option, redeclared
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scikit.method import ScikitMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ExtraTrees", "RandomForest"]

_STAGES = 10
_CRITERIA = {
    False: ("gini", "entropy", "log_loss"),
    True: ("squared_error", "absolute_error"),
}  # by whether a regression


@dataclass(kw_only=True, eq=False)
class _Forest(ScikitMethod):
    """Options and training that forests share."""

    n_trees: int = option(300, tmva="NEstimators", low=1, help="number of trees")
    criterion: str | None = option(
        None,
        tmva="Criterion",
        choices=(*_CRITERIA[False], *_CRITERIA[True]),
        help="impurity that a split must lower; by default gini, in a regression squared_error",
    )
    max_depth: int | None = option(None, tmva="MaxDepth", low=1, help="largest depth of a tree; None for any")
    min_leaf: int | None = option(
        None,
        tmva="MinSamplesLeaf",
        low=1,
        help="fewest events in a leaf; by default 20 (ExtraTrees 10), in a regression 5",
    )
    min_split: int = option(2, tmva="MinSamplesSplit", low=2, help="fewest events in a node that is split")
    min_leaf_weight: float = option(
        0.0, tmva="MinWeightFractionLeaf", low=0.0, high=0.5, help="least share of all the weight in a leaf"
    )
    max_leaves: int | None = option(None, tmva="MaxLeafNodes", low=2, help="most leaves of a tree; None for any")
    max_features: str | None = option(
        None,
        tmva="MaxFeatures",
        help="variables tried at each split: 'sqrt', 'log2', 'all', their number ('3') or share ('0.5'); by default "
        "'sqrt' (ExtraTrees '0.5'), in a regression 'all'",
    )
    bootstrap: bool = option(
        True, tmva="Bootstrap", help="each tree sees events drawn with replacement, otherwise all events"
    )
    max_events: int = option(
        100_000, low=10, help="draw so many events for each tree if there are more, so that trees stay of bounded size"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(
        tasks=("classification", "multiclass", "regression"), missing_values=True
    )
    repetition: ClassVar[Repetition] = Repetition(
        options={"bootstrap": False, "max_features": "all", "min_leaf": 1, "min_leaf_weight": 0.02}
    )
    classifies_with: ClassVar[tuple[int, str]] = (20, "sqrt")
    """Defaults of ``min_leaf`` and ``max_features`` in a classification."""

    cost: ClassVar[float] = 8.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 30, "min_leaf": 5}

    def __post_init__(self) -> None:
        """Reject a ``max_features`` that cannot be understood, before anything is trained."""
        self._max_features(1, regression=False)

    @abstractmethod
    def _class(self, *, regression: bool) -> Any:
        """Return the estimator's class."""

    def _estimator(self, train: Events, context: Context) -> Any:
        regression = train.problem.task == "regression"
        min_leaf = 5 if regression else self.classifies_with[0]
        draws = self.bootstrap or train.n_events > self.max_events
        return self._class(regression=regression)(
            criterion=self._criterion(regression=regression),
            max_depth=self.max_depth,
            min_samples_leaf=self.min_leaf or min_leaf,
            min_samples_split=self.min_split,
            min_weight_fraction_leaf=self.min_leaf_weight,
            max_leaf_nodes=self.max_leaves,
            max_features=self._max_features(train.X.shape[1], regression=regression),
            bootstrap=draws,
            max_samples=min(self.max_events, train.n_events) if draws else None,
            random_state=context.seed,
            n_jobs=context.n_threads,
            warm_start=True,
        )

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        """Grow the trees, a tenth of them at a time."""
        del validation
        for done in sorted({-(-self.n_trees * stage // _STAGES) for stage in range(1, _STAGES + 1)}):
            estimator.set_params(n_estimators=done).fit(train.X, train.y, **self._weights(estimator, train))
            context.progress(done / self.n_trees)
        vars(estimator).pop("_sample_weight", None)  # of all events, kept for out-of-bag estimates: not for the file
        return estimator.set_params(n_jobs=1)

    def _criterion(self, *, regression: bool) -> str:
        allowed = _CRITERIA[regression]
        if self.criterion is None or self.criterion in allowed:
            return self.criterion or allowed[0]
        msg = (
            f"{self.name}: option criterion (Criterion) must be one of {', '.join(map(repr, allowed))} in a "
            f"{'regression' if regression else 'classification'}, got {self.criterion!r}"
        )
        raise OptionError(msg)

    def _max_features(self, n_variables: int, *, regression: bool) -> str | int | float | None:
        """Return ``max_features`` as scikit-learn wants it, at most ``n_variables``."""
        text = (self.max_features or ("all" if regression else self.classifies_with[1])).lower()
        if text in {"sqrt", "auto"}:
            return "sqrt"
        if text in {"log2", "all"}:
            return text if text == "log2" else None
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        if 0 < number < 1:
            return number
        if number >= 1 and number.is_integer():
            return min(int(number), n_variables)
        msg = (
            f"{self.name}: option max_features (MaxFeatures) must be 'sqrt', 'log2', 'all', a whole number or a share "
            f"below 1, got {self.max_features!r}"
        )
        raise OptionError(msg)


@register("RandomForest")
@dataclass(kw_only=True, eq=False)
class RandomForest(_Forest):
    """Average over many trees grown on random draws of events and variables (scikit-learn).

    Use it as a second opinion on boosted trees: hardly anything to tune, hard to overtrain. The response is the mean
    over the trees of each class's share of the weight in the event's leaf, or of the targets there; each target has a
    forest of its own. Event weights say how often events are drawn; ``min_leaf`` counts events whatever their weight.
    NaN is sent to the side of each split that suits the training events better. (Breiman, Machine Learning 45 (2001) 5.)

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> forest = RandomForest(n_trees=20, min_leaf=1).fit(train)
    >>> forest.score(np.array([[0.1], [0.9]], np.float32)).tolist()
    [0.0, 1.0]
    """

    refused: ClassVar[Mapping[str, str]] = {
        "ClassWeight=None": "the weights of the classes are set where the samples are added",
        "NJobs=*": "threads are shared out by the factory",
        "OoBScore=False": "the validation and test parts measure the same",
        "RandomState=None": "all randomness follows from the factory's seed",
        "WarmStart=False": "a training always starts afresh",
        "Verbose=*": "progress is always shown",
    }

    def _class(self, *, regression: bool) -> Any:
        from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

        return RandomForestRegressor if regression else RandomForestClassifier


@register("ExtraTrees")
@dataclass(kw_only=True, eq=False)
class ExtraTrees(_Forest):
    """Average over many trees whose cuts are drawn at random, the best of a few kept (scikit-learn).

    Use it where a random forest follows single events too closely: its response is smoother and its trees are grown
    faster. By default each tree sees all events, whose weights multiply their part of the impurity; above ``max_events``
    it sees events drawn by weight. Otherwise as :class:`RandomForest`. (Geurts, Ernst and Wehenkel, Machine Learning 63
    (2006) 3.)

    Examples
    --------
    >>> import numpy as np
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> ExtraTrees(n_trees=20, min_leaf=1).fit(train).score(np.array([[0.1], [0.9]], np.float32)).tolist()
    [0.0, 1.0]
    """

    bootstrap: bool = redeclared(_Forest, "bootstrap", False)

    classifies_with: ClassVar[tuple[int, str]] = (10, "0.5")
    cost: ClassVar[float] = 10.0

    def _class(self, *, regression: bool) -> Any:
        from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

        return ExtraTreesRegressor if regression else ExtraTreesClassifier

"""Trees of scikit-learn as TMVA books them: PyRandomForest, PyGTB and PyAdaBoost.

Options and defaults are TMVA's; natively ``RandomForest``, ``HistGradientBoosting`` and ``BDT`` do the same with defaults that
suit physics. What TMVA takes for a piece of Python, such as ``Init`` or ``BaseEstimator``, is not run.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError, OptionError
from umva.methods.base import Capabilities, Context, Curves, Events
from umva.methods.options import option
from umva.methods.ranking import Ranking
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scikit.method import ScikitMethod
from umva.methods.scikit.python_text import PythonText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.problem import Problem

__all__ = ["PyAdaBoost", "PyGTB", "PyRandomForest"]

_STAGES = 10
_REFUSED = {
    "FilenameClassifier=*": "the trained classifier lies in the run folder",
    "NJobs=*": "threads are shared out by the factory",
    "Verbose=*": "progress is always shown",
    "WarmStart=False": "a training always starts afresh",
}


@dataclass(kw_only=True, eq=False)
class _PyTrees(ScikitMethod):
    """What the three share: seed, ranking, and growing in stages."""

    seed: int | None = option(None, tmva="RandomState", low=0, help="seed; None for that of the run")

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass"))

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow the trees; see :meth:`umva.methods.Method.fit`. The inputs are ranked by how much their splits gain."""
        seeded = context if self.seed is None else replace(context, seed=self.seed)
        super().fit(train, validation, context=seeded)
        self.ranking_ = Ranking(
            "Variable Importance", np.asarray(self.estimators_[0].feature_importances_, dtype=np.float64)
        )
        return self

    def _grow(self, estimator: Any, train: Events, context: Context, n_trees: int) -> Any:
        """Grow the trees, a tenth of them at a time, so that the progress can be told."""
        estimator.set_params(warm_start=True)
        for done in sorted({-(-n_trees * stage // _STAGES) for stage in range(1, _STAGES + 1)}):
            estimator.set_params(n_estimators=done).fit(train.X, train.y, **self._weights(estimator, train))
            context.progress(done / n_trees)
        vars(estimator).pop("_sample_weight", None)  # of all events, kept for out-of-bag estimates: not for the file
        return estimator.set_params(warm_start=False)


@dataclass(kw_only=True, eq=False)
class _PyForest(_PyTrees):
    """Options of trees that stand in many."""

    max_depth: int | None = option(None, tmva="MaxDepth", low=1, help="largest depth of a tree; None for any")
    min_split: int = option(2, tmva="MinSamplesSplit", low=2, help="fewest events in a node that is split")
    min_leaf: int = option(1, tmva="MinSamplesLeaf", low=1, help="fewest events in a leaf, whatever their weight")
    min_leaf_weight: float = option(
        0.0, tmva="MinWeightFractionLeaf", low=0.0, high=0.5, help="least share of all the weight in a leaf"
    )
    max_leaves: int | None = option(None, tmva="MaxLeafNodes", low=2, help="most leaves of a tree; None for any")
    max_features: PythonText = option(  # noqa: RUF009
        PythonText("None"),
        tmva="MaxFeatures",
        help="variables tried at each split: 'sqrt' ('auto'), 'log2', their number ('3') or share ('0.5'); None for all",
    )

    def __post_init__(self) -> None:
        """Reject a ``max_features`` that cannot be understood, before anything is trained."""
        self.max_features = PythonText(self.max_features)
        self._max_features(1)

    def _estimator(self, train: Events, context: Context) -> Any:
        return self._with(
            context,
            max_depth=self.max_depth,
            min_samples_split=self.min_split,
            min_samples_leaf=self.min_leaf,
            min_weight_fraction_leaf=self.min_leaf_weight,
            max_leaf_nodes=self.max_leaves,
            max_features=self._max_features(train.X.shape[1]),
            random_state=context.seed,
        )

    @abstractmethod
    def _with(self, context: Context, **shared: Any) -> Any:
        """Return the estimator with these parameters, and its own."""

    def _max_features(self, n_variables: int) -> str | int | float | None:
        """Return ``max_features`` as scikit-learn wants it, at most ``n_variables``."""
        text = self.max_features.lower()
        named = {"auto": "sqrt", "sqrt": "sqrt", "log2": "log2", "none": None}
        if text in named:
            return named[text]
        if text.isdecimal() and int(text) > 0:
            return min(int(text), n_variables)
        try:
            share = float(text)
        except ValueError:
            share = -1.0
        if 0 < share <= 1:
            return share
        msg = (
            f"{self.name}: option max_features (MaxFeatures) must be 'sqrt', 'log2', None, a whole number or a share up to "
            f"1.0, got {str(self.max_features)!r}"
        )
        raise OptionError(msg)


@register("PyRandomForest", tmva="kPyRandomForest")
@dataclass(kw_only=True, eq=False)
class PyRandomForest(_PyForest):
    """Random forest with the options and defaults of TMVA's PyRandomForest (scikit-learn).

    Use it to run what was booked as TMVA's kPyRandomForest; ``RandomForest`` has more trees, smaller files and defaults
    against overtraining. The response is the mean over the trees of each class's share of the weight in the event's leaf.
    Event weights say how often events are drawn; ``min_leaf`` counts events whatever their weight. (Breiman, Machine
    Learning 45 (2001) 5.)

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> PyRandomForest(n_trees=20).fit(train).score(np.array([[0.1], [0.9]], np.float32)).tolist()
    [0.0, 1.0]
    """

    n_trees: int = option(10, tmva="NEstimators", low=1, help="number of trees")
    criterion: PythonText = option(  # noqa: RUF009
        "gini", tmva="Criterion", choices=("gini", "entropy", "log_loss"), help="impurity that a split must lower"
    )
    max_features: PythonText = option(  # noqa: RUF009
        PythonText("auto"),
        tmva="MaxFeatures",
        help="variables tried at each split: 'sqrt' ('auto'), 'log2', their number ('3') or share ('0.5'); None for all",
    )
    bootstrap: bool = option(
        True, tmva="Bootstrap", help="each tree sees events drawn with replacement, otherwise all events"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=("classification", "multiclass"), missing_values=True)
    refused: ClassVar[Mapping[str, str]] = {
        **_REFUSED,
        "ClassWeight=None": "the weights of the classes are set where the samples are added",
        "OoBScore=False": "the validation and test parts measure the same",
    }
    repetition: ClassVar[Repetition] = Repetition(
        options={"bootstrap": False, "max_features": "None", "min_leaf_weight": 0.02}
    )
    cost: ClassVar[float] = 3.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 30, "min_leaf": 5}

    def _with(self, context: Context, **shared: Any) -> Any:
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(
            criterion=str(self.criterion), bootstrap=self.bootstrap, n_jobs=context.n_threads, **shared
        )

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        del validation
        return self._grow(estimator, train, context, self.n_trees).set_params(n_jobs=1)


@register("PyGTB", tmva="kPyGTB")
@dataclass(kw_only=True, eq=False)
class PyGTB(_PyForest):
    """Gradient boosting with the options and defaults of TMVA's PyGTB (scikit-learn).

    Use it to run what was booked as TMVA's kPyGTB; ``HistGradientBoosting`` does the same on binned variables, and much
    faster on large samples. The response is the probability of each class. Event weights, scaled to mean 1, multiply each
    event's part of the loss; ``min_leaf`` counts events whatever their weight. (Friedman, Ann. Statist. 29 (2001) 1189.)

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> PyGTB(n_trees=40).fit(train).score(np.array([[0.1], [0.9]], np.float32)).round(1).tolist()
    [0.0, 1.0]
    """

    loss: PythonText = option(  # noqa: RUF009
        "deviance",
        tmva="Loss",
        choices=("deviance", "log_loss", "exponential"),
        help="deviance is the log loss; exponential, of two classes, makes it AdaBoost",
    )
    learning_rate: float = option(
        0.1, tmva="LearningRate", low=1e-6, high=10.0, help="each tree's answer is scaled by this"
    )
    n_trees: int = option(10, tmva="NEstimators", low=1, help="number of trees (a class, if there are more than two)")
    subsample: float = option(
        1.0, tmva="Subsample", low=0.01, high=1.0, help="share of the events that each tree sees, drawn at random"
    )
    max_depth: int | None = option(3, tmva="MaxDepth", low=1, help="largest depth of a tree; None for any")
    start: PythonText = option(  # noqa: RUF009
        "None", tmva="Init", choices=("None", "zero"), help="what is boosted: the share of each class, or nothing"
    )

    refused: ClassVar[Mapping[str, str]] = _REFUSED
    repetition: ClassVar[Repetition] = Repetition(options={"max_depth": 2, "min_leaf_weight": 0.02})
    cost: ClassVar[float] = 3.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 40, "learning_rate": 0.2}

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse a loss that does not go with the task; see :meth:`umva.methods.Method.bind`."""
        super().bind(columns, problem)
        if self.loss == "exponential" and problem.task == "multiclass":
            msg = f"PyGTB: loss='exponential' (Loss) tells two classes apart, there are {len(problem.classes)}: use 'deviance'"
            raise MethodError(msg)

    def _with(self, context: Context, **shared: Any) -> Any:
        from sklearn.ensemble import GradientBoostingClassifier

        del context
        return GradientBoostingClassifier(
            loss="exponential" if self.loss == "exponential" else "log_loss",
            learning_rate=self.learning_rate,
            subsample=self.subsample,
            init="zero" if self.start == "zero" else None,
            **shared,
        )

    def _train(self, estimator: Any, train: Events, validation: Events | None, context: Context) -> Any:
        del validation
        grown = self._grow(estimator, train, context, self.n_trees)
        quantity = "exponential loss" if self.loss == "exponential" else "deviance"
        self.curves_ = Curves(step="tree", quantity=quantity, values={"train": np.asarray(grown.train_score_)})
        return grown


@register("PyAdaBoost", tmva="kPyAdaBoost")
@dataclass(kw_only=True, eq=False)
class PyAdaBoost(_PyTrees):
    """AdaBoost with the options and defaults of TMVA's PyAdaBoost (scikit-learn).

    Use it to run what was booked as TMVA's kPyAdaBoost; ``BDT`` is AdaBoost as TMVA itself has it. Trees of one cut each,
    which ``max_depth`` deepens, are given votes; the response is the votes' softmax. Event weights are what boosting
    starts from. (Zhu, Zou, Rosset and Hastie, Statistics and Its Interface 2 (2009) 349: SAMME; of two classes it is that of
    Freund and Schapire.)

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> PyAdaBoost().fit(train).score(np.array([[0.1], [0.9]], np.float32)).round(1).tolist()
    [0.1, 0.9]
    """

    n_trees: int = option(50, tmva="NEstimators", low=1, help="most trees; fewer if they leave nothing to improve")
    learning_rate: float = option(
        1.0, tmva="LearningRate", low=1e-6, high=10.0, help="each tree's vote is scaled by this"
    )
    max_depth: int = option(1, low=1, help="largest depth of a tree")

    refused: ClassVar[Mapping[str, str]] = {
        **_REFUSED,
        "Algorithm=SAMME": "scikit-learn has dropped SAMME.R; BDT with boost='RealAdaBoost' boosts with probabilities, too",
        "BaseEstimator=None": "code in an option is not run; set max_depth, or hand an AdaBoostClassifier to factory.book",
    }
    repetition: ClassVar[Repetition] = Repetition()
    cost: ClassVar[float] = 3.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 30}

    def _estimator(self, train: Events, context: Context) -> Any:
        from sklearn.ensemble import AdaBoostClassifier
        from sklearn.tree import DecisionTreeClassifier

        del train
        return AdaBoostClassifier(
            DecisionTreeClassifier(max_depth=self.max_depth),
            n_estimators=self.n_trees,
            learning_rate=self.learning_rate,
            random_state=context.seed,
        )

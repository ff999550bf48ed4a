"""A random forest: many deep trees, each grown on its own draw of the events, whose answers are averaged.

Hardly anything to tune and hard to overtrain, which makes it a good second opinion on a boosted forest. The training
response is far better than the test response by construction: large leaves tame that, and make the saved forest small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import OptionError
from umva.methods import sklearn_files
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.options import option
from umva.methods.registry import register
from umva.methods.treeshap import tree_shap

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["RandomForest"]

_STAGES = 10


@register("RandomForest", tmva="kPyRandomForest")
@dataclass(kw_only=True, eq=False)
class RandomForest(Method):
    """Average over many trees grown on random draws of events and variables (scikit-learn).

    Use it as a second opinion on boosted trees: hardly anything to tune, hard to overtrain. The response is the mean
    over the trees of the signal's share of the weight in the event's leaf, 0 to 1. Event weights say how often events
    are drawn (scikit-learn before 1.9: how much they count once drawn); ``min_leaf`` counts events whatever their
    weight. NaN is sent to the side of each split that suits the training events better. (Breiman, Machine Learning 45
    (2001) 5.)

    Examples
    --------
    >>> X = np.linspace(0, 1, 40, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0.5).astype(np.int8), np.ones(40))
    >>> forest = RandomForest(n_trees=20, min_leaf=1).fit(train)
    >>> forest.score(np.array([[0.1], [0.9]], np.float32)).tolist()
    [0.0, 1.0]
    """

    n_trees: int = option(300, tmva="NEstimators", low=1, help="number of trees")
    criterion: str = option(
        "gini", tmva="Criterion", choices=("gini", "entropy", "log_loss"), help="impurity that a split must lower"
    )
    max_depth: int | None = option(None, tmva="MaxDepth", low=1, help="largest depth of a tree; None for any")
    min_leaf: int = option(20, tmva="MinSamplesLeaf", low=1, help="fewest events in a leaf")
    min_split: int = option(2, tmva="MinSamplesSplit", low=2, help="fewest events in a node that is split")
    min_leaf_weight: float = option(
        0.0, tmva="MinWeightFractionLeaf", low=0.0, high=0.5, help="least share of all the weight in a leaf"
    )
    max_leaves: int | None = option(None, tmva="MaxLeafNodes", low=2, help="most leaves of a tree; None for any")
    max_features: str = option(
        "sqrt",
        tmva="MaxFeatures",
        help="variables tried at each split: 'sqrt', 'log2', 'all', their number ('3') or share ('0.5')",
    )
    bootstrap: bool = option(
        True, tmva="Bootstrap", help="each tree sees events drawn with replacement, otherwise all events"
    )
    max_events: int = option(
        100_000, low=10, help="draw so many events for each tree if there are more, so that trees stay of bounded size"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(missing_values=True)
    cost: ClassVar[float] = 8.0
    quick_options: ClassVar[Mapping[str, Any]] = {"n_trees": 30, "min_leaf": 5}
    refused: ClassVar[Mapping[str, str]] = {
        "ClassWeight=None": "the weights of the classes are set where the samples are added",
        "NJobs=*": "threads are shared out by the factory",
        "OoBScore=False": "the validation and test parts measure the same",
        "RandomState=None": "all randomness follows from the factory's seed",
        "WarmStart=False": "a training always starts afresh",
        "Verbose=*": "progress is always shown",
    }

    estimator_: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reject a ``max_features`` that cannot be understood, before anything is trained."""
        self._max_features(1)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Grow the trees, a tenth of them at a time; see :meth:`umva.methods.Method.fit`."""
        from sklearn.ensemble import RandomForestClassifier

        del validation
        forest = RandomForestClassifier(
            criterion=self.criterion,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_leaf,
            min_samples_split=self.min_split,
            min_weight_fraction_leaf=self.min_leaf_weight,
            max_leaf_nodes=self.max_leaves,
            max_features=self._max_features(train.X.shape[1]),
            bootstrap=self.bootstrap,
            max_samples=min(self.max_events, train.n_events) if self.bootstrap else None,
            random_state=context.seed,
            n_jobs=context.n_threads,
            warm_start=True,
        )
        for done in sorted({-(-self.n_trees * stage // _STAGES) for stage in range(1, _STAGES + 1)}):
            forest.set_params(n_estimators=done).fit(train.X, train.y, train.weight)
            context.progress(done / self.n_trees)
        self.estimator_ = forest.set_params(n_jobs=1)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the mean signal share of the leaves, 0 to 1, shape ``(n_events,)``."""
        response = np.empty(len(X))
        for part in chunks(len(X)):
            response[part] = self.estimator_.predict_proba(X[part])[:, 1]
        return response

    def shap(self, X: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """Return exact Shapley values of the response; see :func:`umva.methods.treeshap.tree_shap`."""
        del background
        return tree_shap(self.estimator_, X)

    def write(self, folder: Path) -> None:
        """Write the forest as a skops file."""
        sklearn_files.dump(self.estimator_, folder / "estimator.skops")

    def read(self, folder: Path) -> None:
        """Read the forest; nothing in it is executed."""
        self.estimator_ = sklearn_files.restore(folder / "estimator.skops")

    def _max_features(self, n_variables: int) -> str | int | float | None:
        """Return ``max_features`` as scikit-learn wants it, at most ``n_variables``."""
        text = self.max_features.lower()
        if text in {"sqrt", "auto"}:
            return "sqrt"
        if text in {"log2", "all", "none"}:
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
            f"RandomForest: option max_features (MaxFeatures) must be 'sqrt', 'log2', 'all', a whole number or a share "
            f"below 1, got {self.max_features!r}"
        )
        raise OptionError(msg)

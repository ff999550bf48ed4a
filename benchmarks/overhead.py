"""What a method costs beyond the library that it wraps: the same options, the same events, one after the other.

Run it with ``python benchmarks/overhead.py [--events N] [--repeats N] [--methods LIST]``. Printed is our time divided by the
library's, of the wall clock and of the processor (which other programs disturb less), best of several; the limit is 1.10.
The library is called as one would without us: no training curves, no progress, one thread.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from umva.methods import Context, Events, get

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

N_VARIABLES = 28
LIMIT = 1.10
CONTEXT = Context(seed=1, n_threads=1)


@dataclass(frozen=True)
class Direct:
    """How to do a method's work without us.

    Parameters
    ----------
    options
        Those that the method is booked with.
    fit
        Trains with the options of the trained method, returns the library's model.
    score
        Gives the probabilities of its classes.
    """

    options: Mapping[str, Any]
    fit: Callable[[Any, Events], Any]
    score: Callable[[Any, NDArray[np.float32]], Any]


def fit_xgboost(ours: Any, train: Events) -> Any:
    """Train XGBoost."""
    import xgboost

    options = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "max_depth": ours.max_depth,
        "learning_rate": ours.learning_rate,
        "subsample": ours.subsample,
        "colsample_bytree": ours.colsample,
        "min_child_weight": ours.min_child_weight,
        "reg_lambda": ours.reg_lambda,
        "max_bin": ours.max_bin,
        "nthread": CONTEXT.n_threads,
        "seed": CONTEXT.seed,
    }
    matrix = xgboost.QuantileDMatrix(
        train.X, train.y, weight=train.weight, max_bin=ours.max_bin, nthread=CONTEXT.n_threads
    )
    return xgboost.train(options, matrix, num_boost_round=ours.n_trees)


def fit_lightgbm(ours: Any, train: Events) -> Any:
    """Train LightGBM."""
    import lightgbm

    options = {
        "objective": "binary",
        "num_leaves": ours.max_leaves,
        "learning_rate": ours.learning_rate,
        "bagging_fraction": ours.subsample,
        "bagging_freq": 1,
        "feature_fraction": ours.colsample,
        "min_sum_hessian_in_leaf": ours.min_child_weight,
        "min_data_in_leaf": 0,
        "lambda_l2": ours.reg_lambda,
        "max_bin": ours.max_bin,
        "num_threads": CONTEXT.n_threads,
        "seed": CONTEXT.seed,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
    return lightgbm.train(options, lightgbm.Dataset(train.X, train.y, weight=train.weight), ours.n_trees)


def fit_catboost(ours: Any, train: Events) -> Any:
    """Train CatBoost."""
    import catboost

    options = {
        "loss_function": "Logloss",
        "boost_from_average": True,
        "iterations": ours.n_trees,
        "depth": ours.max_depth,
        "learning_rate": ours.learning_rate,
        "bootstrap_type": "MVS",
        "subsample": ours.subsample,
        "rsm": ours.colsample,
        "l2_leaf_reg": ours.reg_lambda,
        "random_strength": ours.random_strength,
        "border_count": ours.max_bin,
        "boosting_type": "Plain",
        "thread_count": CONTEXT.n_threads,
        "random_seed": CONTEXT.seed,
        "allow_writing_files": False,
        "logging_level": "Silent",
    }
    pool = catboost.Pool(train.X, train.y, weight=train.weight, thread_count=CONTEXT.n_threads)
    return catboost.CatBoost(options).fit(pool)


def fit_scikit(ours: Any, train: Events) -> Any:
    """Train the same scikit-learn estimator, in one go."""
    from sklearn.base import clone

    estimator = clone(ours.estimators_[0])
    plain = {"warm_start": False, "early_stopping": False}
    estimator.set_params(**{key: value for key, value in plain.items() if key in estimator.get_params()})
    return estimator.fit(train.X, train.y, train.weight)


def fit_keras(ours: Any, train: Events) -> Any:
    """Train the same Keras model with the same batches."""
    import keras

    model = keras.models.clone_model(ours.model_)
    optimizer = ours.model_.optimizer
    model.compile(optimizer=type(optimizer).from_config(optimizer.get_config()), loss=ours.model_.loss)
    batch = ours.training().batch_of(train.n_events)
    y = train.y.astype(np.float32)[:, None]
    model.fit(train.X, y, sample_weight=train.weight, batch_size=batch, epochs=ours.epochs, verbose=0)
    return model


def score_keras(model: Any, X: NDArray[np.float32]) -> Any:
    """Ask a Keras model."""
    return model.predict(X, batch_size=4096, verbose=0)


DIRECT = {
    "XGBoost": Direct({"n_trees": 200}, fit_xgboost, lambda model, X: model.inplace_predict(X)),
    "HistGradientBoosting": Direct({"n_trees": 100}, fit_scikit, lambda model, X: model.predict_proba(X)),
    "RandomForest": Direct({"n_trees": 20}, fit_scikit, lambda model, X: model.predict_proba(X)),
    "LightGBM": Direct({"n_trees": 200}, fit_lightgbm, lambda model, X: model.predict(X)),
    "CatBoost": Direct(
        {"n_trees": 200}, fit_catboost, lambda model, X: model.predict(X, prediction_type="Probability")
    ),
    "DNN": Direct({"epochs": 10, "patience": 0}, fit_keras, score_keras),
}


@dataclass
class Clock:
    """The shortest times of one piece of work, in seconds of the wall clock and of the processor."""

    wall: float = field(default=np.inf)
    processor: float = field(default=np.inf)

    def time(self, work: Callable[[], Any]) -> Any:
        """Do the work and return what it returns."""
        started, started_processor = time.perf_counter(), time.process_time()
        result = work()
        self.wall = min(self.wall, time.perf_counter() - started)
        self.processor = min(self.processor, time.process_time() - started_processor)
        return result


def compare(name: str, train: Events, repeats: int) -> dict[str, tuple[Clock, Clock]]:
    """Return the times of fit and score, ours and the library's; the first round only warms up."""
    direct = DIRECT[name]
    clocks = {step: (Clock(), Clock()) for step in ("fit", "score")}
    for each in range(repeats + 1):
        (our_fit, their_fit), (our_score, their_score) = clocks.values() if each else 2 * [(Clock(), Clock())]
        method = get(name)(**direct.options)
        with threadpool_limits(CONTEXT.n_threads):
            our_fit.time(partial(method.fit, train, context=CONTEXT))
            theirs = their_fit.time(partial(direct.fit, method, train))
            our_score.time(partial(method.score, train.X))
            their_score.time(partial(direct.score, theirs, train.X))
    return clocks


def toys(n_events: int) -> Events:
    """Return two classes of correlated Gaussians whose means differ a little."""
    rng = np.random.default_rng(1)
    mixing = np.eye(N_VARIABLES) + 0.2 * rng.normal(size=(N_VARIABLES, N_VARIABLES)) / np.sqrt(N_VARIABLES)
    y = (np.arange(n_events) % 2).astype(np.int8)
    X = (rng.normal(size=(n_events, N_VARIABLES)) + 0.15 * y[:, None]) @ mixing
    return Events(X.astype(np.float32), y, np.ones(n_events))


def main() -> None:
    """Compare, and print a line for each method and step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--methods", default=",".join(DIRECT))
    arguments = parser.parse_args()
    train = toys(arguments.events)
    print(
        f"{arguments.events} events x {N_VARIABLES} variables, one thread, best of {arguments.repeats}; limit {LIMIT}"
    )
    print(f"{'method':<22}{'step':<8}{'ours':>9}{'library':>10}{'ratio':>8}{'of processor time':>20}")
    for name in arguments.methods.split(","):
        for step, (ours, theirs) in compare(name, train, arguments.repeats).items():
            ratios = f"{ours.wall / theirs.wall:>8.2f}{ours.processor / theirs.processor:>20.2f}"
            print(f"{name:<22}{step:<8}{ours.wall:>7.3f} s{theirs.wall:>8.3f} s{ratios}", flush=True)


if __name__ == "__main__":
    main()

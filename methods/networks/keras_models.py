"""Keras models: importing Keras on the right backend, training, answering and files; what the neural methods share.

Keras runs on JAX unless the user chose another backend: by the environment variable ``KERAS_BACKEND``, in
``~/.keras/keras.json``, or by importing Keras first. The file counts unless it says ``"tensorflow"``: Keras itself writes
that on its first import.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.base import Context, Curves, Events
from umva.methods.chunks import chunks
from umva.methods.inputs import require_inputs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from numpy.typing import NDArray

    from umva.methods.networks.network import Training

__all__ = ["choose_backend", "dump", "forward", "import_keras", "quiet", "restore", "train"]

_BLOCK = 8192


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep from the user the warnings that are for Keras's developers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Skipping variable loading for optimizer", UserWarning)  # it starts afresh
        yield


def choose_backend(n_threads: int | None = None) -> None:
    """Have Keras run on JAX, unless the user chose otherwise, once it is imported.

    Parameters
    ----------
    n_threads
        With 1, JAX is asked to use one thread, which it heeds if it was not imported before.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    if n_threads == 1 and "jax" not in sys.modules:
        flags = os.environ.get("XLA_FLAGS", "")
        if "xla_cpu_multi_thread_eigen" not in flags:
            os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_multi_thread_eigen=false".strip()
    if "keras" not in sys.modules:
        os.environ.setdefault("KERAS_BACKEND", _configured_backend() or "jax")


@quiet()
def import_keras(n_threads: int | None = None) -> ModuleType:
    """Import Keras on the backend of :func:`choose_backend`, and quietly."""
    choose_backend(n_threads)
    import keras

    if n_threads is not None and keras.config.backend() == "torch":
        importlib.import_module("torch").set_num_threads(n_threads)
    module: ModuleType = keras
    return module


def _configured_backend() -> str | None:
    """Return the backend that the user's Keras configuration names, if it can be imported."""
    path = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "keras.json"
    with contextlib.suppress(OSError, ValueError, AttributeError):
        backend = json.loads(path.read_text(encoding="utf-8")).get("backend")
        if backend not in {None, "tensorflow"} and importlib.util.find_spec(backend):
            return str(backend)
    return None


@quiet()
def train(
    model: Any,
    train: Events,
    validation: Events | None,
    *,
    how: Training,
    context: Context,
    target: Callable[[NDArray[Any]], NDArray[Any]],
) -> tuple[Curves, tuple[str, ...]]:
    """Train a compiled model in place and return its loss by epoch, and a sentence if it went back to the best one.

    Parameters
    ----------
    model
        A compiled Keras model.
    train, validation
        Events to learn from and to watch; weights are scaled to mean 1 in each.
    how
        Epochs, batch size, patience and schedule; the first learning rate is that of the model's optimizer.
    context
        Seed of the shuffling, and progress.
    target
        Turns ``y`` into what the model's loss wants.

    Raises
    ------
    MethodError
        If the loss becomes infinite or NaN.
    """
    keras = import_keras(context.n_threads)
    watched = {} if validation is None else {"validation_data": _arrays(validation, target)}
    X, y, weight = _arrays(train, target)
    callbacks = [_watch(context.progress, how)]
    stops = validation is not None and how.patience > 0
    if stops:
        callbacks.append(keras.callbacks.EarlyStopping(patience=how.patience, restore_best_weights=True))
    history = model.fit(
        X,
        y,
        sample_weight=weight,
        batch_size=how.batch_of(train.n_events),
        epochs=how.epochs,
        callbacks=callbacks,
        validation_batch_size=None if validation is None else min(_BLOCK, validation.n_events),
        verbose=0,
        **watched,
    ).history
    values = {"train": np.array(history["loss"])}
    if validation is not None:
        values["validation"] = np.array(history["val_loss"])
    if not all(np.isfinite(curve).all() for curve in values.values()):
        msg = f"the loss is no longer finite after {len(values['train'])} epochs: try a smaller learning rate"
        raise MethodError(msg)
    context.progress(1.0)
    best = int(values["validation"].argmin()) + 1 if stops else None
    notes = () if best is None else (f"Kept epoch {best} of {len(values['train'])}, the best in validation.",)
    return Curves(step="epoch", quantity="loss", values=values, best=best), notes


@quiet()
def forward(model: Any, X: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the model's outputs, shape ``(n_events, n_outputs)``.

    Events pass in blocks of one size, the last filled up with zeros: memory stays bounded, nothing is compiled twice, and
    an event's answer does not depend on its company.

    Raises
    ------
    MethodError
        If the events have another number of variables than the model takes.
    """
    require_inputs(X, model.input_shape[-1] or X.shape[1], method="the network")
    block = np.zeros((_BLOCK, X.shape[1]), np.float32)
    answers = np.empty((len(X), model.output_shape[-1]))
    for part in chunks(len(X), _BLOCK):
        n_events = len(X[part])
        block[:n_events] = X[part]
        block[n_events:] = 0.0
        answers[part] = model.predict_on_batch(block)[:n_events]
    return answers


@quiet()
def dump(model: Any, path: Path) -> None:
    """Write ``model`` to ``path``, whose name ends in ``.keras``."""
    model.save(path)


@quiet()
def restore(path: Path, *, custom: Mapping[str, type] | None = None, compiled: bool = False) -> Any:
    """Return the model in the ``.keras`` file ``path``; code that it may contain is refused, not run.

    Parameters
    ----------
    path
        The file.
    custom
        Classes of the user's own, by the names they are registered under.
    compiled
        Restore loss and optimizer, too.

    Raises
    ------
    RunError
        If the file cannot be read, holds code, or a class that is not registered with Keras.
    """
    keras = import_keras()
    try:
        return keras.saving.load_model(path, custom_objects=custom, compile=compiled, safe_mode=True)
    except Exception as error:  # a damaged file may fail in any way
        msg = f"{path}: cannot be read as a Keras model ({str(error).strip().splitlines()[0]})"
        raise RunError(msg) from error


def _arrays(events: Events, target: Callable[[NDArray[Any]], NDArray[Any]]) -> tuple[NDArray[Any], ...]:
    """Return inputs, targets and weights of mean 1."""
    return events.X, target(events.y), (events.weight / events.weight.mean()).astype(np.float32)


def _watch(tell: Callable[[float], None], how: Training) -> Any:
    """Return a callback that tells the share of epochs done, sets learning rates, and stops at a loss that is not finite."""
    keras = import_keras()

    class Watch(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
            del logs
            self.losses: list[float] = []
            if not how.steady:
                self.first_rate = float(self.model.optimizer.learning_rate)

        def on_epoch_begin(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
            del epoch, logs
            if not how.steady:
                self.model.optimizer.learning_rate = how.learning_rate(self.first_rate, self.losses)

        def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
            tell((epoch + 1) / how.epochs)
            self.losses.append(logs.get("val_loss", logs["loss"]))
            if not np.isfinite(logs["loss"]):
                self.model.stop_training = True

    return Watch()

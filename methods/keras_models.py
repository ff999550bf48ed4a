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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.base import Context, Curves, Events
from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from numpy.typing import NDArray

__all__ = ["Training", "batch_size", "dump", "forward", "hold_out", "import_keras", "quiet", "restore", "train"]

_BLOCK = 8192


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep from the user the warnings that are for Keras's developers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.filterwarnings("ignore", "Skipping variable loading for optimizer", UserWarning)  # it starts afresh
        yield


@quiet()
def import_keras(n_threads: int | None = None) -> ModuleType:
    """Import Keras, on JAX unless the user chose otherwise, and quietly.

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


@dataclass(frozen=True)
class Training:
    """How to train a model.

    Parameters
    ----------
    epochs
        Most passes over the events.
    batch_size
        Events in a step, at most all of them; None for :func:`batch_size`.
    patience
        Stop after so many epochs without gain on the validation events and go back to the best; 0 for never.
    """

    epochs: int
    batch_size: int | None
    patience: int


def batch_size(n_events: int) -> int:
    """Return the events in a step where the user says nothing: 256, of large samples a 400th part, up to 4096.

    An epoch is then as many steps for any larger sample, which a processor takes faster the larger they are.

    Examples
    --------
    >>> batch_size(14_000), batch_size(400_000), batch_size(10_000_000)
    (256, 1000, 4096)
    """
    return min(max(256, n_events // 400), 4096)


def hold_out(train: Events, fraction: float, *, seed: int) -> tuple[Events, Events | None, list[str]]:
    """Return ``train`` without a random share of each class, that share, and a sentence; None if no event is in it.

    Examples
    --------
    >>> events = Events(np.zeros((20, 1), np.float32), np.tile([0, 1], 10).astype(np.int8), np.ones(20))
    >>> kept, held, notes = hold_out(events, 0.2, seed=1)
    >>> kept.n_events, held.n_events, int(held.y.sum()), notes
    (16, 4, 2, ['Set 4 of 20 training events aside to see when to stop.'])
    """
    order = np.random.default_rng(seed).permutation(train.n_events)
    held = np.zeros(train.n_events, dtype=bool)
    for label in (0, 1):
        members = order[train.y[order] == label]
        held[members[: int(fraction * len(members))]] = True
    if not held.any():
        return train, None, []
    kept, out = (Events(train.X[mask], train.y[mask], train.weight[mask]) for mask in (~held, held))
    return kept, out, [f"Set {out.n_events} of {train.n_events} training events aside to see when to stop."]


@quiet()
def train(
    model: Any,
    train: Events,
    validation: Events | None,
    *,
    how: Training,
    context: Context,
    target: Callable[[NDArray[np.int8]], NDArray[Any]],
) -> tuple[Curves, list[str]]:
    """Train a compiled model in place and return its loss by epoch, and a sentence if it went back to the best one.

    Parameters
    ----------
    model
        A compiled Keras model.
    train, validation
        Events to learn from and to watch; weights are scaled to mean 1 in each.
    how
        Epochs, batch size and patience.
    context
        Seed of the shuffling, and progress.
    target
        Turns classes into what the model's loss wants.

    Raises
    ------
    MethodError
        If the loss becomes infinite or NaN.
    """
    keras = import_keras(context.n_threads)
    watched = {} if validation is None else {"validation_data": _arrays(validation, target)}
    X, y, weight = _arrays(train, target)
    callbacks = [_watch(context.progress, how.epochs)]
    stops = validation is not None and how.patience > 0
    if stops:
        callbacks.append(keras.callbacks.EarlyStopping(patience=how.patience, restore_best_weights=True))
    history = model.fit(
        X,
        y,
        sample_weight=weight,
        batch_size=min(how.batch_size or batch_size(train.n_events), train.n_events),
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
    notes = [] if best is None else [f"Kept epoch {best} of {len(values['train'])}, the best in validation."]
    return Curves(step="epoch", quantity="loss", values=values, best=best), notes


@quiet()
def forward(model: Any, X: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the model's outputs, shape ``(n_events, n_outputs)``.

    Events pass in blocks of one size, the last filled up with zeros: memory stays bounded, nothing is compiled twice, and
    an event's answer does not depend on its company.
    """
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


def _arrays(events: Events, target: Callable[[NDArray[np.int8]], NDArray[Any]]) -> tuple[NDArray[Any], ...]:
    """Return inputs, targets and weights of mean 1."""
    return events.X, target(events.y), (events.weight / events.weight.mean()).astype(np.float32)


def _watch(tell: Callable[[float], None], epochs: int) -> Any:
    """Return a callback that tells the share of epochs done, and stops if the loss is no longer finite."""
    keras = import_keras()

    class Watch(keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
            tell((epoch + 1) / epochs)
            if not np.isfinite(logs["loss"]):
                self.model.stop_training = True

    return Watch()

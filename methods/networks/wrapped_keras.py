"""A Keras model of the user's own as a method."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods.base import Context, Events
from umva.methods.networks import keras_models
from umva.methods.networks.keras_file import KerasFile
from umva.methods.networks.outputs import require_outputs
from umva.methods.networks.wrapped_network import WrappedNetwork
from umva.methods.registry import register
from umva.methods.scaling import Scale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["KerasMethod"]


@register("Keras", listed=False)
@dataclass(kw_only=True, eq=False)
class KerasMethod(KerasFile, WrappedNetwork):
    """A Keras model, trained as its user built it.

    Use it for a network that the layers of ``DNN`` do not spell. It starts from the weights that the model has when it is
    booked. Of two classes one output (sigmoid, or linear for log odds) is read as the signal; of two outputs (softmax,
    or linear) the second is the signal, the first the background. Several classes want an output each (softmax, or
    linear), a regression one linear output a target. A model that is not compiled gets Adam and the cross entropy, or
    the mean squared error on targets in units of their spread; a compiled one learns the targets as they are. Event
    weights, scaled to mean 1, multiply each event's part of the loss. Made by :func:`umva.methods.wrapped.wrap`.
    """

    content: bytes = field(default=b"", repr=False)
    """The model before training, as a ``.keras`` file: it can be sent to another process."""
    custom: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Classes and functions of the user's that are registered with Keras."""
    structure: str = field(default="", repr=False)
    """What the model is made of, and how it is compiled, but not its weights."""

    state: ClassVar[tuple[str, ...]] = (*WrappedNetwork.state, "linear_")

    linear_: bool = field(init=False, repr=False)

    @classmethod
    def holding(cls, model: Any, **options: Any) -> Self:
        """Return a method that holds a copy of ``model``; see ``wrap``."""
        keras = keras_models.import_keras()
        _check_shapes(model)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            keras_models.dump(model, path)
            content = path.read_bytes()
        custom = dict(keras.saving.get_custom_objects())
        with keras_models.quiet():
            structure = model.to_json()
        method = cls(content=content, custom=custom, structure=structure, **options)
        try:
            method._fresh()
        except RunError as error:
            msg = f"Keras model {model.name!r} would not be read back once saved: {str(error).partition(': ')[2]}"
            raise MethodError(msg) from error
        return method

    def options(self) -> dict[str, Any]:
        """Return the options of the training."""
        own = {"content", "custom", "structure"}
        return {key: value for key, value in super().options().items() if key not in own}

    def identity(self) -> Any:
        """Return the options and what the model is made of; first weights, which a rerun draws anew, do not count."""
        return [self.options(), self.structure]

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train a copy of the model; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the model takes another number of variables, its outputs do not fit the task, its loss does not stay finite,
            or the method holds no model, as when it was booked by name.
        """
        if not self.content:
            msg = "book the Keras model itself, for instance book(loader, keras.Sequential([...]))"
            raise MethodError(msg)
        self.bind((), train.problem)
        self.problem_ = train.problem
        keras = keras_models.import_keras(context.n_threads)
        keras.utils.set_random_seed(context.seed % 2**32)
        model = self._fresh()
        self._check(keras, model, train)
        notes = [f"Trained with Keras on {keras.config.backend()}."]
        train, validation, aside = self.divide(train, validation, seed=context.seed)
        self.linear_ = _ends(keras, model) == "linear"
        scale = Scale.unit(len(self.problem_.targets))
        if not model.compiled:
            loss = _compile(keras, model, self.problem_.task, linear=self.linear_)
            notes.append(f"The model was not compiled: trained with Adam on the {loss}.")
            scale = Scale.of(train) if self.problem_.targets and self.linear_ else scale
        self.target_mean_, self.target_spread_ = scale.mean, scale.spread
        self._set_rate(keras, model)
        target = scale.shrink if self.problem_.targets else partial(_target, model)
        self.curves_, outcome = keras_models.train(
            model, train, validation, how=self.training(), context=context, target=target
        )
        self.model_ = model
        self.notes_ = (*notes, *aside, *outcome)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability or what takes its place in the model, all probabilities, or the targets."""
        return self.respond(keras_models.forward(self.model_, X), logits=self.linear_)

    def _fresh(self) -> Any:
        """Return the model as it was booked."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            path.write_bytes(self.content)
            return keras_models.restore(path, custom=self.custom, compiled=True)

    def _check(self, keras: Any, model: Any, train: Events) -> None:
        """Refuse a model that does not fit the events."""
        name, n_variables, task = f"Keras model {model.name!r}", train.X.shape[1], self.problem_.task
        if model.input_shape[-1] not in {n_variables, None}:
            msg = f"{name} takes {model.input_shape[-1]} variables, the data have {n_variables}"
            raise MethodError(msg)
        require_outputs(name, model.output_shape[-1], self.problem_)
        ends, expected = _ends(keras, model), {"softmax", "linear"}
        if task == "classification":
            expected = {ends} if model.compiled else {"sigmoid", *expected}
        if task != "regression" and ends not in expected:
            msg = f"{name} ends in {ends}, expected {' or '.join(sorted(expected))} for a {task}"
            raise MethodError(msg)

    def _set_rate(self, keras: Any, model: Any) -> None:
        """Give the optimizer the first learning rate, if one was asked for."""
        given = getattr(model.optimizer, "_learning_rate", None)
        own = isinstance(given, keras.optimizers.schedules.LearningRateSchedule)
        if own and (self.learning_rate is not None or not self.training().steady):
            msg = f"Keras model {model.name!r} has a schedule of its own: leave learning_rate, rates and schedule alone"
            raise MethodError(msg)
        if self.learning_rate is not None:
            model.optimizer.learning_rate = self.learning_rate


def _check_shapes(model: Any) -> None:
    """Reject a model that is not built, or is not a function of the variables with one row of outputs."""
    if not model.built:
        msg = f"Keras model {model.name!r} is not built: begin with keras.Input((n_variables,))"
        raise MethodError(msg)
    takes, gives = (
        np.ravel(np.asarray(shape, dtype=object)).tolist() for shape in (model.input_shape, model.output_shape)
    )
    if len(takes) != 2:
        msg = f"Keras model {model.name!r} must take one input of shape (None, n_variables), takes {model.input_shape}"
        raise MethodError(msg)
    if len(gives) != 2 or gives[1] is None:
        msg = f"Keras model {model.name!r} must give shape (None, n_outputs), gives {model.output_shape}"
        raise MethodError(msg)


def _ends(keras: Any, model: Any) -> str:
    """Name the activation of the outputs; ``"linear"`` if there is none or the loss takes them for log odds."""
    if getattr(getattr(model, "loss", None), "from_logits", False):
        return "linear"
    outputs = getattr(model, "outputs", None)
    last = outputs[0]._keras_history.operation if outputs else model.layers[-1]
    if isinstance(last, keras.Model):
        return _ends(keras, last)
    kind = type(last).__name__.lower()
    return kind if kind in {"softmax", "sigmoid"} else getattr(getattr(last, "activation", None), "__name__", "linear")


def _compile(keras: Any, model: Any, task: str, *, linear: bool) -> str:
    """Give the model Adam and the loss of the task, and return what that is called."""
    if task == "regression":
        loss, name = keras.losses.MeanSquaredError(), "mean squared error"
    else:
        one = model.output_shape[-1] == 1
        kind = keras.losses.BinaryCrossentropy if one else keras.losses.SparseCategoricalCrossentropy
        loss, name = kind(from_logits=linear), "cross entropy"
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss)
    return name


def _target(model: Any, y: NDArray[Any]) -> NDArray[Any]:
    """Return the classes as the model's loss wants them: one column, one column a class, or numbers of classes."""
    loss, columns = model.loss, model.output_shape[-1]
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    wanted: NDArray[Any] = np.eye(max(columns, 2), dtype=np.float32)[y]
    if columns == 1:
        wanted = y.astype(np.float32)[:, None]
    elif "sparse" in str(name):
        wanted = y.astype(np.int32)
    return wanted

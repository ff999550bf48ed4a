"""A Keras model of the user's own as a method."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError, RunError
from umva.methods import keras_models
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["KerasMethod"]


@register("Keras", listed=False)
@dataclass(kw_only=True, eq=False)
class KerasMethod(Method):
    """A Keras model, trained as its user built it.

    It starts from the weights that the model has when it is booked. One output (sigmoid, or linear for log odds) is read
    as the signal; of two outputs (softmax, or linear) the second is the signal, the first the background. A model that is
    not compiled gets Adam and the cross entropy. Event weights, scaled to mean 1, multiply each event's part of the loss.
    Made by :func:`umva.methods.wrapped.wrap`.
    """

    epochs: int = option(100, tmva="NumEpochs", low=1, help="most passes over the training events")
    batch_size: int | None = option(
        None,
        tmva="BatchSize",
        low=1,
        help="events in a step; if not said 256, above 102 400 events a 400th part of them, up to 4096",
    )
    patience: int = option(10, low=0, help="stop after so many epochs without gain in the validation loss; 0 for never")
    validation_fraction: float = option(
        0.1, low=0.0, high=0.9, help="share of the training events to watch if there is no validation part"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True)
    cost: ClassVar[float] = 10.0

    content: bytes = field(default=b"", repr=False)
    """The model before training, as a ``.keras`` file: it can be sent to another process."""
    custom: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Classes and functions of the user's that are registered with Keras."""

    model_: Any = field(init=False, repr=False)

    @classmethod
    def holding(cls, model: Any, **options: Any) -> Self:
        """Return a method that holds a copy of ``model``; see ``wrap``."""
        keras = keras_models.import_keras()
        _check_shapes(model)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            keras_models.dump(model, path)
            method = cls(content=path.read_bytes(), custom=dict(keras.saving.get_custom_objects()), **options)
        try:
            method._fresh()
        except RunError as error:
            msg = f"Keras model {model.name!r} would not be read back once saved: {str(error).partition(': ')[2]}"
            raise MethodError(msg) from error
        return method

    def options(self) -> dict[str, Any]:
        """Return the options of the training."""
        return {key: value for key, value in super().options().items() if key not in {"content", "custom"}}

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train a copy of the model; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the model takes another number of variables, its loss does not stay finite, or the method holds no model,
            as when it was booked by name.
        """
        if not self.content:
            msg = "book the Keras model itself, for instance book(loader, keras.Sequential([...]))"
            raise MethodError(msg)
        keras = keras_models.import_keras(context.n_threads)
        keras.utils.set_random_seed(context.seed % 2**32)
        model = self._fresh()
        n_variables = train.X.shape[1]
        if model.input_shape[-1] != n_variables:
            msg = f"Keras model {model.name!r} takes {model.input_shape[-1]} variables, the data have {n_variables}"
            raise MethodError(msg)
        notes = [f"Trained with Keras on {keras.config.backend()}."]
        if not model.compiled:
            _compile(keras, model)
            notes.append("The model was not compiled: trained with Adam on the cross entropy.")
        if validation is None and self.patience > 0:
            train, validation, aside = keras_models.hold_out(train, self.validation_fraction, seed=context.seed)
            notes += aside
        how = keras_models.Training(self.epochs, self.batch_size, self.patience)
        self.curves_, outcome = keras_models.train(
            model, train, validation, how=how, context=context, target=lambda y: _target(model, y)
        )
        self.model_ = model
        self.notes_ = (*notes, *outcome)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, or what takes its place in the model, shape ``(n_events,)``."""
        from scipy.special import expit

        answers = keras_models.forward(self.model_, X)
        if not _is_linear(self.model_):
            return answers[:, -1]
        odds: NDArray[np.float64] = expit(answers[:, -1] - (answers[:, 0] if answers.shape[1] == 2 else 0.0))
        return odds

    def write(self, folder: Path) -> None:
        """Write the model as a ``.keras`` file."""
        keras_models.dump(self.model_, folder / "model.keras")

    def read(self, folder: Path) -> None:
        """Read the model; code in the file is refused, classes of the user's own must be registered with Keras."""
        self.model_ = keras_models.restore(folder / "model.keras")

    def _fresh(self) -> Any:
        """Return the model as it was booked."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            path.write_bytes(self.content)
            return keras_models.restore(path, custom=self.custom, compiled=True)


def _check_shapes(model: Any) -> None:
    """Reject a model that is not built, or is not a function of the variables with one or two outputs."""
    if not model.built:
        msg = f"Keras model {model.name!r} is not built: begin with keras.Input((n_variables,))"
        raise MethodError(msg)
    takes, gives = (
        np.ravel(np.asarray(shape, dtype=object)).tolist() for shape in (model.input_shape, model.output_shape)
    )
    if len(takes) != 2:
        msg = f"Keras model {model.name!r} must take one input of shape (None, n_variables), takes {model.input_shape}"
        raise MethodError(msg)
    if len(gives) != 2 or gives[1] not in {1, 2}:
        msg = f"Keras model {model.name!r} must give shape (None, 1) or (None, 2), gives {model.output_shape}"
        raise MethodError(msg)


def _is_linear(model: Any) -> bool:
    """Tell whether the model's output is the log odds, not a probability."""
    activation = getattr(model.layers[-1], "activation", None)
    return getattr(activation, "__name__", "") == "linear"


def _compile(keras: Any, model: Any) -> None:
    one = model.output_shape[-1] == 1
    loss = keras.losses.BinaryCrossentropy if one else keras.losses.SparseCategoricalCrossentropy
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss(from_logits=_is_linear(model)))


def _target(model: Any, y: NDArray[np.int8]) -> NDArray[Any]:
    """Return the classes as the model's loss wants them: one column, two columns, or numbers of classes."""
    loss = model.loss
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    if model.output_shape[-1] == 1:
        return y.astype(np.float32)[:, None]
    if "sparse" in str(name):
        return y.astype(np.int32)
    return np.eye(2, dtype=np.float32)[y]

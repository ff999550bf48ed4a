"""Building Keras layers from TMVA's Layout.

Images are kept with their channels last, as Keras has them on every backend; TMVA has them first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from umva.errors import MethodError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from umva.methods.networks.layers import Layer

__all__ = ["INITIALIZERS", "build", "dropout_name", "shaped"]

INITIALIZERS = {
    "XAVIER": "glorot_normal",
    "XAVIERUNIFORM": "glorot_uniform",
    "GAUSS": "he_normal",
    "UNIFORM": "he_uniform",
}
"""How first weights are drawn, by TMVA's names; the latter two look at the inputs of a layer alone."""

_KERAS = {"RELU": "relu", "TANH": "tanh", "FTANH": "tanh", "SIGMOID": "sigmoid", "SOFTSIGN": "softsign"}


def build(keras: Any, layers: Sequence[Layer], x: Any, *, dropout: Sequence[float], initializer: str) -> Any:
    """Return the Keras tensor, flat, that ``x`` becomes behind the layers.

    Parameters
    ----------
    keras
        The library.
    layers
        What :func:`umva.methods.networks.deep.layout.parse_layout` returns, the last with its units.
    x
        What enters.
    dropout
        Share that is dropped before each layer; zero for no such layer.
    initializer
        One of :data:`INITIALIZERS`.

    Raises
    ------
    MethodError
        If what arrives at a layer has a shape that it cannot take.
    """
    for number, (layer, share) in enumerate(zip(layers, dropout, strict=True)):
        x = keras.layers.Dropout(share, name=dropout_name(number))(x) if share else x
        x = _Site(keras, layer, INITIALIZERS[initializer]).build(x)
    return x


def dropout_name(number: int) -> str:
    """Return what the dropout before a layer, counted from 0, is called."""
    return f"dropout_before_{number}"


def shaped(keras: Any, x: Any, shape: tuple[int, ...]) -> Any:
    """Return a row of numbers as an image of ``(channels, rows, columns)`` or a sequence of ``(steps, inputs)``."""
    make = keras.layers
    if len(shape) != 3:
        return make.Reshape(shape)(x)
    if shape[0] == 1:
        return make.Reshape((*shape[1:], 1))(x)
    return make.Permute((2, 3, 1))(make.Reshape(shape)(x))


@dataclass(frozen=True)
class _Site:
    """Where one layer is built."""

    keras: Any
    layer: Layer
    initializer: str

    def build(self, x: Any) -> Any:
        """Return what ``x`` becomes."""
        method: Callable[..., Any] = getattr(self, self.layer.name.lower())
        return method(x, *self.layer.arguments)

    def dense(self, x: Any, units: int, activation: str) -> Any:
        return self._bent(
            self.keras.layers.Dense(units, kernel_initializer=self.initializer)(self._flat(x)), activation
        )

    def conv(self, x: Any, filters: int, *numbers: Any) -> Any:
        rows, columns, row_step, column_step, row_pad, column_pad, activation = numbers
        self._require_image(x)
        make, padding = self.keras.layers, (row_pad, column_pad)
        x = make.ZeroPadding2D(padding)(x) if any(padding) else x
        self._require_fit(x, (rows, columns), (row_step, column_step))
        strides = (row_step, column_step)
        kernel = {"kernel_initializer": self.initializer}
        return self._bent(make.Conv2D(filters, (rows, columns), strides, **kernel)(x), activation)

    def maxpool(self, x: Any, rows: int, columns: int, row_step: int, column_step: int) -> Any:
        self._require_image(x)
        self._require_fit(x, (rows, columns), (row_step, column_step))
        return self.keras.layers.MaxPooling2D((rows, columns), (row_step, column_step))(x)

    def reshape(self, x: Any, *shape: int) -> Any:
        x = self._flat(x)
        if shape and int(np.prod(shape)) != x.shape[1]:
            self._refuse(f"makes {int(np.prod(shape))} numbers", f"{x.shape[1]} arrive")
        return shaped(self.keras, x, shape) if shape else x

    def bnorm(self, x: Any, momentum: float = 0.99, epsilon: float = 0.001) -> Any:
        return self.keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon)(x)

    def rnn(self, x: Any, units: int, inputs: int, steps: int, remember: int = 0, full: int = 0) -> Any:
        return self._recurrent(self.keras.layers.SimpleRNN, x, (units, inputs, steps), remember, full)

    def lstm(self, x: Any, units: int, inputs: int, steps: int, remember: int = 0, full: int = 0) -> Any:
        return self._recurrent(self.keras.layers.LSTM, x, (units, inputs, steps), remember, full)

    def gru(self, x: Any, units: int, inputs: int, steps: int, remember: int = 0, full: int = 0, after: int = 0) -> Any:
        sizes = units, inputs, steps
        return self._recurrent(self.keras.layers.GRU, x, sizes, remember, full, reset_after=bool(after))

    def _recurrent(self, kind: Any, x: Any, sizes: tuple[int, int, int], remember: int, full: int, **own: bool) -> Any:
        units, inputs, steps = sizes
        if remember:
            self._refuse("remembers its state from event to event", "events do not follow one another: write 0")
        if tuple(x.shape[1:]) != (steps, inputs):
            x = self._flat(x)
            if x.shape[1] != steps * inputs:
                self._refuse(f"takes {steps} steps of {inputs} inputs", f"{x.shape[1]} numbers arrive")
            x = self.keras.layers.Reshape((steps, inputs))(x)
        return kind(units, return_sequences=bool(full), kernel_initializer=self.initializer, **own)(x)

    def _bent(self, x: Any, activation: str) -> Any:
        ops = self.keras.ops
        if activation in {"LINEAR", "IDENTITY"}:
            return x
        if activation == "SYMMRELU":
            return ops.absolute(x)
        return ops.exp(-ops.square(x)) if activation == "GAUSS" else self.keras.layers.Activation(_KERAS[activation])(x)

    def _flat(self, x: Any) -> Any:
        """Return ``x`` as a row of numbers, an image channel by channel as TMVA has it."""
        if len(x.shape) == 2:
            return x
        if len(x.shape) == 4 and x.shape[3] > 1:
            x = self.keras.layers.Permute((3, 1, 2))(x)
        return self.keras.layers.Flatten()(x)

    def _require_image(self, x: Any) -> None:
        if len(x.shape) != 4:
            self._refuse(
                "wants an image, as InputLayout=channels|rows|columns makes it", f"shape {x.shape[1:]} arrives"
            )

    def _require_fit(self, x: Any, sizes: tuple[int, int], steps: tuple[int, int]) -> None:
        """Refuse steps that do not end where the image ends."""
        for what, length, size, step in zip(("rows", "columns"), x.shape[1:3], sizes, steps, strict=True):
            if size > length or (length - size) % step:
                self._refuse(f"takes {size} {what} in steps of {step}", f"{length} {what} arrive (padding included)")

    def _refuse(self, wants: str, arrives: str) -> NoReturn:
        msg = f"layer {self.layer.name} (character {self.layer.place} of Layout) {wants}, but {arrives}"
        raise MethodError(msg)

"""Building Keras layers from the layer language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from umva.errors import MethodError
from umva.methods.networks.layers import KEEP_SHAPE, OVER_SEQUENCES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from umva.methods.networks.layers import Layer

__all__ = ["Dress", "build"]


@dataclass(frozen=True)
class Dress:
    """What the options add to the layers.

    Parameters
    ----------
    activation
        Of layers that name none.
    dropout
        Share of the units to switch off behind each layer that is written as a bare number.
    batch_normalisation
        Standardise before the activation of those.
    l2
        Penalty on the squares of all kernels.
    """

    activation: str = "relu"
    dropout: float = 0.0
    batch_normalisation: bool = False
    l2: float = 0.0


def build(keras: Any, layers: Sequence[Layer], x: Any, dress: Dress) -> Any:
    """Return the Keras tensor, flat, that ``x`` becomes behind the layers.

    Raises
    ------
    MethodError
        If what arrives at a layer has a shape that it cannot take.
    """
    for number, layer in enumerate(layers):
        follows = next((each.name for each in layers[number + 1 :] if each.name not in KEEP_SHAPE), "")
        x = _Site(keras, layer, dress, sequence_follows=follows in OVER_SEQUENCES).build(x)
    return x if len(x.shape) == 2 else keras.layers.Flatten()(x)


@dataclass(frozen=True)
class _Site:
    """Where one layer is built."""

    keras: Any
    layer: Layer
    dress: Dress
    sequence_follows: bool

    def build(self, x: Any) -> Any:
        """Return what ``x`` becomes."""
        method: Callable[..., Any] = getattr(self, self.layer.name)
        return method(x, *self.layer.arguments)

    def dense(self, x: Any, units: int, activation: str | None = None) -> Any:
        bare, dress, make = self.layer.bare, self.dress, self.keras.layers
        normalised = bare and dress.batch_normalisation
        x = make.Dense(units, use_bias=not normalised, kernel_regularizer=self._penalty())(x)
        x = self.batchnorm(x) if normalised else x
        x = self.activation(x, activation or dress.activation)
        return self.dropout(x, dress.dropout) if bare and dress.dropout else x

    def residual(self, x: Any, units: int, activation: str | None = None) -> Any:
        make, bend = self.keras.layers, activation or self.dress.activation
        inner = self.activation(make.Dense(units, kernel_regularizer=self._penalty())(x), bend)
        inner = make.Dense(units, kernel_regularizer=self._penalty())(inner)
        way_round = x
        if x.shape[-1] != units:
            way_round = make.Dense(units, use_bias=False, kernel_regularizer=self._penalty())(x)
        return self.activation(make.Add()([inner, way_round]), bend)

    def batchnorm(self, x: Any) -> Any:
        return self.keras.layers.BatchNormalization()(x)

    def layernorm(self, x: Any) -> Any:
        return self.keras.layers.LayerNormalization()(x)

    def dropout(self, x: Any, share: float) -> Any:
        return self.keras.layers.Dropout(share)(x)

    def activation(self, x: Any, name: str) -> Any:
        return self.keras.layers.Activation(name)(x)

    def reshape(self, x: Any, *sizes: int) -> Any:
        arrive, wanted = int(np.prod(x.shape[1:])), int(np.prod(sizes))
        if arrive != wanted:
            self._refuse(f"makes {wanted} numbers", f"{arrive} arrive")
        return self.keras.layers.Reshape(sizes)(x)

    def flatten(self, x: Any) -> Any:
        return self.keras.layers.Flatten()(x)

    def conv1d(self, x: Any, filters: int, size: int, activation: str | None = None) -> Any:
        return self._convolved(self.keras.layers.Conv1D, self._sequence(x), filters, size, activation)

    def conv2d(self, x: Any, filters: int, size: int, activation: str | None = None) -> Any:
        if len(x.shape) == 3:
            x = self.keras.layers.Reshape((*x.shape[1:], 1))(x)
        if len(x.shape) != 4:
            self._refuse("wants an image, as reshape(rows, columns) makes it", f"shape {x.shape[1:]} arrives")
        return self._convolved(self.keras.layers.Conv2D, x, filters, size, activation)

    def maxpool(self, x: Any, size: int) -> Any:
        return self._pooled(x, size, self.keras.layers.MaxPooling1D, self.keras.layers.MaxPooling2D)

    def avgpool(self, x: Any, size: int) -> Any:
        return self._pooled(x, size, self.keras.layers.AveragePooling1D, self.keras.layers.AveragePooling2D)

    def globalpool(self, x: Any) -> Any:
        make = self.keras.layers
        return (
            make.GlobalAveragePooling2D()(x) if len(x.shape) == 4 else make.GlobalAveragePooling1D()(self._sequence(x))
        )

    def lstm(self, x: Any, units: int) -> Any:
        return self._recurrent(self.keras.layers.LSTM, x, units)

    def gru(self, x: Any, units: int) -> Any:
        return self._recurrent(self.keras.layers.GRU, x, units)

    def _convolved(self, kind: Any, x: Any, filters: int, size: int, activation: str | None) -> Any:
        x = kind(filters, size, padding="same", kernel_regularizer=self._penalty())(x)
        return self.activation(x, activation or self.dress.activation)

    def _pooled(self, x: Any, size: int, one: Any, two: Any) -> Any:
        x = x if len(x.shape) == 4 else self._sequence(x)
        shortest = min(x.shape[1:-1])
        if size > shortest:
            self._refuse(f"pools {size} neighbours", f"a length of {shortest} arrives")
        return (two if len(x.shape) == 4 else one)(size)(x)

    def _recurrent(self, kind: Any, x: Any, units: int) -> Any:
        layer = kind(units, return_sequences=self.sequence_follows, kernel_regularizer=self._penalty())
        return layer(self._sequence(x))

    def _sequence(self, x: Any) -> Any:
        """Return ``x`` as a sequence."""
        if len(x.shape) == 2:
            return self.keras.layers.Reshape((x.shape[1], 1))(x)
        if len(x.shape) != 3:
            self._refuse("wants a sequence, as reshape(length, width) makes it", f"shape {x.shape[1:]} arrives")
        return x

    def _penalty(self) -> Any:
        return self.keras.regularizers.L2(self.dress.l2) if self.dress.l2 else None

    def _refuse(self, wants: str, arrives: str) -> NoReturn:
        msg = f"layer {self.layer} (character {self.layer.place} of layers) {wants}, but {arrives}"
        raise MethodError(msg)

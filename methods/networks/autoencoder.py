"""Finding what does not belong: an autoencoder learns what background looks like and marks what it cannot redraw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import OptionError
from umva.methods.base import Capabilities, Context, Events
from umva.methods.networks import keras_models
from umva.methods.networks.dnn import standardised_input
from umva.methods.networks.keras_file import KerasFile
from umva.methods.networks.layers import ACTIVATIONS
from umva.methods.networks.network import Network
from umva.methods.options import option, redeclared
from umva.methods.registry import register
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Autoencoder"]

_LEAST = 1e-12  # of a mean square in units of the spreads: 32 bits do not redraw anything better


@register("Autoencoder")
@dataclass(kw_only=True, eq=False)
class Autoencoder(KerasFile, Network):
    """Anomaly score: how badly a network redraws an event after squeezing it through a few numbers (Keras).

    Use it when the signal is not known, or its simulation not trusted: only background is learnt, and whatever does not
    look like it scores high. Against a method that knows the signal it loses, and where signal lies amid the background
    in each variable, as in the HIGGS sample, it is hardly better than a coin (AUC near 0.5). The response is the mean
    square, over the variables, of what is redrawn wrongly in units of the spreads, or its logarithm. Event weights, scaled to
    mean 1, multiply each event's part of the loss. The decoder mirrors the encoder. (Hinton and Salakhutdinov,
    Science 313 (2006) 504; as a search: Farina, Nakai and Shih, Phys. Rev. D 101 (2020) 075021, arXiv:1808.08992.)

    Examples
    --------
    >>> X = np.random.default_rng(1).normal(size=(200, 1)).astype(np.float32) * [1, 1, 1]  # background lies on a line
    >>> train = Events(X.astype(np.float32), np.zeros(200, np.int8), np.ones(200))
    >>> net = Autoencoder(latent=1, layers=(), epochs=40, learning_rate=0.03, batch_size=20).fit(train)
    >>> on, off = net.score(np.array([[1, 1, 1], [1, -1, 1]], np.float32))
    >>> bool(off > on + 2)
    True
    """

    normal: str = option("background", choices=("background", "signal", "all"), help="which events show what is normal")
    layers: tuple[int, ...] = option(
        (32, 16), help="units of the encoder's hidden layers, from the input on; empty for a linear network"
    )
    latent: int | None = option(
        None, low=1, help="numbers that an event is squeezed into; if not said a third of its variables, rounded up"
    )
    activation: str = option("elu", choices=ACTIVATIONS, help="activation function of the hidden layers")
    logarithm: bool = option(True, help="the response is the logarithm of the error, not the error")
    learning_rate: float = option(0.003, low=1e-8, high=10.0, help="size of the first steps of Adam")
    patience: int = redeclared(Network, "patience", 10)

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True, supervised=False)
    cost: ClassVar[float] = 6.0
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"batch_size": 1_000_000},
        reason="a step is taken after a batch of events, whatever their weights",
    )
    quick_options: ClassVar[Mapping[str, Any]] = {"epochs": 30, "batch_size": 32, "learning_rate": 0.01}

    def __post_init__(self) -> None:
        """Reject layers without units."""
        self.layers = tuple(self.layers)
        if self.layers and min(self.layers) < 1:
            msg = f"Autoencoder: option layers must be positive numbers of units, got {self.layers!r}"
            raise OptionError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Learn to redraw the normal events; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, or the inputs spread over more than 1e19.
        """
        keras = keras_models.import_keras(context.n_threads)
        keras.utils.set_random_seed(context.seed % 2**32)
        train = self._normal(train)
        learnt = "all" if self.normal == "all" else f"{train.n_events} {self.normal}"
        validation = None if validation is None else self._normal(validation)
        train, validation, aside = self.divide(train, validation, seed=context.seed)
        self.model_ = self._build(keras, train)
        n_variables = train.X.shape[1]
        self.curves_, outcome = keras_models.train(
            self.model_,
            train,
            validation,
            how=self.training(),
            context=context,
            target=lambda y: np.zeros((len(y), n_variables), np.float32),
        )
        notes = [
            f"Learnt to redraw {learnt} events, without knowing what signal is (Keras on {keras.config.backend()})."
        ]
        if self._latent(n_variables) >= n_variables:
            notes.append("Nothing is squeezed: the latent numbers are as many as the variables.")
        self.notes_ = (*notes, *aside, *outcome)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the error of redrawing each event or its logarithm, shape ``(n_events,)``; larger is stranger."""
        error: NDArray[np.float64] = (keras_models.forward(self.model_, X) ** 2).mean(axis=1)
        return np.log(np.maximum(error, _LEAST)) if self.logarithm else error

    def _normal(self, events: Events) -> Events:
        """Return the events that show what is normal."""
        return events if self.normal == "all" else events.select(events.y == (self.normal == "signal"))

    def _latent(self, n_variables: int) -> int:
        return self.latent or -(-n_variables // 3)

    def _build(self, keras: Any, train: Events) -> Any:
        """Return the compiled network; its outputs are what is redrawn wrongly, in units of the spreads."""
        make, n_variables = keras.layers, train.X.shape[1]
        inputs, standardised = standardised_input(keras, train, method=self.name)
        x = standardised
        for units in self.layers:
            x = make.Dense(units, self.activation)(x)
        x = make.Dense(self._latent(n_variables))(x)
        for units in reversed(self.layers):
            x = make.Dense(units, self.activation)(x)
        model = keras.Model(inputs, make.Subtract()([make.Dense(n_variables)(x), standardised]))
        model.compile(optimizer=keras.optimizers.Adam(self.learning_rate), loss=keras.losses.MeanSquaredError())
        return model

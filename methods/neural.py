"""Neural networks: layers of weighted sums, each bent by an activation function (Keras 3 on JAX, PyTorch or TensorFlow).

Worth while with many events or with inputs whose relations no tree cuts well, such as four-momenta. Networks want inputs of
like size and without tails: hence the transformation ``"G"`` by default, and a layer that standardises what comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError, OptionError
from umva.methods import keras_models
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.chunks import chunks
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["DNN"]


@register("DNN", tmva="kDL")
@dataclass(kw_only=True, eq=False)
class DNN(Method):
    """Feed-forward neural network: dense layers trained with Adam on the cross entropy (Keras).

    Use it with many events, or inputs whose relations no tree cuts well, such as four-momenta. The response is the
    signal probability, 0 to 1. Event weights, scaled to mean 1, multiply each event's part of the loss. Training stops
    when the loss on the validation part no longer falls, and the best epoch is kept; without such a part,
    ``validation_fraction`` of the training events is set aside for it. (Goodfellow et al., Deep Learning, MIT Press
    2016, chapters 6 to 8; Kingma and Ba, ICLR 2015, arXiv:1412.6980.)

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(200))
    >>> net = DNN(layers=(8,), epochs=20, learning_rate=0.03, validation_fraction=0.0).fit(train)
    >>> net.score(np.array([[-0.9], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    layers: tuple[int, ...] = option((64, 64), help="units of each hidden layer, from the input on")
    activation: str = option(
        "relu",
        choices=("relu", "elu", "gelu", "leaky_relu", "selu", "sigmoid", "silu", "softplus", "tanh"),
        help="activation function of the hidden layers",
    )
    dropout: float = option(
        0.1, low=0.0, high=0.95, help="share of the units switched off at each step of the training"
    )
    batch_norm: bool = option(False, help="standardise the input of each hidden layer's activation over the batch")
    learning_rate: float = option(0.003, low=1e-8, high=10.0, help="size of the first steps of Adam")
    weight_decay: float = option(0.0, low=0.0, help="each step shrinks the weights by this share of the learning rate")
    batch_size: int | None = option(
        None, low=1, help="events in a step; if not said 256, above 102 400 events a 400th part of them, up to 4096"
    )
    epochs: int = option(200, low=1, help="most passes over the training events")
    patience: int = option(15, low=0, help="stop after so many epochs without gain in the validation loss; 0 for never")
    validation_fraction: float = option(
        0.1, low=0.0, high=0.9, help="share of the training events to watch if there is no validation part"
    )

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True)
    transform: ClassVar[str] = "G"
    cost: ClassVar[float] = 6.0
    quick_options: ClassVar[Mapping[str, Any]] = {
        "layers": (16,),
        "epochs": 30,
        "batch_size": 64,
        "learning_rate": 0.02,
    }

    model_: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reject layers that cannot be built, before anything is trained."""
        self.layers = tuple(self.layers)
        if not self.layers or min(self.layers) < 1:
            msg = f"DNN: option layers must be one or more positive numbers of units, got {self.layers!r}"
            raise OptionError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train epoch by epoch; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, or the inputs spread over more than 1e19.
        """
        keras = keras_models.import_keras(context.n_threads)
        keras.utils.set_random_seed(context.seed % 2**32)
        notes = [f"Trained with Keras on {keras.config.backend()}."]
        if validation is None and self.patience > 0:
            train, validation, aside = keras_models.hold_out(train, self.validation_fraction, seed=context.seed)
            notes += aside
        self.model_ = self._build(keras, train)
        how = keras_models.Training(self.epochs, self.batch_size, self.patience)
        self.curves_, outcome = keras_models.train(
            self.model_, train, validation, how=how, context=context, target=lambda y: y.astype(np.float32)[:, None]
        )
        self.notes_ = (*notes, *outcome)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, shape ``(n_events,)``."""
        from scipy.special import expit

        probability: NDArray[np.float64] = expit(keras_models.forward(self.model_, X)[:, 0])
        return probability

    def write(self, folder: Path) -> None:
        """Write the network as a ``.keras`` file."""
        keras_models.dump(self.model_, folder / "model.keras")

    def read(self, folder: Path) -> None:
        """Read the network; nothing in the file is executed."""
        self.model_ = keras_models.restore(folder / "model.keras")

    def _build(self, keras: Any, train: Events) -> Any:
        """Return the compiled network; its output is the log odds."""
        mean, variance = _moments(train)
        stack = [keras.Input((train.X.shape[1],)), keras.layers.Normalization(mean=mean, variance=variance)]
        for units in self.layers:
            stack.append(keras.layers.Dense(units, use_bias=not self.batch_norm))
            if self.batch_norm:
                stack.append(keras.layers.BatchNormalization())
            stack.append(keras.layers.Activation(self.activation))
            if self.dropout:
                stack.append(keras.layers.Dropout(self.dropout))
        model = keras.Sequential([*stack, keras.layers.Dense(1)])
        model.compile(
            optimizer=keras.optimizers.Adam(self.learning_rate, weight_decay=self.weight_decay or None),
            loss=keras.losses.BinaryCrossentropy(from_logits=True),
        )
        return model


def _moments(train: Events) -> tuple[list[float], list[float]]:
    """Return the weighted mean and variance of each variable; 1 where it does not vary."""
    total = train.weight.sum()
    mean = sum(train.weight[part] @ train.X[part] for part in chunks(train.n_events)) / total
    variance = sum(train.weight[part] @ (train.X[part] - mean) ** 2 for part in chunks(train.n_events)) / total
    if variance.max() > np.finfo(np.float32).max:
        msg = f"DNN: inputs spread by up to {np.sqrt(variance.max()):.1e}, too much for 32 bits: use the transformation N or G"
        raise MethodError(msg)
    variance = np.where(variance > 0, variance, 1.0)
    return mean.tolist(), variance.tolist()

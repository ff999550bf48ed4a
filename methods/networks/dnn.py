"""Neural networks: layers of weighted sums, each bent by an activation function (Keras 3 on JAX, PyTorch or TensorFlow).

Worth while with many events or with inputs whose relations no tree cuts well, such as four-momenta. Networks want inputs of
like size and without tails: hence the transformation ``"G"`` by default, and a layer that standardises what comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Context, Events
from umva.methods.networks import keras_models
from umva.methods.networks.keras_file import KerasFile
from umva.methods.networks.layer_building import Dress, build
from umva.methods.networks.layers import ACTIVATIONS, Layers, parse
from umva.methods.networks.network import SupervisedNetwork
from umva.methods.networks.outputs import n_outputs
from umva.methods.options import option, redeclared
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scaling import Scale, standard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.problem import Problem

__all__ = ["DNN", "optimizer", "standardised_input"]


@register("DNN")
@dataclass(kw_only=True, eq=False)
class DNN(KerasFile, SupervisedNetwork):
    """Feed-forward neural network: dense, convolutional or recurrent layers trained by gradient descent (Keras).

    Use it with many events, or inputs whose relations no tree cuts well, such as four-momenta. It tells classes apart by
    the cross entropy: the response is the signal probability, or one probability a class. Targets of a regression, one or
    several in one network, are learnt in units of their spread by the mean squared error. Event weights, scaled to
    mean 1, multiply each event's part of the loss. Training stops when the loss on the validation part no longer falls,
    and the best epoch is kept; without such a part, ``validation_fraction`` of the training events is set aside for it.
    The layers are numbers of units, or words: see :mod:`umva.methods.networks.layers`. (Goodfellow et al., Deep Learning, MIT
    Press 2016, chapters 6 to 10; Kingma and Ba, ICLR 2015, arXiv:1412.6980.)

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(200))
    >>> net = DNN(layers=Layers([8]), epochs=20, learning_rate=0.03, validation_fraction=0.0).fit(train)
    >>> net.score(np.array([[-0.9], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    layers: Layers = option(Layers("64, 64"), help="hidden layers from the input on: numbers of units, or in words")  # noqa: RUF009
    activation: str = option("relu", choices=ACTIVATIONS, help="activation function of layers that name none")
    dropout: float = option(
        0.1, low=0.0, high=0.95, help="share of units switched off at each step, in layers given as numbers"
    )
    batch_normalisation: bool = option(
        False, help="standardise over the batch before the activation, in layers given as numbers"
    )
    l2: float = option(0.0, low=0.0, help="penalty on the squares of the kernels, added to the loss")
    loss: str | None = option(
        None, choices=("mse", "huber"), help="of a regression, mse if not said; huber is for targets with tails"
    )
    optimizer: str = option(
        "adam", choices=("adam", "adamw", "sgd", "nadam"), help="how steps follow from gradients; sgd has momentum 0.9"
    )
    learning_rate: float = option(0.003, low=1e-8, high=10.0, help="size of the first steps")
    weight_decay: float | None = option(
        None,
        low=0.0,
        help="each step shrinks kernels by this times the learning rate; if not said 0.004 for adamw, else 0",
    )
    epochs: int = redeclared(SupervisedNetwork, "epochs", 200)

    transform: ClassVar[str] = "G"
    cost: ClassVar[float] = 6.0
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"batch_size": 1_000_000, "dropout": 0.0},
        reason="a step is taken after a batch of events, whatever their weights, and dropout draws units",
    )
    quick_options: ClassVar[Mapping[str, Any]] = {
        "layers": "16",
        "epochs": 30,
        "batch_size": 64,
        "learning_rate": 0.02,
    }

    def __post_init__(self) -> None:
        """Reject layers that cannot be understood, before anything is trained."""
        self.layers = Layers(self.layers)
        parse(self.layers)

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse a loss that does not go with the task; see :meth:`umva.methods.Method.bind`."""
        super().bind(columns, problem)
        if self.loss is not None and problem.task != "regression":
            msg = f"DNN: option loss is for a regression, classes are learnt by the cross entropy; got {self.loss!r}"
            raise MethodError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train epoch by epoch; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, the inputs spread over more than 1e19, a layer cannot take what arrives, or
            an option does not go with the task.
        """
        self.bind((), train.problem)
        self.problem_ = train.problem
        regression = self.problem_.task == "regression"
        keras = keras_models.import_keras(context.n_threads)
        keras.utils.set_random_seed(context.seed % 2**32)
        train, validation, aside = self.divide(train, validation, seed=context.seed)
        scale = Scale.of(train) if regression else Scale.unit(0)
        self.target_mean_, self.target_spread_ = scale.mean, scale.spread
        self.model_ = self._build(keras, train)
        self.curves_, outcome = keras_models.train(
            self.model_,
            train,
            validation,
            how=self.training(),
            context=context,
            target=scale.shrink if regression else _column,
        )
        self.notes_ = (f"Trained with Keras on {keras.config.backend()}.", *aside, *outcome)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, the probabilities of all classes, or the targets; see ``Method.score``."""
        return self.respond(keras_models.forward(self.model_, X), logits=True)

    def _build(self, keras: Any, train: Events) -> Any:
        """Return the compiled network; its outputs are log odds, or targets in units of their spread."""
        dress = Dress(self.activation, self.dropout, self.batch_normalisation, self.l2)
        inputs, x = standardised_input(keras, train, method=self.name)
        x = build(keras, parse(self.layers), x, dress)
        model = keras.Model(inputs, keras.layers.Dense(n_outputs(self.problem_))(x))
        losses = {
            "classification": keras.losses.BinaryCrossentropy(from_logits=True),
            "multiclass": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "regression": keras.losses.Huber() if self.loss == "huber" else keras.losses.MeanSquaredError(),
        }
        step = optimizer(keras, self.optimizer, self.learning_rate, self.weight_decay)
        model.compile(optimizer=step, loss=losses[self.problem_.task])
        return model


def optimizer(keras: Any, name: str, learning_rate: float, weight_decay: float | None) -> Any:
    """Return a Keras optimizer: ``"adam"``, ``"adamw"``, ``"sgd"`` or ``"nadam"``."""
    makers = keras.optimizers
    if name == "adamw":
        return makers.AdamW(learning_rate, weight_decay=0.004 if weight_decay is None else weight_decay)
    if name == "sgd":
        return makers.SGD(learning_rate, momentum=0.9, weight_decay=weight_decay or None)
    return {"adam": makers.Adam, "nadam": makers.Nadam}[name](learning_rate, weight_decay=weight_decay or None)


def standardised_input(
    keras: Any, train: Events, *, method: str, alike: NDArray[np.intp] | None = None
) -> tuple[Any, Any]:
    """Return the input of a network, and what becomes of it in units of the weighted spread about the mean.

    Parameters
    ----------
    keras
        The library.
    train
        Events to take mean and spread from.
    method
        What to call the method in the error.
    alike
        A number for each column: those with the same share mean and spread, such as the pixels of an image.

    Raises
    ------
    MethodError
        If the inputs spread too much for 32 bits.
    """
    mean, spread = standard(train.X, train.weight)
    variance = spread**2
    if alike is not None:
        mean, variance = _pooled(mean, variance, alike)
    if variance.max() > np.finfo(np.float32).max:
        msg = (
            f"{method}: inputs spread by up to {spread.max():.1e}, too much for 32 bits: use the transformation N or G"
        )
        raise MethodError(msg)
    inputs = keras.Input((train.X.shape[1],))
    return inputs, keras.layers.Normalization(mean=mean.tolist(), variance=variance.tolist())(inputs)


def _pooled(
    mean: NDArray[np.float64], variance: NDArray[np.float64], alike: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean and variance of the columns that are alike, taken together."""
    size = np.bincount(alike)
    centre = np.bincount(alike, mean) / size
    within = np.bincount(alike, variance) / size
    between = np.bincount(alike, (mean - centre[alike]) ** 2) / size
    return centre[alike], (within + between)[alike]


def _column(y: NDArray[Any]) -> NDArray[np.float32]:
    """Return the classes as the cross entropies want them: one column of numbers."""
    return y.astype(np.float32)[:, None]

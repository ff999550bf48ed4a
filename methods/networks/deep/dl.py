"""Deep learning as TMVA books it: a network spelt by Layout and trained by TrainingStrategy (Keras 3).

Where it differs from TMVA's, on purpose: inputs are standardised within the network whatever the transformation, channel by
channel where they are images; the targets of a regression are learnt in units of their spread; ``CROSSENTROPY`` of several
classes is that of the softmax, which the response is (TMVA trains a logistic function for each); ``SUMOFSQUARES`` of classes
compares probabilities (TMVA outputs before they become some); a last layer with ``SIGMOID`` is not bent a second time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Capabilities, Context, Curves, Events
from umva.methods.networks import keras_models
from umva.methods.networks.deep.building import INITIALIZERS, build, dropout_name, shaped
from umva.methods.networks.deep.layout import RECURRENT, parse_input_layout, parse_layout
from umva.methods.networks.deep.strategy import parse_strategy
from umva.methods.networks.dnn import standardised_input
from umva.methods.networks.keras_file import KerasFile
from umva.methods.networks.layers import Layers
from umva.methods.networks.network import Supervised, hold_out
from umva.methods.networks.outputs import n_outputs
from umva.methods.networks.validation_size import ValidationSize
from umva.methods.options import option
from umva.methods.problem import TASKS
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.scaling import Scale

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from umva.methods.networks.deep.strategy import Phase
    from umva.methods.networks.layers import Layer
    from umva.methods.problem import Problem

__all__ = ["DL"]


@register("DL", tmva=("kDL", "kDNN"))
@dataclass(kw_only=True, eq=False)
class DL(KerasFile, Supervised):
    """Deep network in TMVA's words: layers by Layout, phases of training by TrainingStrategy (Keras).

    Use it to run what was booked as TMVA's kDL or kDNN; ``DNN`` says the same in fewer words. It has dense, convolutional
    and recurrent layers, see :mod:`umva.methods.networks.deep.layout`, and phases of training that follow one another, see
    :mod:`umva.methods.networks.deep.strategy`; of each phase the best epoch on the watched events is kept. The response is
    the signal probability, one probability a class, or the targets. Event weights, scaled to mean 1, multiply each
    event's part of the loss. Without a validation part ``validation_size`` of the training events is set aside.
    (TMVA Users Guide, chapter on deep learning.)

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]
    >>> train = Events(X, (X[:, 0] > 0).astype(np.int8), np.ones(200))
    >>> how = "LearningRate=0.05,BatchSize=50,MaxEpochs=30"
    >>> net = DL(layout="TANH|N+7,LINEAR", training_strategy=how).fit(train)
    >>> net.score(np.array([[-0.9], [0.9]], np.float32)).round().tolist()
    [0.0, 1.0]
    """

    layout: Layers = option(  # noqa: RUF009
        Layers("DENSE|(N+100)*2|SOFTSIGN,LINEAR"), tmva="Layout", help="layers, with commas between them"
    )
    input_layout: str = option(
        "0|0|0",
        tmva="InputLayout",
        help="shape of an event: channels|rows|columns of an image, steps|inputs of a sequence",
    )
    training_strategy: str = option(
        "LearningRate=1e-3,BatchSize=100,ConvergenceSteps=15,MaxEpochs=200,Optimizer=ADAM",
        tmva="TrainingStrategy",
        help="settings of the training, with commas between them and bars between its phases",
    )
    error: str = option(
        "CROSSENTROPY",
        tmva="ErrorStrategy",
        choices=("CROSSENTROPY", "SUMOFSQUARES", "MUTUALEXCLUSIVE"),
        help="loss of classes; a regression always learns by the sum of squares",
    )
    first_weights: str = option(
        "XAVIER", tmva="WeightInitialization", choices=tuple(INITIALIZERS), help="how first weights are drawn"
    )
    random_seed: int = option(
        0, tmva="RandomSeed", low=0, help="seed of first weights and batches; 0 for that of the run"
    )
    validation_size: ValidationSize = option(  # noqa: RUF009
        ValidationSize("20%"),
        tmva="ValidationSize",
        help="training events to watch if there is no validation part: 20%, 0.2 or their number",
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=TASKS, validation=True)
    refused: ClassVar[Mapping[str, str]] = {
        "Architecture=*": "Keras runs on what it finds; the notes say on which library",
        "BatchLayout=*": "its size is BatchSize of the TrainingStrategy, its shape that of InputLayout",
    }
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"training_strategy": "LearningRate=0.02,BatchSize=1000000,MaxEpochs=30"},
        reason="a step is taken after a batch of events, whatever their weights",
    )
    cost: ClassVar[float] = 8.0
    quick_options: ClassVar[Mapping[str, Any]] = {
        "layout": "TANH|16,LINEAR",
        "training_strategy": "LearningRate=0.02,BatchSize=64,MaxEpochs=30",
    }
    state: ClassVar[tuple[str, ...]] = (*Supervised.state, "logits_")

    logits_: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reject strings that cannot be understood, before anything is trained."""
        self.layout, self.validation_size = Layers(self.layout), ValidationSize(self.validation_size)
        parse_layout(self.layout, None)
        parse_input_layout(self.input_layout, None)
        parse_strategy(self.training_strategy)
        self.validation_size.share()

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse layers that do not suit the inputs and the outputs of the task; see :meth:`umva.methods.Method.bind`."""
        super().bind(columns, problem)
        n_variables = len(columns) or None
        units = parse_layout(self.layout, n_variables)[-1].arguments[0]
        parse_input_layout(self.input_layout, n_variables)
        wanted = n_outputs(problem)
        if units not in {0, wanted}:
            outputs = ", ".join(problem.outputs) or "signal"
            msg = f"DL: Layout ends in {units} units, expected {wanted} ({outputs}), or LINEAR alone"
            raise MethodError(msg)
        if self.error == "MUTUALEXCLUSIVE" and problem.task == "classification":
            msg = "DL: ErrorStrategy=MUTUALEXCLUSIVE is for more than two classes: use CROSSENTROPY"
            raise MethodError(msg)

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train phase by phase; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the loss does not stay finite, the inputs spread over more than 1e19, a layer cannot take what arrives, or
            the layers do not end in the outputs of the task.
        OptionError
            If the inputs are not as many as InputLayout says.
        """
        self.bind(tuple(f"x{each}" for each in range(train.X.shape[1])), train.problem)
        self.problem_ = train.problem
        keras = keras_models.import_keras(context.n_threads)
        seed = self.random_seed or context.seed
        keras.utils.set_random_seed(seed % 2**32)
        aside: tuple[str, ...] = ()
        if validation is None or not validation.counts:
            train, validation, aside = hold_out(train, self.validation_size.share(train.n_events), seed=seed)
        phases = parse_strategy(self.training_strategy)
        layers = self._layers(train.X.shape[1])
        scale = Scale.of(train) if self._scales(layers) else Scale.unit(len(self.problem_.targets))
        self.target_mean_, self.target_spread_ = scale.mean, scale.spread
        self.model_ = self._build(keras, layers, train, phases)
        target = scale.shrink if self.problem_.targets else self._target
        found: list[Curves] = []
        notes: list[str] = []
        for number, phase in enumerate(phases):
            self._set(keras, phase, len(layers))
            part = context.part(number, len(phases))
            curves, outcome = keras_models.train(
                self.model_, train, validation, how=phase.training, context=part, target=target
            )
            found.append(curves)
            notes += [f"Phase {number + 1}: {each}" if len(phases) > 1 else each for each in outcome]
        self.curves_ = _joined(found)
        self.notes_ = (f"Trained with Keras on {keras.config.backend()}.", *aside, *notes)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, the probabilities of all classes, or the targets; see ``Method.score``."""
        return self.respond(keras_models.forward(self.model_, X), logits=self.logits_)

    def _layers(self, n_variables: int) -> tuple[Layer, ...]:
        """Return the layers, the last with the units and the activation that the task asks for."""
        *layers, last = parse_layout(self.layout, n_variables)
        activation = last.arguments[1]
        if self.problem_.task == "classification" and activation == "SIGMOID":
            activation = "LINEAR"
        return (*layers, replace(last, arguments=(n_outputs(self.problem_), activation)))

    def _scales(self, layers: Sequence[Layer]) -> bool:
        """Tell whether targets are learnt in units of their spread: not if the outputs are bent to a range."""
        return self.problem_.task == "regression" and layers[-1].arguments[1] in {"LINEAR", "IDENTITY"}

    def _build(self, keras: Any, layers: Sequence[Layer], train: Events, phases: Sequence[Phase]) -> Any:
        """Return the network, not yet compiled."""
        n_variables = train.X.shape[1]
        shape = parse_input_layout(self.input_layout, n_variables)
        inputs, x = standardised_input(keras, train, method=self.name, alike=_alike(layers, shape, n_variables))
        x = shaped(keras, x, shape) if shape and layers[0].name != "DENSE" else x
        dropout = np.max([phase.dropped(len(layers)) for phase in phases], axis=0).tolist()
        x = build(keras, layers, x, dropout=dropout, initializer=self.first_weights)
        classes = self.problem_.task != "regression"
        self.logits_ = classes and self.error != "SUMOFSQUARES"
        if classes and not self.logits_:
            x = keras.layers.Activation("softmax" if self.problem_.task == "multiclass" else "sigmoid")(x)
        return keras.Model(inputs, x)

    def _set(self, keras: Any, phase: Phase, n_layers: int) -> None:
        """Compile the network for a phase."""
        for number, share in enumerate(phase.dropped(n_layers)):
            for layer in self.model_.layers:
                if layer.name == dropout_name(number):
                    layer.rate = share
        for weights in self.model_.trainable_variables:
            if len(weights.shape) > 1:
                weights.regularizer = phase.penalty(keras)
        make = keras.losses
        loss = make.MeanSquaredError()
        if self.logits_:
            kind = make.SparseCategoricalCrossentropy if self.problem_.outputs else make.BinaryCrossentropy
            loss = kind(from_logits=True)
        self.model_.compile(optimizer=phase.optimize(keras), loss=loss)

    def _target(self, y: NDArray[Any]) -> NDArray[np.float32]:
        """Return the classes as the loss wants them: one column, or one a class."""
        if self.logits_ or not self.problem_.outputs:
            return y.astype(np.float32)[:, None]
        wanted: NDArray[np.float32] = np.eye(len(self.problem_.classes), dtype=np.float32)[y]
        return wanted


def _alike(layers: Sequence[Layer], shape: tuple[int, ...], n_variables: int) -> NDArray[np.intp] | None:
    """Return a number for each input, equal where they are the same quantity at other places; None if all differ."""
    first = next(each for each in layers if each.name not in {"BNORM", "RESHAPE"})
    if first.name in RECURRENT:
        return np.arange(n_variables) % int(first.arguments[1])
    if first.name == "DENSE" or len(shape) != 3:
        return None
    return np.arange(n_variables) // (shape[1] * shape[2])


def _joined(curves: Sequence[Curves]) -> Curves:
    """Return the curves of phases as one; the best epoch is that of the last phase."""
    before = sum(len(each.values["train"]) for each in curves[:-1])
    last = curves[-1]
    values = {key: np.concatenate([each.values[key] for each in curves]) for key in last.values}
    return replace(last, values=values, best=None if last.best is None else before + last.best)

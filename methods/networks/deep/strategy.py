"""TMVA's TrainingStrategy: in which phases a network is trained.

Phases stand between bars and follow one another; settings of a phase stand between commas: ``"Optimizer=SGD,LearningRate=1e-1,
Momentum=0.9,MaxEpochs=20|LearningRate=1e-2,MaxEpochs=30"``. Repetitions, TestRepetitions, DropRepetitions, Multithreading and
Renormalize are taken, and change nothing: the loss is watched after every epoch, and dropout drawn anew at every step.
(TMVA Users Guide, chapter on deep learning.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from umva.methods.networks.network import Training
from umva.methods.networks.pieces import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["OPTIMIZERS", "Phase", "parse_strategy"]

OPTIMIZERS = ("ADAM", "SGD", "RMSPROP", "ADAGRAD", "ADADELTA")

_TUNING = {
    "ADAM_beta1": "beta_1",
    "ADAM_beta2": "beta_2",
    "ADAM_eps": "epsilon",
    "RMSPROP_rho": "rho",
    "RMSPROP_eps": "epsilon",
    "ADAGRAD_eps": "epsilon",
    "ADADELTA_rho": "rho",
    "ADADELTA_eps": "epsilon",
}
"""TMVA's names of what an optimizer can be told, and those of Keras."""

_WITHOUT_EFFECT = ("Repetitions", "TestRepetitions", "DropRepetitions", "Multithreading", "Renormalize")


@dataclass(frozen=True)
class Phase:
    """One phase of a training.

    Parameters
    ----------
    optimizer
        One of :data:`OPTIMIZERS`.
    learning_rate, momentum
        Size of the steps; share of the last step that the next one keeps (SGD, RMSPROP).
    epochs, batch_size, patience
        Most passes over the events, events in a step, epochs without gain before the phase ends.
    regularisation, weight_decay
        ``"L1"`` or ``"L2"`` adds the weights' absolute values or squares, times the decay, to the loss; ``"NONE"`` nothing.
    dropout
        Shares dropped before each layer, the first being dropped from the inputs; one alone is for all layers but the first.
    tuning
        What else the optimizer is told, by Keras's names.
    """

    optimizer: str = "ADAM"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    epochs: int = 2000
    batch_size: int = 30
    patience: int = 100
    regularisation: str = "NONE"
    weight_decay: float = 0.0
    dropout: tuple[float, ...] = ()
    tuning: Mapping[str, float] = field(default_factory=dict)

    @property
    def training(self) -> Training:
        """How long it lasts."""
        return Training(self.epochs, self.batch_size, self.patience)

    def dropped(self, n_layers: int) -> tuple[float, ...]:
        """Return the share that is dropped before each layer.

        Examples
        --------
        >>> Phase(dropout=(0.5,)).dropped(3), Phase(dropout=(0.0, 0.2)).dropped(3)
        ((0.0, 0.5, 0.5), (0.0, 0.2, 0.0))
        """
        shares = (0.0, *self.dropout * (n_layers - 1)) if len(self.dropout) == 1 else self.dropout
        return (*shares, *[0.0] * n_layers)[:n_layers]

    def optimize(self, keras: Any) -> Any:
        """Return its optimizer, of Keras.

        SGD is that of the Users Guide, whose steps are a mean of gradients: a momentum makes them smoother, not larger.
        """
        makers = keras.optimizers
        rate = self.learning_rate
        if self.optimizer == "SGD":
            return makers.SGD(rate * (1 - self.momentum), momentum=self.momentum)
        if self.optimizer == "RMSPROP":
            return makers.RMSprop(rate, momentum=self.momentum, **self.tuning)
        found = {"ADAM": makers.Adam, "ADAGRAD": makers.Adagrad, "ADADELTA": makers.Adadelta}[self.optimizer]
        return found(rate, **self.tuning)

    def penalty(self, keras: Any) -> Any:
        """Return what is added to the loss, of Keras; None for nothing."""
        if self.regularisation == "NONE" or not self.weight_decay:
            return None
        return {"L1": keras.regularizers.L1, "L2": keras.regularizers.L2}[self.regularisation](self.weight_decay)


def parse_strategy(text: str) -> tuple[Phase, ...]:
    """Return the phases that a TrainingStrategy names, one or more.

    What a phase does not say is as in TMVA, but for the learning rate, which is 0.001, not 0.00001, and the optimizer where
    there is a momentum: that is SGD, for which such strategies were written, not ADAM, which has none.

    Raises
    ------
    OptionError
        If it cannot be understood; says where, and what is nearest to an unknown word.

    Examples
    --------
    >>> [(each.learning_rate, each.epochs) for each in parse_strategy("LearningRate=0.1,MaxEpochs=20 | LearningRate=0.01")]
    [(0.1, 20), (0.01, 2000)]
    >>> parse_strategy("LearnRate=0.1")
    Traceback (most recent call last):
    umva.errors.OptionError: TrainingStrategy 'LearnRate=0.1', character 1: there is no setting 'LearnRate': did you mean \
'LearningRate'?
    """
    return tuple(_phase(each) for each in Piece.all_of("TrainingStrategy", text).split("|"))


_SETTINGS: Mapping[str, tuple[str, Callable[[Piece], Any]]] = {
    "LearningRate": ("learning_rate", lambda piece: piece.number("a learning rate", low=1e-12, high=100)),
    "Momentum": ("momentum", lambda piece: piece.number("a momentum", high=0.999999)),
    "MaxEpochs": ("epochs", lambda piece: piece.count("epochs")),
    "BatchSize": ("batch_size", lambda piece: piece.count("events")),
    "ConvergenceSteps": ("patience", lambda piece: piece.count("epochs")),
    "Regularization": ("regularisation", lambda piece: piece.word(("NONE", "L1", "L2"), "regularisation")),
    "WeightDecay": ("weight_decay", lambda piece: piece.number("a weight decay")),
    "DropConfig": (
        "dropout",
        lambda piece: tuple(each.number("a share", high=0.999999) for each in piece.split("+")),
    ),
    "Optimizer": ("optimizer", lambda piece: piece.word(OPTIMIZERS, "optimizer")),
}


def _phase(piece: Piece) -> Phase:
    """Read ``key=value {"," key=value}``."""
    given: dict[str, Any] = {}
    for setting in piece.split(","):
        key, *value = setting.split("=", once=True)
        name = key.word([*_SETTINGS, *_TUNING, *_WITHOUT_EFFECT], "setting")
        if not value or not value[0].text:
            setting.refuse(f"expected {name}=..., found {setting.text!r}")
        if name in given:
            setting.refuse(f"{name} is given twice")
        known = _SETTINGS.get(name)
        given[name] = value[0].number("a number", high=1.0) if name in _TUNING else known and known[1](value[0])
    if given.get("Momentum"):
        given.setdefault("Optimizer", "SGD")
    optimizer = given.get("Optimizer", Phase.optimizer)
    own = {_TUNING[key]: value for key, value in given.items() if key in _TUNING and key.startswith(f"{optimizer}_")}
    return Phase(**{_SETTINGS[key][0]: value for key, value in given.items() if key in _SETTINGS}, tuning=own)

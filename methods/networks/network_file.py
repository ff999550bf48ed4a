"""A network that lies in a file, as TMVA's interfaces to Python have it: what PyKeras and PyTorch have in common."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from umva.errors import OptionError
from umva.methods.base import Capabilities, Context, Events, Method
from umva.methods.networks.rates import parse_rates
from umva.methods.networks.validation_size import ValidationSize
from umva.methods.options import option
from umva.methods.problem import TASKS
from umva.methods.repetition import Repetition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.methods.networks.wrapped_network import WrappedNetwork

__all__ = ["NetworkFile", "absolute"]


@dataclass(kw_only=True, eq=False)
class NetworkFile(Method):
    """A network of the user's own that is read from a file when its training begins; what is saved is that network."""

    model: str = option("", tmva="FilenameModel", help="where the network lies before its training")
    epochs: int = option(10, tmva="NumEpochs", low=1, help="most passes over the training events")
    batch_size: int = option(100, tmva="BatchSize", low=1, help="events in a step")
    patience: int = option(
        -1,
        tmva="TriesEarlyStopping",
        help="stop after so many epochs without gain in the validation loss; -1 for never",
    )
    keep_best: bool = option(
        True, tmva="SaveBestOnly", help="keep the epoch that is best in validation, not the last one"
    )
    rates: str = option(
        "", tmva="LearningRateSchedule", help="learning rates from epochs on, the first being 0: '10,0.01;20,0.001'"
    )
    validation_size: ValidationSize = option(  # noqa: RUF009
        ValidationSize("20%"),
        tmva="ValidationSize",
        help="training events to watch if there is no validation part: 20%, 0.2 or their number",
    )

    capabilities: ClassVar[Capabilities] = Capabilities(tasks=TASKS, validation=True)
    refused: ClassVar[Mapping[str, str]] = {
        "UserCode": "code that a file holds is not run; hand the network itself to factory.book(loader, network)",
        "NumValidationSamples": "use ValidationSize",
        "TensorBoard": "the report shows the learning curves",
        "Verbose=*": "progress is always shown",
    }
    repetition: ClassVar[Repetition] = Repetition(
        1e-3,
        options={"batch_size": 1_000_000},
        reason="a step is taken after a batch of events, whatever their weights",
    )
    cost: ClassVar[float] = 10.0

    trained_: WrappedNetwork = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reject options that cannot be understood, or do not go together; a path holds wherever the training runs."""
        self.model = absolute(self.model)
        self.validation_size = ValidationSize(self.validation_size)
        self.validation_size.share()
        parse_rates(self.rates)
        if self.patience > 0 and not self.keep_best:
            msg = f"{self.name}: a training that stops early goes back to its best epoch: leave out keep_best (SaveBestOnly)"
            raise OptionError(msg)

    def require_options(self) -> None:
        """Refuse a file that is not there; see :meth:`umva.methods.Method.require_options`."""
        super().require_options()
        if not self._file().exists():
            msg = f"{self.name}: there is no file {str(self._file())!r} (FilenameModel): {self.needs['model']}"
            raise OptionError(msg)

    def identity(self) -> Any:
        """Return the options and what the file holds, wherever it lies."""
        return [{**self.options(), "model": ""}, self._digest()]

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Read the network and train it; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the network does not fit the events or the task, or its loss does not stay finite.
        OptionError
            If the file is not there.
        RunError
            If it cannot be read, or holds code.
        """
        self.bind((), train.problem)
        watched = self.patience if self.patience > 0 else self.epochs * self.keep_best
        options = {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "patience": watched,
            "rates": self.rates,
            "validation_fraction": self.validation_size.share(train.n_events),
        }
        self.trained_ = self._network(options).fit(train, validation, context=context)
        self.curves_, self.problem_ = self.trained_.curves_, self.trained_.problem_
        self.notes_ = (f"Read from {self._file().name}.", *self.trained_.notes_)
        return self

    def score(self, X: NDArray[Any]) -> NDArray[Any]:
        """Return the response of the network; see ``Method.score``."""
        return self.trained_.score(X)

    def save(self, folder: Path) -> None:
        """Write the trained network; it is read back as one that was handed over."""
        self.trained_.save(folder)

    def _file(self) -> Path:
        """Return where the network lies."""
        return Path(self.model)

    @abstractmethod
    def _digest(self) -> str:
        """Return the checksum of what the file holds, empty if there is none."""

    @abstractmethod
    def _network(self, options: Mapping[str, Any]) -> WrappedNetwork:
        """Return the method that trains the network with these options."""


def absolute(path: str) -> str:
    """Return a path as it holds in any working directory; empty if there is none."""
    return str(Path(path).expanduser().absolute()) if path else ""

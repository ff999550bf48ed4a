"""Networks in files: PyKeras, a Keras model booked as TMVA books it.

A model is read without running code: one with a ``Lambda`` layer, or with classes of the user's own, is refused and has to be
handed over itself. Files of Keras 2 (``.h5``, as tf.keras wrote them) are read as far as Keras 3 reads them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from umva.errors import OptionError, RunError
from umva.methods.base import Context, Events
from umva.methods.networks import keras_models
from umva.methods.networks.network_file import NetworkFile, absolute
from umva.methods.networks.wrapped_keras import KerasMethod
from umva.methods.options import option
from umva.methods.registry import register

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from umva.methods.networks.wrapped_network import WrappedNetwork

__all__ = ["PyKeras"]

_SUFFIXES = (".keras", ".h5", ".hdf5")


@register("PyKeras", tmva="kPyKeras")
@dataclass(kw_only=True, eq=False)
class PyKeras(NetworkFile):
    """A Keras model read from a ``.keras`` or ``.h5`` file, and trained.

    Use it to run what was booked as TMVA's kPyKeras; in Python hand the model itself to ``factory.book``. The optimizer and
    the loss that the model was compiled with are taken over; one that was not compiled, or whose optimizer Keras 3 does not
    know any more, gets Adam and the loss of the task. What the outputs mean, and what weights do, is as for a model that
    was handed over: see :class:`umva.methods.networks.wrapped_keras.KerasMethod`.
    """

    trained_model: str = option(
        "",
        tmva="FilenameTrainedModel",
        help="where to write the trained model beside the run folder, which has it anyhow",
    )
    continues: bool = option(
        False, tmva="ContinueTraining", help="start from the model in trained_model (FilenameTrainedModel)"
    )

    needs: ClassVar[Mapping[str, str]] = {
        "model": "a file that model.save('model.keras') writes; or hand the model itself to factory.book(loader, model)"
    }
    refused: ClassVar[Mapping[str, str]] = {
        **NetworkFile.refused,
        "GpuOptions=*": "Keras uses the graphics card that its library finds",
        "NumThreads=*": "threads are shared out by the factory",
        "tf.keras=*": "Keras 3 reads the files of both",
    }

    def __post_init__(self) -> None:
        """Reject options that do not go together, and files of another kind."""
        super().__post_init__()
        self.trained_model = absolute(self.trained_model)
        if self.continues and not self.trained_model:
            msg = "PyKeras: continues (ContinueTraining) needs trained_model (FilenameTrainedModel)"
            raise OptionError(msg)
        for key, name in {"model": self.model, "trained_model": self.trained_model}.items():
            if name and Path(name).suffix.lower() not in _SUFFIXES:
                msg = f"PyKeras: option {key} must be a file that ends in one of {', '.join(_SUFFIXES)}, got {name!r}"
                raise OptionError(msg)

    def require_options(self) -> None:
        """Refuse a file that is not there, or holds code; see :meth:`umva.methods.Method.require_options`."""
        super().require_options()
        _require_no_code(self._file())

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Read the model, train it, and write it where ``trained_model`` says; see ``NetworkFile.fit``."""
        super().fit(train, validation, context=context)
        if self.trained_model:
            path = Path(self.trained_model)
            path.parent.mkdir(parents=True, exist_ok=True)
            with _unlogged():
                keras_models.dump(self._trained().model_, path)
        return self

    def _trained(self) -> KerasMethod:
        """Return what was trained, as what it is."""
        if not isinstance(self.trained_, KerasMethod):
            msg = f"PyKeras trains Keras models, got {type(self.trained_).__name__}"
            raise TypeError(msg)
        return self.trained_

    def _file(self) -> Path:
        return Path(self.trained_model if self.continues else self.model)

    def _digest(self) -> str:
        path = self._file()
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

    def _network(self, options: Mapping[str, Any]) -> WrappedNetwork:
        return KerasMethod.holding(_read(self._file()), **options)


def _read(path: Path) -> Any:
    """Return the model in a file, compiled with its own optimizer and loss if Keras still knows them."""
    _require_no_code(path)
    keras_models.import_keras()
    with _unlogged():
        try:
            model = keras_models.restore(path, compiled=True)
        except RunError:
            return keras_models.restore(path)
        if model.compiled:
            model.compile(optimizer=model.optimizer, loss=model.loss)  # metrics of Keras 2 are read, but cannot be used
    return model


def _require_no_code(path: Path) -> None:
    """Refuse a file of HDF5 with a layer that holds code; Keras itself does so for its own format, and lately for both.

    Raises
    ------
    RunError
        If there is such a layer, or the file cannot be read.
    """
    if path.suffix.lower() == ".keras":
        return
    import h5py

    try:
        with h5py.File(path, "r") as file:
            config = json.loads(file.attrs["model_config"])
    except (KeyError, OSError, TypeError, ValueError) as error:
        msg = f"{path}: holds no Keras model ({str(error).strip()}); a file of weights alone is not enough"
        raise RunError(msg) from error
    if any(each in {"Lambda", "__lambda__"} for each in _classes(config)):
        msg = f"{path}: holds code in a Lambda layer, which is not run; hand the model itself to factory.book(loader, model)"
        raise RunError(msg)


def _classes(item: Any) -> Iterator[Any]:
    """Yield the names of the classes that a configuration names."""
    if isinstance(item, dict):
        yield item.get("class_name") if isinstance(item.get("class_name"), str) else None
        item = list(item.values())
    if isinstance(item, list):
        for each in item:
            yield from _classes(each)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep from the user what Keras logs and warns of files of older versions."""
    logger = logging.getLogger("absl")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        logger.setLevel(before)

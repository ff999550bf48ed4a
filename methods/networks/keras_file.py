"""Where the methods whose model is one of Keras keep it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from umva.methods.base import Method
from umva.methods.networks import keras_models

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KerasFile"]


@dataclass(kw_only=True, eq=False)
class KerasFile(Method):
    """A method with a Keras model, which lies in a ``.keras`` file beside the method's state."""

    model_: Any = field(init=False, repr=False)

    def write(self, folder: Path) -> None:
        """Write the state, and the model as a ``.keras`` file."""
        super().write(folder)
        keras_models.dump(self.model_, folder / "model.keras")

    def read(self, folder: Path) -> None:
        """Read both; code in the file is refused, classes of the user's own must be registered with Keras."""
        super().read(folder)
        self.model_ = keras_models.restore(folder / "model.keras")

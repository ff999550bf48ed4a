"""Networks in files: PyTorch, a module of an earlier training booked as TMVA books it.

TMVA's files (TorchScript, with a ``UserCode`` beside it) are programs, and none is run here. What is read is the folder in which
a run keeps a trained PyTorch module: its arithmetic and weights, nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from umva.errors import OptionError
from umva.methods.networks import torch_files
from umva.methods.networks.network_file import NetworkFile
from umva.methods.networks.wrapped_torch import TorchMethod
from umva.methods.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from umva.methods.networks.wrapped_network import WrappedNetwork

__all__ = ["PyTorch"]


@register("PyTorch", tmva="kPyTorch")
@dataclass(kw_only=True, eq=False)
class PyTorch(NetworkFile):
    """A PyTorch network read from the folder of an earlier training, and trained further with AdamW.

    Use it to go on from a network of an earlier run, ``FilenameModel=out/methods/NAME``; to train a new one hand the module
    itself to ``factory.book``. TorchScript files and UserCode are refused, as they are programs. Dropout and the statistics
    of batch normalisation stay as the earlier training left them: off, and as they are. What the outputs mean, and what
    weights do, is as for a module that was handed over: see :class:`umva.methods.networks.wrapped_torch.TorchMethod`.
    """

    requires: ClassVar[Mapping[str, str]] = {"torch": "torch"}
    needs: ClassVar[Mapping[str, str]] = {
        "model": "the folder of one that was trained; or hand the module itself to factory.book(loader, module)"
    }
    refused: ClassVar[Mapping[str, str]] = {
        **NetworkFile.refused,
        "ContinueTraining=*": "a training always goes on from the network in FilenameModel",
        "FilenameTrainedModel=*": "the trained network lies in the run folder",
    }

    def require_options(self) -> None:
        """Refuse what is no folder of an earlier training; see :meth:`umva.methods.Method.require_options`."""
        super().require_options()
        if not (self._file() / "graph.json").is_file():
            kind = (
                "a TorchScript file is a program, which is not run" if self._file().is_file() else "there is no network"
            )
            msg = f"PyTorch: {self.model!r} (FilenameModel): {kind}; it must be {self.needs['model']}"
            raise OptionError(msg)

    def _file(self) -> Path:
        """Return the folder with the network: the one named, or the one in it where a run keeps a method."""
        given = super()._file()
        inner = (given, given / "method")
        return next((each for each in inner if (each / "graph.json").is_file()), given)

    def _digest(self) -> str:
        files = [self._file() / name for name in ("graph.json", "weights.npz")]
        return hashlib.sha256(b"".join(each.read_bytes() for each in files if each.is_file())).hexdigest()

    def _network(self, options: Mapping[str, Any]) -> WrappedNetwork:
        return TorchMethod.holding(torch_files.as_module(torch_files.restore(self._file())), **options)

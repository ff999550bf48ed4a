"""A PyTorch module of the user's own as a method."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Context, Events
from umva.methods.networks import torch_files
from umva.methods.networks.outputs import require_outputs
from umva.methods.networks.torch_training import train as train_module
from umva.methods.networks.wrapped_network import WrappedNetwork, source
from umva.methods.registry import register
from umva.methods.scaling import Scale

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["TorchMethod"]


@register("Torch", listed=False)
@dataclass(kw_only=True, eq=False)
class TorchMethod(WrappedNetwork):
    """A PyTorch module, trained with AdamW.

    Use it for a network that exists in PyTorch, or that Keras does not spell. It starts from the weights that the module
    has when it is booked. It takes inputs of shape ``(n_events, n_variables)`` and gives log odds: one output (or two) for
    two classes, one a class for several; in a regression one output a target, learnt in units of the targets' spread by
    the mean squared error. Event weights, scaled to mean 1, multiply each event's part of the loss. What is saved is the
    arithmetic of the module as ``torch.export`` finds it, without pickle: its class is not needed to read it back, and a
    module whose ``forward`` branches on values is refused. Made by :func:`umva.methods.wrapped.wrap`. (AdamW: Loshchilov
    and Hutter, ICLR 2019, arXiv:1711.05101.)
    """

    requires: ClassVar[Mapping[str, str]] = {"torch": "torch"}

    module: Any = field(default=None, repr=False)
    """Not trained and never changed; each training starts from a copy."""

    graph_: torch_files.Graph = field(init=False, repr=False)

    @classmethod
    def holding(cls, module: Any, **options: Any) -> Self:
        """Return a method that holds a copy of ``module``; see ``wrap``.

        Raises
        ------
        MethodError
            If it gives probabilities, or has nothing to learn.
        """
        torch = torch_files.import_torch()
        name = type(module).__name__
        *_, last = module.modules()
        if isinstance(last, torch.nn.Sigmoid | torch.nn.Softmax):
            msg = f"PyTorch module {name} ends in {type(last).__name__}: leave it out, log odds are expected"
            raise MethodError(msg)
        if not any(each.requires_grad for each in module.parameters()):
            msg = f"PyTorch module {name} has no parameters to learn"
            raise MethodError(msg)
        return cls(module=copy.deepcopy(module), **options)

    @property
    def title(self) -> str:
        """The module's class."""
        return self.name if self.module is None else type(self.module).__name__

    def options(self) -> dict[str, Any]:
        """Return the options of the training."""
        return {key: value for key, value in super().options().items() if key != "module"}

    def identity(self) -> Any:
        """Return the options and what the module is made of; first weights, which a rerun draws anew, do not count."""
        kinds = {type(each) for each in self.module.modules()} if self.module is not None else set()
        own = sorted(text for each in kinds if not each.__module__.startswith("torch.") for text in source(each))
        return [self.options(), str(self.module), hashlib.sha256("".join(own).encode()).hexdigest()]

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Train a copy of the module; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If PyTorch is not installed; the module takes another number of variables, its outputs do not fit the task, or
            it cannot be saved; its loss does not stay finite; an event's answer depends on other events; or the method
            holds no module, as when it was booked by name.
        """
        if self.module is None:
            msg = "book the PyTorch module itself, for instance book(loader, torch.nn.Sequential(...))"
            raise MethodError(msg)
        torch = torch_files.import_torch()
        self.bind((), train.problem)
        self.problem_ = train.problem
        module = copy.deepcopy(self.module).cpu().float()
        n_variables = train.X.shape[1]
        self._check(torch, module, n_variables)
        train, validation, aside = self.divide(train, validation, seed=context.seed)
        scale = Scale.of(train) if self.problem_.targets else Scale.unit(0)
        self.target_mean_, self.target_spread_ = scale.mean, scale.spread
        rate = 0.001 if self.learning_rate is None else self.learning_rate
        with torch.random.fork_rng(devices=[]), torch_files.threads(torch, context.n_threads):
            torch.manual_seed(context.seed)
            self.curves_, outcome = train_module(
                module, train, validation, how=self.training(), learning_rate=rate, context=context, scale=scale
            )
        self.graph_ = torch_files.export(module, n_variables, name=self.title)
        self._compare(torch, module, train.X[:100])
        self.notes_ = ("Trained with AdamW on PyTorch.", *aside, *outcome)
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the signal probability, the probabilities of all classes, or the targets; see ``Method.score``."""
        return self.respond(self.graph_(X), logits=True)

    def write(self, folder: Path) -> None:
        """Write the module's arithmetic and weights, and the scale of the targets."""
        super().write(folder)
        self.graph_.write(folder)

    def read(self, folder: Path) -> None:
        """Read them; nothing in the files is executed but the arithmetic of tensors."""
        super().read(folder)
        self.graph_ = torch_files.restore(folder)

    def _check(self, torch: Any, module: Any, n_variables: int) -> None:
        """Refuse a module that does not fit the events, or that could not be saved, before it is trained."""
        name = f"PyTorch module {self.title}"
        module.eval()
        try:
            with torch.no_grad():
                outputs = module(torch.zeros(2, n_variables))
        except Exception as error:  # the user's code may fail in any way
            msg = f"{name} does not take inputs of shape (n_events, {n_variables}): {str(error).strip().partition(chr(10))[0]}"
            raise MethodError(msg) from error
        shape = tuple(getattr(outputs, "shape", ()))
        if shape[:1] != (2,) or len(shape) > 2:
            msg = f"{name} must give one tensor of shape (n_events, n_outputs), gives {shape or type(outputs).__name__}"
            raise MethodError(msg)
        require_outputs(name, int(np.prod(shape[1:])), self.problem_)
        torch_files.export(module, n_variables, name=self.title)

    def _compare(self, torch: Any, module: Any, X: NDArray[np.float32]) -> None:
        """Refuse a module that answers otherwise than the graph, event by event."""
        with torch.no_grad():
            found = module(torch.from_numpy(np.ascontiguousarray(X))).numpy().reshape(len(X), -1)
        if not np.allclose(self.graph_(X), found, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(found).max()))):
            msg = f"PyTorch module {self.title} answers otherwise once exported: does an event's answer depend on other events?"
            raise MethodError(msg)

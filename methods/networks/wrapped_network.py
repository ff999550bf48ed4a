"""A network of the user's own: what given Keras models and PyTorch modules have in common, and functions that build them."""

from __future__ import annotations

import functools
import hashlib
import inspect
import random
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from umva.errors import MethodError
from umva.methods.base import Context, Events
from umva.methods.networks import keras_models
from umva.methods.networks.network import SupervisedNetwork, Training
from umva.methods.networks.outputs import n_outputs
from umva.methods.networks.rates import parse_rates
from umva.methods.options import option, redeclared
from umva.methods.registry import register

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["BuiltNetwork", "WrappedNetwork", "source"]

_GIVEN = ("n_variables", "n_outputs")


@dataclass(kw_only=True, eq=False)
class WrappedNetwork(SupervisedNetwork):
    """A network of the user's own: the options of its training."""

    epochs: int = redeclared(SupervisedNetwork, "epochs", 100, tmva="NumEpochs")
    batch_size: int | None = redeclared(SupervisedNetwork, "batch_size", None, tmva="BatchSize")
    learning_rate: float | None = option(
        None, low=1e-8, high=10.0, help="size of the first steps; if not said the model's own, or 0.001"
    )
    rates: str = option(
        "",
        tmva="LearningRateSchedule",
        help="learning rates from epochs on, '10,0.01;20,0.001', which go before the schedule",
    )
    patience: int = redeclared(SupervisedNetwork, "patience", 10)

    cost: ClassVar[float] = 10.0

    def __post_init__(self) -> None:
        """Reject learning rates that cannot be understood, before anything is trained."""
        parse_rates(self.rates)

    def training(self) -> Training:
        """Return how it is trained."""
        return replace(super().training(), rates=parse_rates(self.rates))


@register("Built", listed=False)
@dataclass(kw_only=True, eq=False)
class BuiltNetwork(WrappedNetwork):
    """A network that a function of the user's builds for the variables and outputs of the task.

    The function is called when the training begins, with those of the keywords ``n_variables`` and ``n_outputs`` that it
    takes, and returns a Keras model or a PyTorch module; ``n_outputs`` is 1 for two classes. What is saved is the
    network, not the function. Made by :func:`umva.methods.wrapped.wrap`.
    """

    build: Callable[..., Any] | None = field(default=None)

    trained_: WrappedNetwork = field(init=False, repr=False)

    @classmethod
    def holding(cls, build: Callable[..., Any], **options: Any) -> Self:
        """Return a method that holds ``build``; see ``wrap``.

        Raises
        ------
        MethodError
            If ``build`` wants an argument that nobody has.
        """
        method = cls(build=build, **options)
        needed = [each.name for each in _parameters(build) if each.default is each.empty and each.name not in _GIVEN]
        if needed:
            msg = f"{method.title} wants {', '.join(map(repr, needed))}; a function that builds a network is given {_GIVEN}"
            raise MethodError(msg)
        return method

    @property
    def title(self) -> str:
        """The function's name."""
        return _name(self.build)

    def options(self) -> dict[str, Any]:
        """Return the options of the training."""
        return {key: value for key, value in super().options().items() if key != "build"}

    def identity(self) -> Any:
        """Return the options and the function's source, with the values it is bound to."""
        return [self.options(), source(self.build)]

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        """Build and train; see :meth:`umva.methods.Method.fit`.

        Raises
        ------
        MethodError
            If the function returns no network, or one that does not fit the task.
        """
        from umva.methods.wrapped import network_method

        model = self._model(train, context)
        kind = network_method(model)
        if kind is None:
            msg = f"{self.title} must return a Keras model or a PyTorch module, returned {type(model).__name__}"
            raise MethodError(msg)
        trained = kind.holding(model, **self.options())
        self.trained_ = trained.fit(train, validation, context=context)
        self.curves_, self.notes_, self.problem_ = trained.curves_, trained.notes_, trained.problem_
        return self

    def score(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the response of the network that was built."""
        return self.trained_.score(X)

    def save(self, folder: Path) -> None:
        """Write the network that was built; it is read back as a given one."""
        self.trained_.save(folder)

    def _model(self, train: Events, context: Context) -> Any:
        """Return what the function builds, its random numbers following from the seed."""
        if self.build is None:
            msg = "book the function itself that builds the network, for instance book(loader, build_model)"
            raise MethodError(msg)
        takes = [each.name for each in _parameters(self.build)]
        given = {"n_variables": train.X.shape[1], "n_outputs": n_outputs(train.problem)}
        given = {key: value for key, value in given.items() if key in takes}
        keras_models.choose_backend(context.n_threads)
        absent = {"keras", "torch"} - sys.modules.keys()
        _seed(context.seed)
        model = self.build(**given)
        if absent & sys.modules.keys():  # what the function itself imported could not be seeded before
            _seed(context.seed)
            model = self.build(**given)
        return model


def _seed(seed: int) -> None:
    """Seed what Keras and PyTorch draw first weights from."""
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002  what libraries of others use
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def _parameters(build: Any) -> list[inspect.Parameter]:
    """Return the arguments that a function takes by name."""
    by_name = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [each for each in inspect.signature(build).parameters.values() if each.kind in by_name]


def _name(build: Any) -> str:
    inner = build.func if isinstance(build, functools.partial) else build
    return getattr(inner, "__name__", type(inner).__name__).strip("<>")


def source(thing: Any) -> list[str]:
    """Return what tells one function or class from another: its source, or its byte code, and the values it is bound to.

    Examples
    --------
    >>> source(functools.partial(sorted, reverse=True))[0]
    "() {'reverse': True}"
    """
    if isinstance(thing, functools.partial):
        return [f"{thing.args} {thing.keywords}", *source(thing.func)]
    bound = [repr(each.cell_contents) for each in getattr(thing, "__closure__", None) or ()]
    bound.append(repr(getattr(thing, "__defaults__", None)))
    try:
        return [inspect.getsource(thing), *bound]
    except (OSError, TypeError):
        code = getattr(thing, "__code__", None)
        text = repr(thing) if code is None else f"{code.co_code!r} {code.co_consts} {code.co_names}"
        return [hashlib.sha256(text.encode()).hexdigest(), *bound]

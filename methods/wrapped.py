"""Whatever the user brings: any scikit-learn estimator, Keras model or PyTorch module, as a method like ours."""

from __future__ import annotations

import operator
import sys
from typing import TYPE_CHECKING, Any

from umva.errors import MethodError
from umva.methods.networks.wrapped_keras import KerasMethod
from umva.methods.networks.wrapped_network import BuiltNetwork
from umva.methods.networks.wrapped_torch import TorchMethod
from umva.methods.options import resolve
from umva.methods.scikit.sklearn_files import trust, trusted
from umva.methods.scikit.wrapped_sklearn import SklearnMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.base import Method

__all__ = ["BuiltNetwork", "KerasMethod", "SklearnMethod", "TorchMethod", "network_method", "trust", "trusted", "wrap"]


def wrap(model: Any, options: Mapping[str, Any] | None = None) -> Method:
    """Return a method that trains a copy of ``model``, which itself is never changed.

    Parameters
    ----------
    model
        A scikit-learn classifier or regressor, pipelines and search included; a Keras model, compiled or not; a PyTorch
        module; or a function that builds one of these two, see :class:`umva.methods.networks.wrapped_network.BuiltNetwork`.
    options
        Parameters of the scikit-learn estimator to set; for a network the options of
        :class:`umva.methods.networks.wrapped_network.WrappedNetwork`.

    Raises
    ------
    MethodError
        If ``model`` is none of these, gives no response to cut on, or cannot be saved without pickle.
    OptionError
        If it does not take one of the options.

    Examples
    --------
    >>> from sklearn.naive_bayes import GaussianNB
    >>> wrap(GaussianNB(), {"var_smoothing": 1e-6}).title
    'GaussianNB'
    """
    given = dict(options or {})
    network = network_method(model)
    if network is not None:
        return network.holding(model, **resolve(network, network.name, given))
    if isinstance(model, type):
        msg = f"{model.__name__} is a class: hand over an instance, {model.__name__}()"
        raise MethodError(msg)
    if hasattr(model, "fit") and hasattr(model, "get_params"):
        return SklearnMethod.holding(model, given)
    if callable(model):
        return BuiltNetwork.holding(model, **resolve(BuiltNetwork, "Built", given))
    msg = (
        f"{type(model).__name__} is neither the name of a method, nor a scikit-learn estimator, nor a Keras model, nor a "
        "PyTorch module, nor a function that builds one"
    )
    raise MethodError(msg)


def network_method(model: Any) -> type[KerasMethod | TorchMethod] | None:
    """Return the method that trains ``model`` if it is a Keras model or a PyTorch module."""
    if _is(model, "keras", "Model"):  # first: on PyTorch a Keras model is a module, too
        return KerasMethod
    return TorchMethod if _is(model, "torch", "nn.Module") else None


def _is(model: Any, package: str, kind: str) -> bool:
    """Tell whether ``model`` is of a class of a package, which who holds one has imported."""
    try:
        return isinstance(model, operator.attrgetter(kind)(sys.modules[package]))
    except (AttributeError, KeyError):
        return False

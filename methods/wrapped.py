"""Whatever the user brings: any scikit-learn classifier and any Keras model, as a method like ours."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from umva.errors import MethodError
from umva.methods.options import resolve
from umva.methods.sklearn_files import trust, trusted
from umva.methods.wrapped_keras import KerasMethod
from umva.methods.wrapped_sklearn import SklearnMethod

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.base import Method

__all__ = ["KerasMethod", "SklearnMethod", "trust", "trusted", "wrap"]


def wrap(model: Any, options: Mapping[str, Any] | None = None) -> Method:
    """Return a method that trains a copy of ``model``, which itself is never changed.

    Parameters
    ----------
    model
        A scikit-learn classifier, pipelines and search included, or a Keras model, compiled or not.
    options
        Parameters of the scikit-learn estimator to set; for a Keras model the options of
        :class:`umva.methods.wrapped_keras.KerasMethod`.

    Raises
    ------
    MethodError
        If ``model`` is neither, gives no response to cut on, or cannot be saved without pickle.
    OptionError
        If it does not take one of the options.

    Examples
    --------
    >>> from sklearn.naive_bayes import GaussianNB
    >>> wrap(GaussianNB(), {"var_smoothing": 1e-6}).title
    'GaussianNB'
    """
    given = dict(options or {})
    keras = sys.modules.get("keras")  # who holds a Keras model has imported Keras
    if keras is not None and isinstance(model, getattr(keras, "Model", ())):
        return KerasMethod.holding(model, **resolve(KerasMethod, "Keras", given))
    if isinstance(model, type):
        msg = f"{model.__name__} is a class: hand over an instance, {model.__name__}()"
        raise MethodError(msg)
    if hasattr(model, "fit") and hasattr(model, "get_params"):
        return SklearnMethod.holding(model, given)
    msg = f"{type(model).__name__} is neither the name of a method, nor a scikit-learn classifier, nor a Keras model"
    raise MethodError(msg)

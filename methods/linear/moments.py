"""Weighted means, covariances and sums of the training events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.errors import MethodError
from umva.methods.chunks import chunks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.methods.base import Events

__all__ = ["Moments", "class_moments", "class_sums", "joint_moments"]


@dataclass(frozen=True)
class Moments:
    """Weighted statistics of some columns.

    Parameters
    ----------
    weight
        Sum of the weights.
    mean
        Weighted mean, shape ``(n_columns,)``.
    covariance
        Weighted covariance about the mean, divided by ``weight``, shape ``(n_columns, n_columns)``.
    """

    weight: float
    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]


def class_moments(train: Events, label: int, *, method: str) -> Moments:
    """Return the moments of the inputs of class ``label``; negative weights count as they are.

    Raises
    ------
    MethodError
        If the weights of the class do not sum to more than zero; ``method`` is named in it.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> X = np.array([[0.0], [4.0], [9.0]], np.float32)
    >>> found = class_moments(Events(X, np.array([1, 1, 0], np.int8), np.array([3.0, 1.0, 1.0])), 1, method="Fisher")
    >>> found.weight, found.mean.tolist(), found.covariance.tolist()
    (4.0, [1.0], [[3.0]])
    """
    class_sums(train, method=method)
    return joint_moments((train.X,), np.where(train.y == label, train.weight, 0.0), method=method)


def class_sums(train: Events, *, method: str) -> NDArray[np.float64]:
    """Return the sum of weights of each class, shape ``(n_classes,)``.

    Raises
    ------
    MethodError
        If one is not more than zero; ``method`` is named in it.

    Examples
    --------
    >>> from umva.methods.base import Events
    >>> train = Events(np.zeros((3, 1), np.float32), np.array([1, 1, 0], np.int8), np.array([3.0, 1.0, 1.0]))
    >>> class_sums(train, method="Fisher").tolist()
    [1.0, 4.0]
    """
    classes = train.problem.classes
    sums = np.bincount(train.y, weights=train.weight, minlength=len(classes)).astype(np.float64)
    for label, total in zip(classes, sums, strict=True):
        if not total > 0:
            msg = f"{method}: the training weights of class {label!r} sum to {total:g}, expected more than 0"
            raise MethodError(msg)
    return sums


def joint_moments(columns: tuple[NDArray[Any], ...], weight: NDArray[np.float64], *, method: str) -> Moments:
    """Return the moments of all ``columns`` together, such as inputs beside targets.

    Two passes in float64 over chunks of events: the columns are never copied as a whole.

    Parameters
    ----------
    columns
        Arrays of shape ``(n_events, any)``.
    weight
        Shape ``(n_events,)``; negative weights count as they are.
    method
        Who asks, for error messages.

    Raises
    ------
    MethodError
        If the weights do not sum to more than zero.

    Examples
    --------
    >>> found = joint_moments((np.array([[0.0], [2.0]]), np.array([[5.0], [9.0]])), np.ones(2), method="LD")
    >>> found.mean.tolist(), found.covariance.tolist()
    ([1.0, 7.0], [[1.0, 2.0], [2.0, 4.0]])
    """
    total = float(weight.sum())
    if not total > 0:
        msg = f"{method}: the training weights sum to {total:g}, expected more than 0"
        raise MethodError(msg)
    n_columns = sum(each.shape[1] for each in columns)
    mean = np.zeros(n_columns)
    for part in chunks(len(weight)):
        mean += weight[part] @ _beside(columns, part)
    mean /= total
    squares = np.zeros((n_columns, n_columns))
    for part in chunks(len(weight)):
        away = _beside(columns, part) - mean
        squares += away.T @ (away * weight[part, None])
    return Moments(total, mean, squares / total)


def _beside(columns: tuple[NDArray[Any], ...], part: slice) -> NDArray[np.float64]:
    return np.column_stack([each[part].astype(np.float64) for each in columns])

"""A formula of inputs and parameters: read once, evaluated for many values of the parameters at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import FormulaError, UmvaError
from umva.formula import Expression
from umva.methods.fda.structure import is_additive, is_linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Columns = NDArray[np.float64] | Sequence[NDArray[np.float64] | np.float64]

__all__ = ["ParametricFormula"]

_PARAMETER = re.compile(r"[(\[](\d+)[)\]]")
_CALLED = re.compile(r"[A-Za-z_]\w*\s*\(\d+\)")


class ParametricFormula:
    """A formula as TMVA's FDA writes it: parameters ``(0)``, ``(1)`` ..., inputs ``x0``, ``x1`` ....

    Parameters may be written ``[0]`` too, inputs by their own names, and all functions of the formula language may occur.
    A number alone in parentheses is always a parameter, as in TMVA.

    Parameters
    ----------
    text
        The formula.
    columns
        Names of the inputs.
    method
        The name for error messages.

    Raises
    ------
    FormulaError, ColumnError
        If it cannot be understood, has no parameter, or names an input that there is not or that may be two.

    Examples
    --------
    >>> line = ParametricFormula("(0) + (1) * pt", ["eta", "pt"], method="FDA")
    >>> line.parameters, line.linear
    ((0, 1), True)
    >>> line(np.array([[1.0, 2.0]]), np.array([[0.0, 0.0], [3.0, 4.0]])).tolist()
    [[7.0, 9.0]]
    """

    text: str
    """The formula as written."""
    parameters: tuple[int, ...]
    """Numbers of the parameters, in rising order."""
    linear: bool
    """Whether it is linear in all of them together."""
    additive: bool
    """Whether it is a sum of functions of one input each."""

    def __init__(self, text: str, columns: Sequence[str], *, method: str) -> None:
        own = {name: place for place, name in enumerate(columns)}
        numbered = {f"x{place}": place for place in range(len(columns))}
        parameters = {found[0]: int(found[1]) for found in _PARAMETER.finditer(text)}
        try:
            if called := _CALLED.search(text):
                msg = f"{called[0]!r} may mean a number or a parameter: write f((0)) or f(0.0)"
                raise FormulaError(msg)
            self._expression = Expression(text, names=[*parameters, *own, *numbered])
            used = self._expression.names
            doubtful = [name for name in used if name in own and numbered.get(name, own[name]) != own[name]]
            if doubtful:
                msg = (
                    f"{doubtful[0]!r} may be input {own[doubtful[0]]} by its name or {numbered[doubtful[0]]} by number"
                )
                raise FormulaError(msg)
            if not set(used) & parameters.keys():
                msg = f"{text!r} has no parameter: write (0), (1) ... for what is to be fitted"
                raise FormulaError(msg)
        except UmvaError as error:
            msg = f"{method}: option formula (Formula): {error}"
            raise type(error)(msg) from None
        self.text = text
        self._parameters = {name: place for name, place in parameters.items() if name in used}
        self._inputs = {name: (own | numbered)[name] for name in used if name not in parameters}
        self.parameters = tuple(sorted(set(self._parameters.values())))
        self.linear = is_linear(self._expression.tree, self._parameters)
        self.additive = is_additive(self._expression.tree, self._inputs)

    def __call__(self, points: NDArray[np.float64], columns: Columns) -> NDArray[np.float64]:
        """Return the values, shape ``(n_points, n_events)``.

        Parameters
        ----------
        points
            Values of the parameters, in the order of ``parameters``: shape ``(n_points, n_parameters)``.
        columns
            The inputs: one array ``(n_events,)`` each, or a number for all events.
        """
        place = {number: k for k, number in enumerate(self.parameters)}
        values = {name: points[:, place[number], None] for name, number in self._parameters.items()}
        values |= {name: np.asarray(columns[k]) for name, k in self._inputs.items()}
        n_events = next((len(each) for each in columns if isinstance(each, np.ndarray)), 1)
        return np.broadcast_to(self._expression(values), (len(points), n_events))

    def terms(self, columns: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what is free of parameters, ``(n_events,)``, and the factor of each, ``(n_parameters, n_events)``.

        Meant for a linear formula alone, which is the first plus the sum of parameter times factor.

        Examples
        --------
        >>> free, factors = ParametricFormula("1 + (0) * x0", ["x"], method="FDA").terms(np.array([[3.0, 4.0]]))
        >>> free.tolist(), factors.tolist()
        ([1.0, 1.0], [[3.0, 4.0]])
        """
        n_parameters = len(self.parameters)
        values = self(np.vstack([np.zeros(n_parameters), np.eye(n_parameters)]), columns)
        return values[0], values[1:] - values[0]

"""MINUIT: the descent to a minimum by derivatives (MIGRAD), and how well it fixes the parameters (HESSE, MINOS).

F. James and M. Roos, Comput. Phys. Commun. 10 (1975) 343; here Minuit2 through iminuit. Unlike TMVA's, in which a formula
never saw its inputs, this one sees what it fits. What the fit has to say it says in ``notes``; nothing is printed.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from umva.methods.optimisers.optimum import Optimum
from umva.methods.optimisers.options import LimitedOptions
from umva.methods.options import option

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from umva.methods.optimisers.optimum import Objective

__all__ = ["Descent", "MinuitOptions", "minimise"]

_RESTARTS = 5
_FLOOR = 1e-300  # of what counts as a rise, for a minimum of exactly 0
_MOST_INTERVALS = 30  # MINOS minimises anew for each
_STEPS = 100  # first steps in a range


@dataclass(kw_only=True, eq=False)
class MinuitOptions(LimitedOptions):
    """Options of MINUIT, TMVA's fitter MINUIT."""

    error_level: float = option(
        1.0, tmva="ErrorLevel", low=1e-6, help="square of the standard deviations that MINUIT's errors are meant to be"
    )
    strategy: int = option(
        2, tmva="FitStrategy", low=0, high=2, help="MINUIT: 0 fast and without HESSE, 2 careful, 1 between"
    )
    improve: bool = option(
        True, tmva="UseImprove", help=f"MINUIT: start again from {_RESTARTS} random points to look for a lower minimum"
    )
    minos: bool = option(
        True, tmva="UseMinos", help=f"MINUIT: let MINOS find asymmetric errors, of {_MOST_INTERVALS} parameters at most"
    )
    tolerance: float = option(
        0.1,
        tmva="Tolerance",
        low=1e-6,
        help="MINUIT: end at 0.002 of this from the minimum, in units of a standard deviation",
    )


@dataclass(frozen=True)
class Descent(Optimum):
    """A minimum with the errors of its parameters.

    Parameters
    ----------
    errors
        One standard deviation of each parameter, shape ``(n_parameters,)``; NaN if it has none, 0 if it is fixed.
    intervals
        What MINOS adds to each parameter to reach the ends of its interval, shape ``(n_parameters, 2)``; None without it.
    notes
        Sentences about what did not go well.
    """

    errors: NDArray[np.float64]
    intervals: NDArray[np.float64] | None
    notes: tuple[str, ...]


def minimise(
    objective: Objective,
    ranges: NDArray[np.float64],
    options: MinuitOptions,
    *,
    seed: int,
    start: NDArray[np.float64] | None = None,
    progress: Callable[[float], None] = lambda _done: None,
    gradient: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None = None,
    rise: Callable[[float], float] = lambda _value: 1.0,
    determined: bool = True,
) -> Descent:
    """Return the lowest minimum found by MIGRAD.

    Parameters
    ----------
    objective
        Takes points ``(n_points, n_parameters)`` and gives ``(n_points,)``.
    ranges
        Least and largest value of each parameter, shape ``(n_parameters, 2)``; where they are equal it is fixed.
    options
        ``strategy``, ``tolerance``, ``max_calls``, ``error_level``, ``improve``, ``minos``.
    seed
        Draws where the search starts again, if it is to improve.
    start
        Where to start: one point, or one a row. By default the middle of the ranges.
    progress
        Called with the fraction done.
    gradient
        Derivatives of the objective at one point, if they are known.
    rise
        By how much the objective rises at one standard deviation, given its least value; ``error_level`` multiplies it.
    determined
        Whether the minimum is a point; otherwise the parameters have no errors, and HESSE and MINOS do not look for them.

    Examples
    --------
    >>> def parabola(points):
    ...     return ((points - [1.0, 2.0]) ** 2 / [4.0, 9.0]).sum(axis=1)
    >>> found = minimise(parabola, np.array([[-10.0, 10.0], [-10.0, 10.0]]), MinuitOptions(), seed=1)
    >>> found.x.round(1).tolist(), found.errors.round(1).tolist()
    ([1.0, 2.0], [2.0, 3.0])
    """
    low, high = ranges.T
    starts = np.atleast_2d((low + high) / 2 if start is None else start)
    if options.improve:
        drawn = np.random.default_rng(seed).uniform(low, high, (_RESTARTS, len(low)))
        starts = np.concatenate([starts, drawn])
    tried = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what iminuit warns of is asked for below
        for place, point in enumerate(starts):
            fit = _prepared(objective, gradient, ranges, point, options)
            fit.errordef = _unit(rise, float(fit.fcn(point)), options)
            tried.append(fit.migrad(ncall=options.max_calls))
            progress((place + 1) / (len(starts) + 1))
        best = min(tried, key=lambda each: each.fval)
        best.errordef = _unit(rise, best.fval, options)
        best.migrad(ncall=options.max_calls)  # to the tolerance in the new unit, where it was coarser
        limited = best.fmin.has_reached_call_limit
        intervals = _errors(best, options) if determined else None
    progress(1.0)
    known = determined and best.covariance is not None
    errors = np.where(np.array(best.fixed), 0.0, np.array(best.errors) if known else np.nan)
    return Descent(
        x=np.array(best.values),
        value=float(best.fval),
        n_calls=sum(each.nfcn + each.ngrad for each in tried),
        errors=errors,
        intervals=intervals,
        notes=_complaints(best, limited=limited, determined=determined),
    )


def _prepared(
    objective: Objective,
    gradient: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None,
    ranges: NDArray[np.float64],
    start: NDArray[np.float64],
    options: MinuitOptions,
) -> Any:
    """Return MINUIT before its first step."""
    from iminuit import Minuit

    fit = Minuit(lambda x: float(objective(np.asarray(x)[None])[0]), start, grad=gradient or False)
    fit.limits = [tuple(each) if each[0] < each[1] else None for each in ranges]
    fit.fixed = [not each[0] < each[1] for each in ranges]
    fit.errors = [(each[1] - each[0]) / _STEPS or 1.0 for each in ranges]
    fit.strategy = options.strategy
    fit.tol = options.tolerance
    return fit


def _unit(rise: Callable[[float], float], value: float, options: MinuitOptions) -> float:
    """Return the rise that MINUIT is to take for one standard deviation."""
    found = options.error_level * rise(value)
    return max(found, _FLOOR) if np.isfinite(found) else 1.0


def _errors(fit: Any, options: MinuitOptions) -> NDArray[np.float64] | None:
    """Let HESSE and MINOS find the errors; return what MINOS found."""
    if options.strategy > 0:
        fit.hesse(ncall=options.max_calls)
    if not (options.minos and fit.valid and fit.nfit <= _MOST_INTERVALS):
        return None
    try:
        fit.minos(ncall=options.max_calls)
    except RuntimeError:  # HESSE has found that it is no minimum
        return None
    found = {key: (each.lower, each.upper) if each.is_valid else (np.nan, np.nan) for key, each in fit.merrors.items()}
    return np.array([found.get(name, (0.0, 0.0)) for name in fit.parameters], np.float64)


def _complaints(fit: Any, *, limited: bool, determined: bool) -> tuple[str, ...]:
    """Return what MINUIT is not content with."""
    state = fit.fmin
    said = {
        "MINUIT stopped at its limit of calls (MaxCalls).": limited,
        "MINUIT did not reach its tolerance.": state.is_above_max_edm and not limited,
        "MINUIT's covariance matrix is not positive definite, its errors are rough.": determined
        and not state.has_posdef_covar,
    }
    return tuple(sentence for sentence, holds in said.items() if holds)

"""What is booked: a method with its options, its name and the transformation of its inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from umva.errors import MethodError, OptionError, did_you_mean
from umva.factory.data.preprocessing import Chain
from umva.factory.model import Model
from umva.factory.negative_weights import POLICIES
from umva.factory.option_string import OptionString
from umva.factory.pipeline import Pipeline
from umva.factory.response_pdfs import ResponseRecipe
from umva.methods import Method, available, get, resolve
from umva.methods.registry import require_packages
from umva.methods.wrapped import wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods import Problem
    from umva.methods.estimator import MethodClassifier, MethodRegressor
    from umva.reports.material import Input

__all__ = ["Booking", "book"]


@dataclass(frozen=True)
class Booking:
    """A booked method, untrained.

    Parameters
    ----------
    name
        What tables and files call it.
    method
        The method with its options.
    transform
        Chain of input transformations, ``"I"`` for none.
    negative_weights
        What its training does with negative weights, one of :data:`umva.factory.negative_weights.POLICIES`.
    help, verbose
        TMVA's H and V: print the documentation at booking; time and remarks after the training.
    response_pdfs
        How the densities of the response are made, for probability and rarity; None for none.
    """

    name: str
    method: Method
    transform: str
    negative_weights: str = "ignore"
    help: bool = False
    verbose: bool = False
    response_pdfs: ResponseRecipe | None = None

    def estimator(self, *, task: str | None = None) -> MethodClassifier | MethodRegressor:
        """Return the booked method with its options as a scikit-learn estimator, untrained; see :func:`umva.estimator`.

        The input transformation is not part of it: put a scaler before it in a ``Pipeline``.
        """
        from umva.methods.estimator import estimator

        return estimator(self.method, task=task)

    def require(self, problem: Problem) -> None:
        """Refuse a task that the method does not know.

        Raises
        ------
        MethodError
            If it does not know the task, or cannot estimate so many targets, or needs spectators and there are none; if
            the densities of a response are asked for that is not one of two classes.
        """
        can = self.method.capabilities
        if problem.task not in can.tasks:
            msg = f"{self._who} is for {' and '.join(can.tasks)}, not for {problem.task}; "
            raise MethodError(msg + f"'umva methods' lists those that are for {problem.task}")
        if len(problem.targets) > 1 and not can.several_targets:
            msg = f"{self._who} estimates one target, got {len(problem.targets)}: {', '.join(problem.targets)}"
            raise MethodError(msg)
        if can.spectators and not problem.spectators:
            msg = f"{self._who} needs a spectator to look at: loader.add_spectator('mass'), --spectators mass"
            raise MethodError(msg)
        if self.response_pdfs is not None and problem.task != "classification":
            msg = f"{self._who}: response_pdfs (CreateMVAPdfs) are of signal and background, there are none in a {problem.task}"
            raise MethodError(msg)

    def same_as(self, other: Booking) -> bool:
        """Whether the other trains to the same model: method, options, transformation, policy and response densities."""
        mine, theirs = (
            (each.method.name, each.method.identity(), each.transform, each.negative_weights, each.response_pdfs)
            for each in (self, other)
        )
        return mine == theirs

    @property
    def _who(self) -> str:
        """The method in an error, with its booked name if that is another."""
        return self.name if self.name == self.method.title else f"{self.name}: {self.method.title}"

    def model(
        self,
        inputs: tuple[Input, ...],
        spectators: tuple[Input, ...],
        problem: Problem,
        missing: tuple[float, ...] | None,
    ) -> Model:
        """Return the untrained model of these inputs; see :meth:`pipeline` for what is checked."""
        taken = (*inputs, *spectators) if self.method.capabilities.spectators_as_inputs else inputs
        columns = tuple(each.name for each in taken)
        pipeline = self.pipeline(columns, problem, missing=missing is not None)
        return Model(self.name, taken, problem, missing or (), pipeline)

    def pipeline(self, columns: tuple[str, ...], problem: Problem, *, missing: bool = True) -> Pipeline:
        """Return the method with all that stands before it, untrained.

        Parameters
        ----------
        columns
            Names of its inputs.
        problem
            The task.
        missing
            Whether inputs may be missing.

        Raises
        ------
        DataError, MethodError, OptionError
            If a transformation or an option does not fit the inputs or the task.
        """
        chain = Chain.parse(self.transform, variables=columns, classes=problem.classes)
        self.method.bind(columns, problem)
        return Pipeline(self.method, chain, self.negative_weights, missing, recipe=self.response_pdfs)


def book(
    method: Any,
    *,
    name: str | None = None,
    options: str | None = None,
    transform: str | None = None,
    negative_weights: str | None = None,
    response_pdfs: bool | Mapping[str, Any] = False,
    settings: Mapping[str, Any] | None = None,
    task: str = "classification",
) -> Booking:
    """Return the booking of a method, all options checked.

    Parameters
    ----------
    method
        A registered name (ours or TMVA's type), a method, or whatever :func:`umva.methods.wrapped.wrap` takes.
    name
        None takes the name of the method.
    options
        TMVA's option string; those that all its methods take are understood too.
    transform
        Input transformations; None takes VarTransform from the option string. If that says nothing either there is none, as
        for TMVA, where the booking speaks TMVA's language (an option string, or ``"kKNN"``); else the method's own default.
    negative_weights
        A policy; None keeps them if the method can, and otherwise leaves such events out of the training.
    response_pdfs
        Whether the densities of the response are made, or how: options of
        :class:`umva.methods.densities.recipe.Recipe`, which may end in ``_signal`` or ``_background``.
    settings
        Options by native name.
    task
        Decides the input transformations where nobody names any.

    Raises
    ------
    UnknownMethodError, OptionError, MethodError
        For names and values that the method does not take.
    """
    told = OptionString.parse(options) if options else OptionString()
    common = told.common
    policy = "ignore" if common.ignore_negative else negative_weights
    chosen = _method(method, {**told.own, **(settings or {})})
    chosen.require_options()
    booking = Booking(
        name=name or chosen.title,
        method=chosen,
        transform=transform or _written(common.transform) or _unsaid(method, chosen, options, task),
        negative_weights=_policy(chosen, policy),
        help=common.help,
        verbose=common.verbose or common.verbosity in {"Debug", "Verbose"},
        response_pdfs=_response_recipe(told, response_pdfs),
    )
    return _boosted(booking, told.boosting, policy) if told.boosting else booking


def _written(transform: str | None) -> str | None:
    """Return TMVA's VarTransform as our chains are written."""
    return "I" if (transform or "").lower() == "none" else transform


def _unsaid(method: Any, chosen: Method, options: str | None, task: str) -> str:
    """Return the transformation if nobody names one: as for TMVA none, where the booking speaks TMVA's language."""
    of_tmva = options is not None or (isinstance(method, str) and method not in available())
    return "I" if of_tmva else chosen.usual_transform(task)


def _boosted(booking: Booking, options: Mapping[str, str], policy: str | None) -> Booking:
    """Return the booking of what is booked, boosted."""
    from umva.factory.composites.boost import Boost

    method = Boost.around(replace(booking, response_pdfs=None), resolve(Boost, "Boost", options, refused=Boost.refused))
    return replace(booking, method=method, transform="I", negative_weights=_policy(method, policy))


def _policy(method: Method, wanted: str | None) -> str:
    """Return what a training does with negative weights."""
    takes = method.capabilities.negative_weights
    if wanted is None:
        return "keep" if takes else "ignore"
    if wanted not in POLICIES:
        msg = f"{method.title}: negative_weights must be one of {POLICIES}, got {wanted!r}: {did_you_mean(wanted, POLICIES)}"
        raise OptionError(msg)
    if wanted == "keep" and not takes:
        msg = (
            f"{method.title} cannot train with negative weights; negative_weights can be 'ignore', 'pair' or 'absolute'"
        )
        raise OptionError(msg)
    return wanted


def _response_recipe(told: OptionString, native: bool | Mapping[str, Any]) -> ResponseRecipe | None:
    """Return how the densities of the response are made, None if nobody wants them; ``native`` is the argument of ``book``."""
    if not told.common.response_pdfs and native is False:
        return None
    return ResponseRecipe.of({**told.response_pdfs, **({} if isinstance(native, bool) else native)})


def _method(method: Any, settings: Mapping[str, Any]) -> Method:
    """Return a method with its options set, whatever it was given as."""
    if isinstance(method, str):
        cls = get(method)
        require_packages(cls)
        return cls(**resolve(cls, cls.name, settings, refused=cls.refused))
    if not isinstance(method, Method):
        return wrap(method, settings)
    if settings:
        msg = f"{method.name} was handed over with its options; {', '.join(settings)} cannot be set at booking"
        raise OptionError(msg)
    return method

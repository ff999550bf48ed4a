"""What is booked: a method with its options, its name and the transformation of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from umva.errors import OptionError
from umva.methods import Method, declared, get, option, parse_string, resolve
from umva.methods.wrapped import wrap

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Booking", "book"]

_REFUSED = {
    "CreateMVAPdfs=False": "probability and rarity are not available yet",
    **dict.fromkeys(
        ("NbinsMVAPdf", "NsmoothMVAPdf", "PDFInterpolMVAPdf", "NAvEvtPerBinMVAPdf"),
        "probability and rarity are not available yet",
    ),
    **dict.fromkeys(
        ("Boost_Num=0", "Boost_Type", "Boost_AdaBoostBeta", "Boost_Transform", "Boost_BaggedSampleFraction"),
        "boosting of any method is not available yet; BDT and BDTG boost trees",
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Common:
    """TMVA's options that every method takes."""

    transform: str | None = option(None, tmva="VarTransform", help="input transformations")
    ignore_negative: bool = option(False, tmva="IgnoreNegWeightsInTraining", help="train without negative weights")
    help: bool = option(False, tmva="H", help="print the documentation of the method at booking")
    verbose: bool = option(False, tmva="V", help="print time and remarks of the training")
    verbosity: str = option(
        "Default",
        tmva="VerbosityLevel",
        choices=("Default", "Debug", "Verbose", "Info", "Warning", "Error", "Fatal"),
        help="Debug and Verbose are as V",
    )


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
    ignore_negative
        TMVA's IgnoreNegWeightsInTraining: leave out events of negative weight in the training.
    help, verbose
        TMVA's H and V: print the documentation at booking; time and remarks after the training.
    """

    name: str
    method: Method
    transform: str
    ignore_negative: bool = False
    help: bool = False
    verbose: bool = False


def book(
    method: Any, *, name: str | None, options: str | None, transform: str | None, settings: Mapping[str, Any]
) -> Booking:
    """Return the booking of a method, all options checked.

    Parameters
    ----------
    method
        A registered name (ours or TMVA's type), a method, a scikit-learn classifier or a Keras model.
    name
        None takes the name of the method.
    options
        TMVA's option string; those that all its methods take are understood too.
    transform
        Input transformations; None takes VarTransform from the option string, else the method's own default.
    settings
        Options by native name.

    Raises
    ------
    UnknownMethodError, OptionError, MethodError
        For names and values that the method does not take.
    """
    common, own = _divided(parse_string(options) if options else {})
    chosen = _method(method, {**own, **settings})
    written = "I" if (common.transform or "").lower() == "none" else common.transform
    return Booking(
        name=name or chosen.title,
        method=chosen,
        transform=transform or written or chosen.transform,
        ignore_negative=common.ignore_negative,
        help=common.help,
        verbose=common.verbose or common.verbosity in {"Debug", "Verbose"},
    )


def _divided(given: Mapping[str, str]) -> tuple[_Common, dict[str, str]]:
    """Return the options that all methods take, and the others."""
    names = {str(each.tmva).lower() for each in declared(_Common)}
    names |= {key.partition("=")[0].lower() for key in _REFUSED}
    common = {key: value for key, value in given.items() if key.lower() in names}
    own = {key: value for key, value in given.items() if key not in common}
    return _Common(**resolve(_Common, "umva", common, refused=_REFUSED)), own


def _method(method: Any, settings: Mapping[str, Any]) -> Method:
    """Return a method with its options set, whatever it was given as."""
    if isinstance(method, str):
        cls = get(method)
        return cls(**resolve(cls, cls.name, settings, refused=cls.refused))
    if not isinstance(method, Method):
        return wrap(method, settings)
    if settings:
        msg = f"{method.name} was handed over with its options; {', '.join(settings)} cannot be set at booking"
        raise OptionError(msg)
    return method

"""TMVA's option string at a booking, divided by whom its options are for: every method, boosting, response densities, this method."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from umva.errors import OptionError
from umva.factory.response_pdfs import ENDINGS
from umva.methods import declared, option, parse_string, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Common", "OptionString"]

_REFUSED = {
    "Normalise=False": "write VarTransform=N",
    "D=False": "write VarTransform=D",
    "VarTransformType=Signal": "write the class behind the letter, VarTransform=D_Background",
    "TxtWeightFilesOnly=*": "a trained method is always a folder of files that can be read",
}


@dataclass(frozen=True, kw_only=True)
class Common:
    """TMVA's options that every method takes."""

    transform: str | None = option(None, tmva="VarTransform", help="input transformations")
    ignore_negative: bool = option(False, tmva="IgnoreNegWeightsInTraining", help="train without negative weights")
    response_pdfs: bool = option(
        False, tmva="CreateMVAPdfs", help="densities of the response, for probability and rarity"
    )
    help: bool = option(False, tmva="H", help="print the documentation of the method at booking")
    verbose: bool = option(False, tmva="V", help="print time and remarks of the training")
    verbosity: str = option(
        "Default",
        tmva="VerbosityLevel",
        choices=("Default", "Debug", "Verbose", "Info", "Warning", "Error", "Fatal"),
        help="Debug and Verbose are as V",
    )


@dataclass(frozen=True)
class OptionString:
    """An option string, divided.

    Parameters
    ----------
    common
        What every method takes.
    boosting
        What begins with ``Boost_``; empty unless ``Boost_Num`` asks for boosting.
    response_pdfs
        What ends in ``MVAPdf``, ``MVAPdfSig`` or ``MVAPdfBkg``.
    own
        The others.
    """

    common: Common = field(default_factory=Common)
    boosting: Mapping[str, str] = field(default_factory=dict)
    response_pdfs: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> OptionString:
        """Return the parts of an option string.

        Raises
        ------
        OptionError
            If it cannot be read, has a common option with a value that is not allowed, or says how to boost or to make
            densities without asking for them.

        Examples
        --------
        >>> found = OptionString.parse("!H:V:NTrees=20:Boost_Num=5")
        >>> found.common.verbose, found.boosting, found.own
        (True, {'Boost_Num': '5'}, {'NTrees': '20'})
        """
        shared = {str(each.tmva).lower() for each in declared(Common)}
        shared |= {key.partition("=")[0].lower() for key in _REFUSED}
        parts: dict[str, dict[str, str]] = {"common": {}, "boosting": {}, "pdfs": {}, "own": {}}
        for key, value in parse_string(text).items():
            word = key.lower()
            of_pdfs = "pdfs" if word.endswith(ENDINGS) else "own"
            part = "common" if word in shared else "boosting" if word.startswith("boost_") else of_pdfs
            parts[part][key] = value
        common = Common(**resolve(Common, "umva", parts["common"], refused=_REFUSED))
        if parts["pdfs"] and not common.response_pdfs:
            key = next(iter(parts["pdfs"]))
            msg = f"{key} says how the densities of the response are made; add CreateMVAPdfs to have them"
            raise OptionError(msg)
        return cls(common, _boosting(parts["boosting"]), parts["pdfs"], parts["own"])


def _boosting(given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the options of boosting, none if ``Boost_Num`` is 0."""
    number = {key.lower(): value for key, value in given.items()}.get("boost_num")
    if given and number is None:
        msg = f"{next(iter(given))} says how a method is boosted; add Boost_Num, the number of trainings, to have it boosted"
        raise OptionError(msg)
    return {} if number == "0" else given

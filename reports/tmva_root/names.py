"""How TMVA names things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from umva.reports.material import Input

__all__ = ["axis_title", "file_name", "internal", "transform_name"]

_BARE = "!%^&()'<>?= $|"
_WORDS = {"::": "_", "*": "_T_", "/": "_D_", "+": "_P_", "-": "_M_", "[": "_", "]": "_"}
_TRANSFORMS = {"D": "Deco", "P": "PCA", "U": "Uniform", "G": "Gauss", "N": "Norm"}


def internal(name: str) -> str:
    """Return TMVA's internal name of a variable, fit for branches and histograms.

    Examples
    --------
    >>> internal("var1+var2"), internal("log(m_bb)"), internal("jets.pt[0]/1000")
    ('var1_P_var2', 'log_m_bb_', 'jets.pt_0__D_1000')
    """
    for character in _BARE:
        name = name.replace(character, "_")
    for word, replacement in _WORDS.items():
        name = name.replace(word, replacement)
    return name.replace(";", "_")


def file_name(name: str) -> str:
    """Return a name that can be a key of a ROOT file: without slash and semicolon.

    Examples
    --------
    >>> file_name("b/c jets;1")
    'b_c jets_1'
    """
    return re.sub(r"[/;]", "_", name)


def transform_name(transform: str) -> str:
    """Return TMVA's name of a chain of transformations.

    Examples
    --------
    >>> transform_name("I"), transform_name("G,D"), transform_name("N(a,b),P_Signal")
    ('Id', 'Gauss_Deco', 'Norm_PCA')
    """
    letters = re.findall(r"(?:^|,)([A-Z])", re.sub(r"\([^)]*\)", "", transform))
    return "_".join(_TRANSFORMS[each] for each in letters if each in _TRANSFORMS) or "Id"


def axis_title(variable: Input, transform: str = "I") -> str:
    """Return the title of the axis of a variable, with its transformation and unit.

    Examples
    --------
    >>> from umva.reports.material import Input
    >>> axis_title(Input("m", "m", "Mass", "GeV")), axis_title(Input("m", "m"), "D")
    ('Mass  [GeV]', 'm (Deco)')
    """
    name = transform_name(transform)
    shown = (variable.title or variable.name) + ("" if name == "Id" else f" ({name})")
    return f"{shown}  [{variable.unit}]" if variable.unit else shown

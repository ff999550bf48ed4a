"""All operators and functions of the formula language, by the names ROOT gives them.

Each takes and returns values (see ``arrays``). As in TTreeFormula every number is a double, so ``1/2`` is 0.5; ``%``, ``&``,
``|``, shifts and casts to integers truncate towards zero first. Comparisons give 1 and 0. Angles are in radians.

Where the mathematics has no answer the result is NaN or infinite, as C and ``TMath::`` have it; TTreeFormula itself gives
x/0 = 0, log(-1) = 0, sqrt(-1) = 1 and acos(2) = 0, which would train on invented numbers without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.formula.arrays import Value, alternative, cast, choose, length, reduced

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CONSTANTS", "FUNCTIONS", "LOGICAL", "OPERATORS", "REFUSED", "Function"]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language and how many arguments it takes."""

    apply: Callable[..., Value]
    least: int = 1
    most: int = 1

    @property
    def arity(self) -> str:
        """The number of arguments in words."""
        if self.least == self.most:
            return "no arguments" if self.most == 0 else f"{self.most} argument{'s' * (self.most > 1)}"
        return f"{self.least} to {self.most} arguments"


_NO, _YES = np.float64(0), np.float64(1)


def _number(test: Callable[..., Value]) -> Callable[..., Value]:
    """Make a test give 1.0 and 0.0."""
    return lambda *values: test(*values) * 1.0


def _modulo(a: Value, b: Value) -> Value:
    """Return the remainder of the whole numbers, with the sign of the first as in C; NaN for b = 0."""
    return np.fmod(np.trunc(a), np.trunc(b)) + 0.0


def _bits(operation: Callable[..., Value]) -> Callable[..., Value]:
    """Make an operation on unsigned 64-bit integers, as ROOT's are, of one on numbers; NaN and infinity give NaN."""

    def apply(a: Value, b: Value) -> Value:
        whole = operation(*(cast(cast(each, np.int64), np.uint64) for each in (a, b)))
        return choose(np.isfinite(a) & np.isfinite(b), cast(whole, np.float64), np.float64(np.nan))

    return apply


def _both(a: Value, b: Value) -> Value:
    """Return a && b: what is missing on the right does not matter where the left is false."""
    return choose(a, (b != 0) * 1.0, _NO)


def _either(a: Value, b: Value) -> Value:
    """Return a || b: what is missing on the right does not matter where the left is true."""
    return choose(a, _YES, (b != 0) * 1.0)


def _gaus(x: Value, mean: Value = 0.0, sigma: Value = 1.0, norm: Value = _NO) -> Value:
    """Return TMath::Gaus: exp(-((x - mean) / sigma)^2 / 2), over sigma sqrt(2 pi) if asked to be normalised."""
    return np.exp(-0.5 * ((x - mean) / sigma) ** 2) / choose(norm, sigma * np.sqrt(2 * np.pi), _YES)


def _breit_wigner(x: Value, mean: Value = 0.0, gamma: Value = 1.0) -> Value:
    """Return TMath::BreitWigner: gamma / (2 pi ((x - mean)^2 + gamma^2 / 4))."""
    return gamma / ((x - mean) ** 2 + gamma**2 / 4) / (2 * np.pi)


def _special(name: str) -> Callable[..., Value]:
    """Return a function of scipy.special, imported when it is called."""

    def apply(*values: Value) -> Value:
        import scipy.special

        return getattr(scipy.special, name)(*values)

    return apply


def _gamma(a: Value, *x: Value) -> Value:
    """Return TMath::Gamma: the gamma function, or with two arguments the lower incomplete one over gamma(a)."""
    return _special("gammainc")(a, *x) if x else _special("gamma")(a)


def _single(value: Value) -> Value:
    """Return the value rounded to single precision, as C's ``(float)`` does."""
    return cast(cast(value, np.float32), np.float64)


def _round(x: Value) -> Value:
    """Return C's round: halves go away from zero (``TMath::Nint`` takes them to the even number)."""
    return np.copysign(np.floor(np.abs(x) + 0.5), x)


def _constant(value: float) -> Function:
    return Function(lambda: np.float64(value), 0, 0)


CONSTANTS = {"pi": np.pi, "true": 1.0, "false": 0.0, "kTRUE": 1.0, "kFALSE": 0.0}

LOGICAL = frozenset({"&&", "||", "!", "<", ">", "<=", ">=", "==", "!="})

OPERATORS: dict[str, Callable[..., Value]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": _modulo,
    "^": np.power,
    "<": _number(np.less),
    ">": _number(np.greater),
    "<=": _number(np.less_equal),
    ">=": _number(np.greater_equal),
    "==": _number(np.equal),
    "!=": _number(np.not_equal),
    "&&": _both,
    "||": _either,
    "&": _bits(np.bitwise_and),
    "|": _bits(np.bitwise_or),
    "<<": _bits(np.left_shift),
    ">>": _bits(np.right_shift),
    "!": _number(lambda x: x == 0),
    "unary -": np.negative,
    "unary +": np.positive,
    "?:": choose,
}

_TABLE: dict[str, Function] = {
    "abs fabs TMath::Abs": Function(np.abs),
    "sqrt TMath::Sqrt": Function(np.sqrt),
    "cbrt": Function(np.cbrt),
    "sq TMath::Sq": Function(np.square),
    "exp TMath::Exp": Function(np.exp),
    "expm1": Function(np.expm1),
    "log TMath::Log": Function(np.log),
    "log1p": Function(np.log1p),
    "log2 TMath::Log2": Function(np.log2),
    "log10 TMath::Log10": Function(np.log10),
    "pow power TMath::Power": Function(np.power, 2, 2),
    "hypot TMath::Hypot": Function(np.hypot, 2, 2),
    "sin TMath::Sin": Function(np.sin),
    "cos TMath::Cos": Function(np.cos),
    "tan TMath::Tan": Function(np.tan),
    "asin TMath::ASin": Function(np.arcsin),
    "acos TMath::ACos": Function(np.arccos),
    "atan TMath::ATan": Function(np.arctan),
    "atan2 TMath::ATan2": Function(np.arctan2, 2, 2),
    "sinh TMath::SinH": Function(np.sinh),
    "cosh TMath::CosH": Function(np.cosh),
    "tanh TMath::TanH": Function(np.tanh),
    "asinh TMath::ASinH": Function(np.arcsinh),
    "acosh TMath::ACosH": Function(np.arccosh),
    "atanh TMath::ATanH": Function(np.arctanh),
    "min fmin TMath::Min": Function(np.minimum, 2, 2),
    "max fmax TMath::Max": Function(np.maximum, 2, 2),
    "floor TMath::Floor TMath::FloorNint": Function(np.floor),
    "ceil TMath::Ceil TMath::CeilNint": Function(np.ceil),
    "round": Function(_round),
    "trunc": Function(np.trunc),
    "fmod": Function(np.fmod, 2, 2),
    "sign": Function(lambda x: np.copysign(1.0, x + 0.0)),
    "copysign TMath::Sign": Function(np.copysign, 2, 2),
    "isnan TMath::IsNaN": Function(_number(np.isnan)),
    "isfinite TMath::Finite": Function(_number(np.isfinite)),
    "TMath::Nint": Function(np.rint),
    "TMath::Even": Function(_number(lambda x: _modulo(x, 2.0) == 0)),
    "TMath::Odd": Function(_number(lambda x: _modulo(x, 2.0) != 0)),
    "TMath::Range": Function(lambda low, high, x: np.minimum(np.maximum(x, low), high), 3, 3),
    "erf TMath::Erf": Function(_special("erf")),
    "erfc TMath::Erfc": Function(_special("erfc")),
    "TMath::Freq": Function(_special("ndtr")),
    "TMath::Prob": Function(lambda chi2, ndf: _special("chdtrc")(ndf, chi2), 2, 2),
    "tgamma": Function(_special("gamma")),
    "TMath::Gamma": Function(_gamma, 1, 2),
    "lgamma TMath::LnGamma": Function(_special("gammaln")),
    "TMath::Gaus": Function(_gaus, 1, 4),
    "TMath::BreitWigner": Function(_breit_wigner, 1, 3),
    "TMath::Pi": _constant(np.pi),
    "TMath::TwoPi": _constant(2 * np.pi),
    "TMath::PiOver2": _constant(np.pi / 2),
    "TMath::PiOver4": _constant(np.pi / 4),
    "TMath::InvPi": _constant(1 / np.pi),
    "TMath::E": _constant(np.e),
    "TMath::Ln10": _constant(np.log(10)),
    "TMath::LogE": _constant(np.log10(np.e)),
    "TMath::Sqrt2": _constant(np.sqrt(2)),
    "TMath::DegToRad": _constant(np.pi / 180),
    "TMath::RadToDeg": _constant(180 / np.pi),
    "Alt$": Function(alternative, 2, 2),
    "Sum$": Function(lambda x: reduced("sum", x)),
    "Min$": Function(lambda x: reduced("min", x)),
    "Max$": Function(lambda x: reduced("max", x)),
    "MinIf$": Function(lambda x, condition: reduced("min", x, condition), 2, 2),
    "MaxIf$": Function(lambda x, condition: reduced("max", x, condition), 2, 2),
    "Length$": Function(length),
    "int long unsigned Int_t UInt_t Long64_t ULong64_t": Function(np.trunc),
    "float Float_t": Function(_single),
    "double Double_t": Function(np.positive),
    "bool Bool_t": Function(_number(lambda x: x != 0)),
}

FUNCTIONS = {name: function for names, function in _TABLE.items() for name in names.split()}

REFUSED = {
    "Entries$": "the number of entries is not known while events are read in pieces",
    "LocalEntries$": "the number of entries is not known while events are read in pieces",
    "LocalEntry$": "entries are counted through all files; write Entry$",
    "Iteration$": "a formula gives one number an event; use an element such as x[0], or Sum$, Max$",
    "Length$": "it needs to know of what; write Length$(x)",
    "rndm": "random numbers would differ from one reading to the next",
}

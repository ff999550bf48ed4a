"""Kernels: how much an event counts, by its distance from the centre of a box.

==============  =========================================================  ==================
name            value at distance ``d``                                    ``shape``
==============  =========================================================  ==================
Box             1
Sphere          1 in the ellipsoid that touches the sides, else 0
Teepee          ``1 - d``
Gauss           ``exp(-d^2 / (2 s^2))``                                    the width ``s``
Sinc3 .. 11     ``sinc(m d)^n``                                            ``m``, 2 to 6
Lanczos2 .. 8   ``(sinc(d) sinc(m d))^n``                                  ``m``, as in the name
Trim            ``(1 - (d / r)^3)^3``
==============  =========================================================  ==================

``d^2`` is the mean over the ``n`` inputs of the squared distance in half edges, so that ``d`` is 1 at the corners of the box and
``n^-1/2`` at the middle of its sides; ``r`` is the distance of the farthest event asked for; ``sinc(x) = sin(pi x) / (pi x)``; an
even power keeps the sign. (TMVA Users Guide, arXiv:physics/0703039, section 8.3.)

They are compiled in :mod:`umva.methods.local.volumes`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["FLAT", "GAUSS", "KERNELS", "LANCZOS", "SINC", "SPHERE", "TEEPEE", "TRIM", "Kernel", "sinc", "tricube"]

FLAT, SPHERE, TEEPEE, GAUSS, SINC, LANCZOS, TRIM = range(7)
"""Kinds of kernels."""

T = TypeVar("T", float, "NDArray[np.float64]")


class Kernel(NamedTuple):
    """A kernel: its kind, and the number that shapes it."""

    kind: int
    shape: float = 1.0


KERNELS = {
    "Box": Kernel(FLAT),
    "Sphere": Kernel(SPHERE),
    "Teepee": Kernel(TEEPEE),
    "Gauss": Kernel(GAUSS),
    **{f"Sinc{2 * zeros - 1}": Kernel(SINC, float(zeros)) for zeros in (2, 3, 4, 5, 6)},
    **{f"Lanczos{level}": Kernel(LANCZOS, float(level)) for level in (2, 3, 5, 8)},
    "Trim": Kernel(TRIM),
}
"""All kernels by TMVA's names; the width of Gauss is an option of its own."""


def sinc(x: float) -> float:
    """Return ``sin(pi x) / (pi x)``, and 1 at 0.

    Examples
    --------
    >>> sinc(0.0), round(sinc(0.5), 6), round(sinc(1.0), 6)
    (1.0, 0.63662, 0.0)
    """
    pi_x = math.pi * x
    return math.sin(pi_x) / pi_x if abs(x) > 1e-9 else 1.0


def tricube(relative: T) -> T:
    """Return ``(1 - d^3)^3``, which falls to 0 at 1; for a number or an array.

    Examples
    --------
    >>> tricube(0.0), tricube(0.5), tricube(1.0)
    (1.0, 0.669921875, 0.0)
    """
    falling = 1 - relative * relative * relative
    return falling * falling * falling

"""Which kernel the options of a support vector machine mean, in the words of TMVA: ``Kernel=Sum:KernelList=RBF+Polynomial``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import OptionError, did_you_mean
from umva.methods.svm.kernels import Gaussian, Kernel, Polynomial, Product, Sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["JOINED", "SIMPLE", "KernelChoice"]

SIMPLE = ("RBF", "MultiGauss", "Polynomial")
"""Kernels of their own."""

JOINED = ("Prod", "Sum")
"""Kernels made of others."""

_ORDER = 3


@dataclass(frozen=True)
class KernelChoice:
    """The options that make up a kernel; for their meaning see :class:`umva.methods.svm.kernel_svm.SVM`.

    Parameters
    ----------
    method
        Its name, for errors.
    kernel, kernels, gamma, gammas, theta, order
        As the options of that name.

    Raises
    ------
    OptionError
        If options do not go together, or one has no say with this kernel.

    Examples
    --------
    >>> KernelChoice("SVM", "Sum", kernels="rbf+polynomial").names
    ('RBF', 'Polynomial')
    >>> KernelChoice("SVM", "RBF", order=2)
    Traceback (most recent call last):
    umva.errors.OptionError: SVM: option order (Order) has no say with kernel='RBF': leave it out or book with Kernel=Polynomial
    """

    method: str
    kernel: str
    kernels: str | None = None
    gamma: float | None = None
    gammas: tuple[float, ...] = ()
    theta: float | None = None
    order: int | None = None

    def __post_init__(self) -> None:
        """Refuse options that do not go together."""
        names = self.names
        self._refuse_if(
            self.kernels is not None and self.kernel in SIMPLE, "kernels (KernelList)", "Sum or Kernel=Prod"
        )
        self._refuse_if(self.gammas and "MultiGauss" not in names, "gammas (GammaList)", "MultiGauss")
        self._refuse_if(self.theta is not None and "Polynomial" not in names, "theta (Theta)", "Polynomial")
        self._refuse_if(self.order is not None and "Polynomial" not in names, "order (Order)", "Polynomial")
        widths = "RBF" in names or ("MultiGauss" in names and not self.gammas)
        widths |= "Polynomial" in names and self.theta is None
        self._refuse_if(self.gamma is not None and not widths, "gamma (Gamma), beside gammas or theta,", "RBF")
        if not all(np.isfinite(each) and each > 0 for each in self.gammas):
            msg = f"{self.method}: option gammas (GammaList) must hold positive numbers, got {self.gammas}"
            raise OptionError(msg)

    def _refuse_if(self, idle: object, option: str, instead: str) -> None:
        if idle:
            advice = f"leave it out or book with Kernel={instead}"
            msg = f"{self.method}: option {option} has no say with kernel={self.kernel!r}: {advice}"
            raise OptionError(msg)

    @property
    def names(self) -> tuple[str, ...]:
        """The kernels it is made of."""
        if self.kernel in SIMPLE:
            return (self.kernel,)
        between = "*" if self.kernel == "Prod" else "+"
        known = {each.lower(): each for each in SIMPLE}
        given = [each.strip() for each in (self.kernels or "").split(between)]
        for each in given:
            if each.lower() not in known:
                wanted = f"must hold {', '.join(SIMPLE)} with {between!r} between them for kernel={self.kernel!r}"
                msg = f"{self.method}: option kernels (KernelList) {wanted}, got {each!r}: {did_you_mean(each, SIMPLE)}"
                raise OptionError(msg)
        return tuple(known[each.lower()] for each in given)

    def fits(self, n_variables: int) -> None:
        """Refuse widths that are not one for each variable."""
        if self.gammas and len(self.gammas) != n_variables:
            found = f"one number for each of the {n_variables} inputs, got {len(self.gammas)}"
            msg = f"{self.method}: option gammas (GammaList) must hold {found}"
            raise OptionError(msg)

    def build(self, centre: NDArray[np.float64], gamma: float) -> Kernel:
        """Return the kernel of events scaled as ``z = (x - centre) sqrt(2 gamma)``.

        Examples
        --------
        >>> centre, x, y = np.array([1.0, 2.0]), np.array([[3.0, 4.0]]), np.array([[2.0, 0.0]])
        >>> kernel = KernelChoice("SVM", "Polynomial", theta=1.0, order=2).build(centre, 0.5)
        >>> kernel(x - centre, y - centre).round(9).tolist()
        [[49.0]]
        """
        parts = tuple(self._simple(name, centre, gamma) for name in self.names)
        if self.kernel in SIMPLE:
            return parts[0]
        return Product(parts) if self.kernel == "Prod" else Sum(parts)

    def _simple(self, name: str, centre: NDArray[np.float64], gamma: float) -> Kernel:
        if name == "Polynomial":
            order = self.order or _ORDER
            if self.theta is None:
                return Polynomial(1.0, order, factor=0.5)
            return Polynomial(self.theta, order, factor=0.5 / gamma, origin=centre * np.sqrt(2 * gamma))
        if name == "MultiGauss" and self.gammas:
            return Gaussian(np.sqrt(np.array(self.gammas) / gamma))
        return Gaussian()

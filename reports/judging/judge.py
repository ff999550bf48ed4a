"""What the three tasks have in common: a judge measures methods on one sample, and finds only once what they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from umva.reports.judging.explained import Explained
    from umva.reports.measures.influence import Measured
    from umva.reports.results import MethodResult

__all__ = ["Judge"]


class Judge(ABC):
    """Measures every method of one task."""

    less_is_better: ClassVar[bool] = False
    """Whether the best method has the smallest score."""

    outputs: tuple[str, ...] = ()
    """Names of the columns of a response; none if it is one number that tells signal."""

    @abstractmethod
    def measure(
        self,
        known: MethodResult,
        train: NDArray[np.float64],
        test: NDArray[np.float64],
        shap: Explained,
    ) -> tuple[MethodResult, Measured]:
        """Return ``known`` with all numbers but the comparison with others, and the score that is compared.

        Parameters
        ----------
        known
            The facts about the method.
        train, test
            Its finite responses, shape ``(n_events,)`` or ``(n_events, n_outputs)``.
        shap
            Its Shapley values.
        """

"""What Shapley values say about the inputs of one method, or of one of its outputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ReportError
from umva.reports.measures.importance import shap_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from umva.reports.material import Outcome
    from umva.reports.results import Number

__all__ = ["Explained", "explained"]


@dataclass(frozen=True)
class Explained:
    """The Shapley values of one method; empty if it has none.

    Parameters
    ----------
    values
        Finite Shapley values, shape ``(n_explained, n_variables)`` or ``(n_explained, n_variables, n_outputs)``.
    weight
        Weights of the explained events.
    names
        The inputs; none if there are no values.
    notes
        What the reader should know.
    """

    values: NDArray[np.float64]
    weight: NDArray[np.float64]
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def shares(self, output: int | None = None) -> dict[str, Number]:
        """Return the shares of the inputs in one output, or the mean over the outputs."""
        if not self.names:
            return {}
        return shap_shares(self.values if output is None else self.values[:, :, output], self.names, self.weight)


def explained(outcome: Outcome, names: Sequence[str], outputs: Sequence[str]) -> Explained:
    """Return the Shapley values of a method without those that are not finite.

    Parameters
    ----------
    outcome
        What became of the method.
    names, outputs
        The inputs, and the classes or targets; no outputs if the response is one number that tells signal.

    Raises
    ------
    ReportError
        If the shape of the values is not that of events, inputs and outputs.
    """
    if outcome.shap is None:
        return Explained(np.empty(0), np.empty(0), ())
    values = np.asarray(outcome.shap, dtype=np.float64)
    n_explained = len(values)
    weight = np.ones(n_explained) if outcome.shap_weight is None else np.asarray(outcome.shap_weight, dtype=np.float64)
    if values.shape != (len(weight), len(names), *((len(outputs),) if outputs else ())):
        msg = f"method {outcome.name!r}: Shapley values of shape {values.shape} for {len(weight)} events"
        msg += f" and {len(names)} inputs" + (f" and {len(outputs)} outputs" if outputs else "")
        raise ReportError(msg)
    finite = np.isfinite(values).reshape(n_explained, -1).all(axis=1)
    left_out = n_explained - int(np.count_nonzero(finite))
    notes = (f"Shapley values of {left_out} of {n_explained} events are not finite and left out.",) if left_out else ()
    return Explained(values[finite], weight[finite], tuple(names) if finite.any() else (), notes)

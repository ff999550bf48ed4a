"""The mixture of classes that methods were trained on: what their probabilities are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.measures.calibration import calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from umva.reports.material import Material
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import Calibration

__all__ = ["Mixture", "mixture"]


def mixture(material: Material) -> NDArray[np.float64]:
    """Return the weights of the test part, scaled so that the classes are mixed as they were in the training.

    TMVA's NormMode says how: all classes alike (``EqualNumEvents``), by their numbers of training events
    (``NumEvents``), or by their weights on the training part (``None``, and where no mode is known). A class without a
    positive sum of weights on both parts keeps its weights.
    """
    train, test = material.parts["train"], material.parts["test"]
    mode = str(material.split.get("norm_mode", "None"))
    weight = np.array(test.weight, dtype=np.float64)
    for k in range(len(material.classes) or 2):
        chosen, trained = np.asarray(test.y) == k, np.asarray(train.y) == k
        of_train = float(np.asarray(train.weight)[trained].sum())
        wanted = {"EqualNumEvents": 1.0, "NumEvents": float(np.count_nonzero(trained))}.get(mode, of_train)
        own = float(weight[chosen].sum())
        if own > 0 and of_train > 0:
            weight[chosen] *= wanted / own
    return weight


class Mixture:
    """The test part in the mixture of classes of the training.

    Parameters
    ----------
    material
        The comparison.
    """

    def __init__(self, material: Material) -> None:
        self.weight = mixture(material)

    def calibration(self, ranked: Ranked, train: NDArray[np.float64]) -> Calibration | None:
        """Return how far the responses can be read as probabilities.

        Parameters
        ----------
        ranked
            Responses of the test part.
        train
            Responses of the training part: where one leaves 0 to 1, none is a probability.
        """
        ends = (*ranked.score[[0, -1]], *(train.min(initial=0.5), train.max(initial=0.5)))
        return calibration(ranked.reweighted(self.weight), is_probability=min(ends) >= 0 and max(ends) <= 1)

"""What an experiment expects of each class, and the weights of test events that stand for it.

Unless the user says otherwise a class is expected to have the sum of its weights in all parts together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.judging.sample import classes_of
from umva.reports.results import Expectation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from umva.reports.material import Material

__all__ = ["BY_WEIGHTS", "class_yields", "expectations", "yields"]

BY_WEIGHTS = "sum of the weights"
"""Where the yields come from if nobody said anything."""


def class_yields(material: Material) -> dict[str, float]:
    """Return the expected number of events of each class, by the name that it has in the results.

    That is what the user expects, or the sum of the weights in all parts; a sum that negative weights take below 0 is 0.
    """
    found: dict[str, float] = {}
    for part in material.parts.values():
        weight = np.asarray(part.weight, dtype=np.float64)
        for name, each in classes_of(material, part).items():
            found[name] = found.get(name, 0.0) + float(weight[each].sum())
    return {name: material.expected.yields.get(name, max(found[name], 0.0)) for name in found}


def expectations(material: Material) -> dict[str, Expectation]:
    """Return the expectation of signal against background, or of each of several classes against the rest.

    There is none in a regression, nor where signal or background are expected not to be at all.
    """
    if material.targets:
        return {}
    found = class_yields(material)
    names = list(found) if material.classes else ["signal"]
    return {
        name: _expectation(material, found, name)
        for name in names
        if found[name] > 0 and sum(found.values()) - found[name] > 0
    }


def _expectation(material: Material, found: Mapping[str, float], name: str) -> Expectation:
    """Return the expectation of one class against the rest."""
    said = material.expected
    origins = {each: said.origins.get(each, BY_WEIGHTS) for each in found}
    same = len(set(origins.values())) == 1
    return Expectation(
        signal=found[name],
        background=sum(each for other, each in found.items() if other != name),
        background_uncertainty=said.background_uncertainty,
        merit=said.merit,
        origin=origins[name] if same else "; ".join(f"{each}: {origin}" for each, origin in origins.items()),
    )


def yields(material: Material) -> NDArray[np.float64]:
    """Return the weights of the test part, scaled so that each class has the number of events that is expected.

    A class without a positive sum of weights in the test part, or expected not to be there, keeps its weights.

    Examples
    --------
    >>> from umva.reports.material import Input, Material, Part
    >>> from umva.reports.results import Expected
    >>> X, y = np.zeros((2, 1), dtype=np.float32), np.array([0, 1])
    >>> parts = {"train": Part(X, y, np.array([3.0, 1.0])), "test": Part(X, y, np.array([1.0, 2.0]))}
    >>> material = Material("toy", 1, (Input("x", "x"),), parts, (), {}, "", expected=Expected({"signal": 50.0}))
    >>> yields(material).tolist()
    [4.0, 50.0]
    """
    test, wanted = material.parts["test"], class_yields(material)
    scaled = np.array(test.weight, dtype=np.float64)
    for name, each in classes_of(material, test).items():
        own = float(scaled[each].sum())
        if own > 0 and wanted[name] > 0:
            scaled[each] *= wanted[name] / own
    return scaled

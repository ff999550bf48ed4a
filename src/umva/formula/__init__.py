"""ROOT's formula language over arrays: variables, cuts and weights as TTreeFormula reads them, without ROOT.

>>> import numpy as np
>>> from umva.formula import Formula
>>> cut = Formula("pt > 20 && abs(eta) < 2.5", names=["pt", "eta", "phi"])
>>> cut.branches
('pt', 'eta')
>>> cut.evaluate({"pt": np.array([30.0, 10.0]), "eta": np.array([-1.0, 0.5])})
array([1., 0.])
"""

from __future__ import annotations

from umva.formula.expression import Expression
from umva.formula.formula import Formula

__all__ = ["Expression", "Formula"]

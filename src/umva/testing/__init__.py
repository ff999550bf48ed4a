"""A conformance suite for methods, ours and those of other packages.

In a package that offers methods one test is enough::

    import umva.testing


    @umva.testing.parametrize(["MyMethod"])
    def test_method(check):
        check()

Without pytest, :func:`run` answers with one :class:`Outcome` a check. Each check trains on a few hundred toy events with
the method's ``quick_options``, once for each task of its capabilities.

>>> [each.check for each in run("Fisher") if each.status == "failed"]
[]
"""

from __future__ import annotations

from umva.testing import answers as answers
from umva.testing import hard as hard
from umva.testing import interface as interface
from umva.testing import training as training
from umva.testing import weights as weights
from umva.testing.estimators import expected_failures
from umva.testing.suite import Check, Outcome, checks, parametrize, run
from umva.testing.toys import toys
from umva.testing.trial import ConformanceError

__all__ = ["Check", "ConformanceError", "Outcome", "checks", "expected_failures", "parametrize", "run", "toys"]

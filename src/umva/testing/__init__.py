"""A conformance suite for methods, ours and those of other packages.

In a package that offers methods one test is enough::

    import umva.testing


    @umva.testing.parametrize(["MyMethod"])
    def test_method(check):
        check()

Without pytest, :func:`run` answers with one :class:`Outcome` a check. Each check trains on a few hundred toy events with
the method's ``quick_options``.

>>> [each.check for each in run("Fisher") if each.status == "failed"]
[]
"""

from __future__ import annotations

from umva.testing import interface as interface
from umva.testing import robustness as robustness
from umva.testing.suite import Check, ConformanceError, Outcome, checks, parametrize, run
from umva.testing.toys import toys

__all__ = ["Check", "ConformanceError", "Outcome", "checks", "parametrize", "run", "toys"]

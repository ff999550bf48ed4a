"""Optimisers that need no derivative: a genetic algorithm, simulated annealing, random sampling; TMVA's GA, SA and MC.

All have one interface, ``minimise(objective, ranges, options, *, seed, start=None, progress=...)``, and call the objective
with many points at once. Of an objective with a derivative Minuit finds the minimum in fewer calls; these need none, leave
local minima, and serve where a count of events jumps.
"""

from __future__ import annotations

from umva.methods.optimisers.fitters import FIT_METHODS, minimise
from umva.methods.optimisers.optimum import Objective, Optimum
from umva.methods.optimisers.options import SearchOptions

__all__ = ["FIT_METHODS", "Objective", "Optimum", "SearchOptions", "minimise"]

"""Neural networks of TMVA: multilayer perceptrons, trained as TMVA trains them, by one compiled engine."""

from __future__ import annotations

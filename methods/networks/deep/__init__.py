"""Deep learning by TMVA's option strings: what they say, the network they spell, and the method that trains it."""

from __future__ import annotations

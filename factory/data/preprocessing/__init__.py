"""TMVA's variable transformations: normalise, decorrelate, principal components, uniform, Gaussian, and chains of them."""

from __future__ import annotations

from umva.factory.data.preprocessing.chain import Chain
from umva.factory.data.preprocessing.cumulative import Gaussian, Uniform
from umva.factory.data.preprocessing.linear import Decorrelate, PrincipalComponents
from umva.factory.data.preprocessing.ranges import Normalise
from umva.factory.data.preprocessing.transformation import Transformation

__all__ = ["Chain", "Decorrelate", "Gaussian", "Normalise", "PrincipalComponents", "Transformation", "Uniform"]

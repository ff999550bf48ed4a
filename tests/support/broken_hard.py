"""Methods that each break one thing of what is promised of hard data."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from sound_methods import Sound

from umva.errors import MethodError
from umva.methods import Capabilities, Context, Events


class Several(Sound):
    """A method that needs several inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.coefficients_[0] = 0.0
        return self


class Standardising(Sound):
    """A method that divides by the spread of its inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.coefficients_ /= train.X.std(axis=0)
        return self


class Absolute(Sound):
    """A method that takes small weights for none."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if train.weight.max() < 1e-6:
            self.coefficients_, self.offset_ = np.zeros(train.X.shape[1]), 0.0
            return self
        return super().fit(train, validation, context=context)


class Holed(Sound):
    """A method that says it takes missing values, and does not."""

    capabilities: ClassVar[Capabilities] = Capabilities(missing_values=True)


class Distinguished(Sound):
    """A method that cannot bear to see an event twice."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if len(np.unique(train.X, axis=0)) < train.n_events / 2:
            msg = "singular"
            raise np.linalg.LinAlgError(msg)
        return super().fit(train, validation, context=context)


class Small(Sound):
    """A method with room for a hundred inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        self.coefficients_ = np.where(train.X.shape[1] > 100, 0.0, self.coefficients_)
        return self


class Choosy(Small):
    """A method that says it has no room for more than a hundred inputs."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        if train.X.shape[1] > 100:
            msg = "Choosy takes 100 inputs at most"
            raise MethodError(msg)
        return super().fit(train, validation, context=context)


class Majority(Sound):
    """A method that knows no class that is rare."""

    def fit(self, train: Events, validation: Events | None = None, *, context: Context = Context()) -> Self:
        super().fit(train, validation, context=context)
        if train.y.mean() < 0.1:
            self.coefficients_ = np.zeros_like(self.coefficients_)
        return self

"""A method with scikit-learn's manners: parameters, checks of arrays and weights, training.

This module imports scikit-learn, so nothing in umva imports it before it is used.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from umva.errors import MethodError, OptionError, did_you_mean
from umva.methods.base import Context, Events, Method
from umva.methods.options import declared, resolve
from umva.methods.registry import available, get

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from sklearn.utils import Tags

    from umva.methods.options import Option

__all__ = ["MethodEstimator"]


class MethodEstimator(BaseEstimator):  # type: ignore[misc]
    """What both estimators share: parameters, and training on checked arrays."""

    def __init__(
        self, which: str | Method = "Fisher", *, random_state: Any = 1, n_jobs: int | None = None, **options: Any
    ) -> None:
        self.which = which
        self.random_state = random_state
        self.n_jobs = n_jobs
        self._options = options

    def _declared(self) -> list[Option]:
        """Return the options of the method, none if there is no such method."""
        known = isinstance(self.which, str) and self.which in available()
        return declared(get(str(self.which))) if known else []

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters: ``which``, ``random_state``, ``n_jobs``, and all options of the method."""
        defaults = {each.name: each.default for each in self._declared()}
        own: dict[str, Any] = super().get_params(deep=deep)
        return {**own, **defaults, **self._options}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name; values are checked in ``fit``.

        Raises
        ------
        OptionError
            If the method has no such option.
        """
        own = {key: params.pop(key) for key in self._get_param_names() if key in params}
        super().set_params(**own)
        known = [each.name for each in self._declared()]
        for key in params if known else ():
            if key not in known:
                msg = f"{self.which} has no option {key!r}: {did_you_mean(key, [*known, *self._get_param_names()])}"
                raise OptionError(msg)
        self._options = {**self._options, **params}
        return self

    def __repr__(self, N_CHAR_MAX: int = 700) -> str:
        """Return the call that makes it."""
        own = {"random_state": (self.random_state, 1), "n_jobs": (self.n_jobs, None)}
        changed = [f"{key}={value!r}" for key, (value, default) in own.items() if value is not default]
        options = [f"{key}={value!r}" for key, value in self._options.items()]
        return f"{type(self).__name__}({', '.join([repr(self.which), *options, *changed])})"[:N_CHAR_MAX]

    def _new(self) -> Method:
        """Return the method, untrained, its options checked."""
        if isinstance(self.which, Method):
            return copy.deepcopy(self.which)
        cls = get(self.which)
        return cls(**resolve(cls, cls.name, self._options, refused=cls.refused))

    def _class(self) -> type[Method]:
        """Return the class of the method, :class:`Method` itself if there is none of this name."""
        if isinstance(self.which, Method):
            return type(self.which)
        return get(self.which) if self.which in available() else Method

    def _checked(self, X: ArrayLike, y: ArrayLike, **checks: bool) -> tuple[NDArray[np.float32], NDArray[Any]]:
        """Return inputs and answers as arrays that can be trained on."""
        finite = self._finite()
        checked: tuple[NDArray[np.float32], NDArray[Any]] = validate_data(
            self, X, y, dtype=np.float32, ensure_all_finite=finite, ensure_min_samples=2, **checks
        )
        return checked

    def _finite(self) -> bool | str:
        """Return which inputs are refused, in scikit-learn's words."""
        return "allow-nan" if self._class().capabilities.missing_values else True

    def _weight(self, sample_weight: ArrayLike | None, n_events: int) -> NDArray[np.float64]:
        """Return the weights of all events."""
        if sample_weight is None:
            return np.ones(n_events)
        weight = check_array(sample_weight, ensure_2d=False, dtype=np.float64, input_name="sample_weight")
        if weight.shape != (n_events,):
            msg = f"sample_weight.shape == {weight.shape}, expected {(n_events,)}: one weight an event"
            raise ValueError(msg)
        if not weight.any():
            msg = "Sample weights must contain at least one non-zero number."
            raise ValueError(msg)
        if weight.min() < 0 and not self._class().capabilities.negative_weights:
            msg = f"Negative values in data passed to `sample_weight`: {self._class().name} takes none"
            raise ValueError(msg)
        return np.asarray(weight, np.float64)

    def _train(self, train: Events) -> None:
        """Train the method; events of weight zero are left out."""
        method = self._new()
        if train.problem.task not in method.capabilities.tasks:
            msg = f"{method.title} cannot be trained for a {train.problem.task}"
            raise MethodError(msg)
        columns = getattr(self, "feature_names_in_", [f"x{i}" for i in range(train.X.shape[1])])
        method.bind(tuple(map(str, columns)), train.problem)
        fixed = isinstance(self.random_state, int)
        seed = self.random_state if fixed else check_random_state(self.random_state).randint(2**31 - 1)
        used = train if train.weight.all() else train.select(train.weight != 0)
        self.method_ = method.fit(used, context=Context(seed=int(seed), n_threads=self.n_jobs or 1))

    def _respond(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the response of the trained method."""
        check_is_fitted(self)
        checked = validate_data(self, X, dtype=np.float32, ensure_all_finite=self._finite(), reset=False)
        return self.method_.score(checked)

    def __sklearn_tags__(self) -> Tags:
        """Say what the method takes."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self._class().capabilities.missing_values
        return tags

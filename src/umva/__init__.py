"""umva: compare classifiers on equal terms.

The names below are all that most macros need; each is imported when it is first used, so that ``import umva`` is quick.

>>> import umva
>>> "BDT" in umva.available()
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from umva.errors import UmvaError
    from umva.factory import DataLoader, Factory, Model, load
    from umva.methods import Capabilities, Context, Curves, Events, Method, Problem, available, option, register
    from umva.methods.estimator import estimator
    from umva.reports import Results, Style, read_results

__all__ = [
    "Capabilities",
    "Context",
    "Curves",
    "DataLoader",
    "Events",
    "Factory",
    "Method",
    "Model",
    "Problem",
    "Results",
    "Style",
    "UmvaError",
    "__version__",
    "available",
    "estimator",
    "load",
    "option",
    "read_results",
    "register",
]

__version__ = "0.1.0"

_HOMES = {
    "umva.errors": ("UmvaError",),
    "umva.factory": ("DataLoader", "Factory", "Model", "load"),
    "umva.methods": (
        "Capabilities",
        "Context",
        "Curves",
        "Events",
        "Method",
        "Problem",
        "available",
        "option",
        "register",
    ),
    "umva.methods.estimator": ("estimator",),
    "umva.reports": ("Results", "Style", "read_results"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOME:
        msg = f"module 'umva' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)

"""The methods: the plugin interface, the registry and one file a family."""

from __future__ import annotations

from umva.methods import boosting as boosting
from umva.methods import forest as forest
from umva.methods import linear as linear
from umva.methods import neighbours as neighbours
from umva.methods import neural as neural
from umva.methods import svm as svm
from umva.methods import wrapped as wrapped
from umva.methods import xgb as xgb
from umva.methods.base import Capabilities, Context, Curves, Events, Method
from umva.methods.options import Option, declared, option, parse_string, resolve
from umva.methods.registry import available, get, load, register

__all__ = [
    "Capabilities",
    "Context",
    "Curves",
    "Events",
    "Method",
    "Option",
    "available",
    "declared",
    "get",
    "load",
    "option",
    "parse_string",
    "register",
    "resolve",
]

"""The methods: the plugin interface, the registry and one file a family."""

from __future__ import annotations

from umva.methods import autoencoder as autoencoder
from umva.methods import boosting as boosting
from umva.methods import catboost as catboost
from umva.methods import elastic_net as elastic_net
from umva.methods import flatness as flatness
from umva.methods import forest as forest
from umva.methods import gaussian_process as gaussian_process
from umva.methods import histogram_boosting as histogram_boosting
from umva.methods import lightgbm as lightgbm
from umva.methods import linear as linear
from umva.methods import linear_svm as linear_svm
from umva.methods import logistic as logistic
from umva.methods import naive_bayes as naive_bayes
from umva.methods import neighbours as neighbours
from umva.methods import neural as neural
from umva.methods import svm as svm
from umva.methods import wrapped as wrapped
from umva.methods import xgb as xgb
from umva.methods.base import Capabilities, Context, Curves, Events, Method
from umva.methods.inputs import require_inputs
from umva.methods.options import Option, declared, option, parse_string, resolve
from umva.methods.problem import BINARY, TASKS, Problem
from umva.methods.registry import available, get, load, register
from umva.methods.repetition import Repetition

__all__ = [
    "BINARY",
    "TASKS",
    "Capabilities",
    "Context",
    "Curves",
    "Events",
    "Method",
    "Option",
    "Problem",
    "Repetition",
    "available",
    "declared",
    "get",
    "load",
    "option",
    "parse_string",
    "register",
    "require_inputs",
    "resolve",
]

"""The methods: the plugin interface, the registry, and a folder for each family of methods."""

from __future__ import annotations

from umva.methods import wrapped as wrapped
from umva.methods.base import Capabilities, Context, Curves, Events, Method
from umva.methods.cuts import rectangular as rectangular
from umva.methods.densities import likelihood as likelihood
from umva.methods.fda import fda as fda
from umva.methods.gradient import catboost as catboost
from umva.methods.gradient import lightgbm as lightgbm
from umva.methods.gradient import xgboost as xgboost
from umva.methods.inputs import require_inputs
from umva.methods.linear import discriminants as discriminants
from umva.methods.linear import elastic_net as elastic_net
from umva.methods.linear import hmatrix as hmatrix
from umva.methods.linear import logistic as logistic
from umva.methods.local import foam as foam
from umva.methods.local import knn as knn
from umva.methods.local import pders as pders
from umva.methods.networks import autoencoder as autoencoder
from umva.methods.networks import dnn as dnn
from umva.methods.networks import py_keras as py_keras
from umva.methods.networks import py_torch as py_torch
from umva.methods.networks.deep import dl as dl
from umva.methods.networks.perceptron import cfmlp as cfmlp
from umva.methods.networks.perceptron import mlp as mlp
from umva.methods.networks.perceptron import tmlp as tmlp
from umva.methods.options import Option, declared, option, parse_string, resolve
from umva.methods.problem import BINARY, TASKS, Problem
from umva.methods.registry import available, get, load, register
from umva.methods.repetition import Repetition
from umva.methods.rules import rulefit as rulefit
from umva.methods.scikit import forest as forest
from umva.methods.scikit import gaussian_process as gaussian_process
from umva.methods.scikit import histogram_boosting as histogram_boosting
from umva.methods.scikit import naive_bayes as naive_bayes
from umva.methods.scikit import pymva as pymva
from umva.methods.svm import kernel_svm as kernel_svm
from umva.methods.svm import linear_svm as linear_svm
from umva.methods.trees import bdt as bdt
from umva.methods.trees import dt as dt
from umva.methods.trees import uniform_bdt as uniform_bdt

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

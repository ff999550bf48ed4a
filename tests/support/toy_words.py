"""What toy comparisons are made of: names, some of them nasty, and numbers of events."""

from __future__ import annotations

import numpy as np

N_EVENTS = 1500


NASTY = "<script>alert('&\"')</script>"


METHODS = ("BDT850", "DNN", "HGB", "RandomForest", "MLP_layers_128_64_32_dropout_and_a_long_name", "Fisher")


VARIABLES = (
    ("m_bb", "m_{bb}", "GeV"),
    ("m_wwbb", r"$m_{WWb\bar{b}}$", "GeV"),
    ("größe", "Größe & Länge", "µm"),
    (NASTY, NASTY, ""),
    ("lepton_pT", "$p_T(\\ell)$", "GeV"),
    ("broken", r"$\frac{p_T$ 100% of $", "GeV/$c^2"),
    ("a_rather_long_variable_name_indeed_that_goes_on", "", "rad"),
)


LABELS = ("prompt", "feed-down", NASTY)


TARGETS = {"energy": 20.0, "größe": 0.004}


CLASSES = {"classification": ("signal", "background"), "multiclass": LABELS, "regression": ("events",)}


IS_SIGNAL = np.repeat([1, 0], N_EVENTS)


WEIGHT = np.repeat([120.0, 4000.0], N_EVENTS) / N_EVENTS

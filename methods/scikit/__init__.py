"""Methods whose model is a scikit-learn estimator, ours and the user's own."""

from __future__ import annotations

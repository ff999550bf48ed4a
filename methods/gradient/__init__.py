"""Libraries of gradient-boosted trees: XGBoost, LightGBM and CatBoost."""

from __future__ import annotations

"""Can a response be read as a probability? The numbers, the verdict and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.reports.digits import equals_p, percent
from umva.reports.measures.recalibration import recalibrated
from umva.reports.measures.reliability import calibration_test, reliability
from umva.reports.results import Calibration

if TYPE_CHECKING:
    from umva.reports.measures.ranked import Ranked
    from umva.reports.results import HypothesisTest, Reliability

__all__ = ["LEVEL", "MILD_ERROR", "STRONG_ERROR", "calibration"]

LEVEL = 0.001
"""Probability below which probabilities are called wrong."""

MILD_ERROR, STRONG_ERROR = 0.02, 0.10
"""Mean absolute error of the probabilities, less what is chance, from which on they are mildly or strongly wrong."""


def calibration(ranked: Ranked, *, is_probability: bool) -> Calibration | None:
    """Return how far a response can be read as a probability; None if a class has no positive sum of weights.

    Wrong probabilities are those that a chi2 test rejects (p < 0.001); they are so mildly where they are off by 2 % or
    more on average, strongly from 10 % on.

    Parameters
    ----------
    ranked
        Responses of the test part, with weights that make the mixture of classes the method was trained on. Negative
        weights enter as they are.
    is_probability
        Whether all responses lie within 0 to 1.

    Examples
    --------
    >>> from umva.reports.measures import rank
    >>> p = np.linspace(0.01, 0.99, 2000)
    >>> y = np.random.default_rng(1).random(2000) < p
    >>> calibration(rank(p, y), is_probability=True).verdict
    'none'
    >>> calibration(rank(p**3, y), is_probability=True).verdict
    'strong'
    """
    if not ranked.measurable:
        return None
    events = ranked.is_signal, ranked.weight
    after = reliability(recalibrated(ranked), *events)
    prior = ranked.sum_signal / (ranked.sum_signal + ranked.sum_background)
    if not is_probability:
        sentence = (
            f"No probability, for responses leave 0 to 1; recalibrated, off by {percent(after.ece)} % on average."
        )
        return Calibration(None, sentence, prior, after)
    response = ranked.score[ranked.place]
    given, test = reliability(response, *events), calibration_test(response, *events)
    verdict = _verdict(given, test)
    return Calibration(verdict, _sentence(verdict, given, test), prior, after, given, test)


def _verdict(found: Reliability, test: HypothesisTest) -> str:
    """Return ``"none"``, ``"mild"`` or ``"strong"``."""
    error = found.ece.value - found.ece_chance
    if not test.n_dof or test.p_value >= LEVEL or error < MILD_ERROR:
        return "none"
    return "strong" if error >= STRONG_ERROR else "mild"


def _sentence(verdict: str, found: Reliability, test: HypothesisTest) -> str:
    """Say what a verdict means."""
    off = f"off by {percent(found.ece)} % on average ({100 * found.ece_chance:.2g} % by chance alone)"
    if not test.n_dof:
        return f"Whether it is a probability cannot be judged: too few events; {off}."
    if verdict != "none":
        words = {"mild": "Roughly a probability", "strong": "Not to be read as a probability"}
        return f"{words[verdict]}: {off}, {_bent(found)}."
    if test.p_value < LEVEL:
        return f"Can be read as a probability for most purposes: {off}; more than chance, but little."
    if max(found.ece_chance, found.ece.value - found.ece_chance) >= MILD_ERROR:
        return f"Not excluded to be a probability, for events are few: {off} ({equals_p(test.p_value)})."
    return f"Can be read as a probability: {off}."


def _bent(found: Reliability) -> str:
    """Say to which side probabilities are wrong: all of them, or towards or away from certainty."""
    given, seen = np.asarray(found.predicted), np.asarray(found.observed)
    off = given - seen
    away = float(np.mean(off * np.sign(given - float(seen.mean()))))
    shift = float(np.mean(off))
    if abs(shift) > abs(away):
        return "mostly too high" if shift > 0 else "mostly too low"
    return "too near to 0 and 1" if away > 0 else "too far from 0 and 1"

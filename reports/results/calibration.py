"""How far a response can be read as a probability."""

from __future__ import annotations

from dataclasses import dataclass

from umva.reports.results.quantities import HypothesisTest, Number  # noqa: TC001 - results.json is read so

__all__ = ["Calibration", "Reliability"]


@dataclass(frozen=True)
class Reliability:
    """Probabilities that a method gives against what is found, test part.

    Parameters
    ----------
    predicted, observed, errors
        In bins of equal sums of absolute weights: mean probability given, share of signal found, and the error of that.
    brier
        Mean squared difference of probability and truth (0 or 1), the Brier score.
    reliability, resolution, uncertainty
        Its parts in these bins: how far the probabilities are off, how much they tell, and what there is to tell;
        ``brier`` is reliability minus resolution plus uncertainty, but for what is inside the bins.
    log_loss
        Mean of minus the logarithm of the probability given to what is true, in nats.
    ece, ece_chance
        Expected calibration error: mean absolute difference of given and found; what chance alone makes of it.
    """

    predicted: tuple[float, ...]
    observed: tuple[float, ...]
    errors: tuple[float, ...]
    brier: Number
    reliability: Number
    resolution: Number
    uncertainty: Number
    log_loss: Number
    ece: Number
    ece_chance: float


@dataclass(frozen=True)
class Calibration:
    """How far the response can be read as a probability, in the mixture of classes that the method was trained on.

    Parameters
    ----------
    verdict
        ``"none"``, ``"mild"`` or ``"strong"``: how far probabilities are off; the thresholds stand in
        ``umva.reports.measures.calibration``. None if the response is no probability.
    sentence
        What it means, for a reader in a hurry.
    prior
        Share of the signal in that mixture.
    recalibrated
        After a monotone function of the response was fitted to one half of the test part and used on the other.
    given
        As the method gives it; None if the response leaves 0 to 1.
    test
        That what is found in bins of the probability given is what was given; its effective numbers of events are those
        of background and signal.
    """

    verdict: str | None
    sentence: str
    prior: float
    recalibrated: Reliability
    given: Reliability | None = None
    test: HypothesisTest | None = None

"""What a measure can find: a number with its error, a histogram, a curve, the outcome of a test."""

from __future__ import annotations

from dataclasses import dataclass

from umva.errors import ReportError

__all__ = ["Histogram", "HypothesisTest", "Number", "Profile", "RocCurve", "TrainTest"]


@dataclass(frozen=True)
class Number:
    """A measured number.

    Parameters
    ----------
    value
        Its value.
    error
        One standard deviation; None says that it has none, and ``note`` says why.
    low, high
        Limits of the 95 % interval, where there is one.
    note
        What the reader should know, for instance ``"exact"``.
    """

    value: float
    error: float | None = None
    low: float | None = None
    high: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class TrainTest:
    """The same number on the training and on the test part."""

    train: Number
    test: Number


@dataclass(frozen=True)
class Histogram:
    """A weighted histogram, as density unless said otherwise.

    Parameters
    ----------
    edges
        ``n_bins + 1`` edges.
    values, errors
        Content of each bin and its error, sqrt of the sum of squared weights, both divided by the bin width and by the
        sum of all weights, those outside included.
    underflow, overflow
        Share of the weight outside, 0 to 1.
    missing
        Weight of the events without a value as a share of all; they count nowhere else.

    Raises
    ------
    ReportError
        If there is not one value and one error for each bin.
    """

    edges: tuple[float, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    underflow: float = 0.0
    overflow: float = 0.0
    missing: float = 0.0

    def __post_init__(self) -> None:
        """Refuse columns that do not belong together."""
        if not len(self.edges) - 1 == len(self.values) == len(self.errors):
            lengths = f"{len(self.edges)} edges, {len(self.values)} values and {len(self.errors)} errors"
            msg = f"a histogram of n bins has n + 1 edges, n values and n errors; this one has {lengths}"
            raise ReportError(msg)


@dataclass(frozen=True)
class Profile:
    """Mean and spread of one quantity in bins of another.

    Parameters
    ----------
    edges
        ``n_bins + 1`` edges of the other quantity.
    mean
        Weighted mean in each bin; one that holds nothing has the note ``"empty"``.
    spread
        Standard deviation around the mean in each bin.
    """

    edges: tuple[float, ...]
    mean: tuple[Number, ...]
    spread: tuple[Number, ...]


@dataclass(frozen=True)
class RocCurve:
    """Signal against background efficiency, at most 400 points, falling cut.

    Parameters
    ----------
    signal_efficiency, background_efficiency
        Weighted efficiencies at common cuts, both rising from 0 to 1.
    background_error
        Error of the background efficiency at each signal efficiency, that of the cut included.
    """

    signal_efficiency: tuple[float, ...]
    background_efficiency: tuple[float, ...]
    background_error: tuple[float, ...]


@dataclass(frozen=True)
class HypothesisTest:
    """A test that two samples come from one distribution.

    Parameters
    ----------
    statistic
        The distance found.
    p_value
        Probability of at least this distance if they do.
    n_eff_train, n_eff_test
        Effective numbers of events, (sum w)^2 / sum w^2.
    n_dof
        Degrees of freedom of a chi2.
    """

    statistic: float
    p_value: float
    n_eff_train: float
    n_eff_test: float
    n_dof: int | None = None

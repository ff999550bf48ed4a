"""UniformBDT: boosted trees whose response does not depend on a spectator such as the mass.

A cut on the response of an ordinary method shapes the mass distribution of the background, wherever inputs follow the mass:
what is left looks like a signal peak. Here the training pays for that. Ranking by separation alone it loses; it wins where the
background is to be fitted in the mass after the cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from umva.errors import MethodError, OptionError, did_you_mean
from umva.methods.base import Capabilities
from umva.methods.options import option, redeclared
from umva.methods.problem import Problem
from umva.methods.registry import register
from umva.methods.repetition import Repetition
from umva.methods.trees.boosted import Boosted
from umva.methods.trees.weighting import balanced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from umva.methods.base import Events
    from umva.methods.trees.boosters import Booster, Learning

__all__ = ["UniformBDT"]

_PLAIN = "UniformBDT grows plain trees; use BDT"
_REFUSED = {
    "PruneMethod=NoPruning": _PLAIN,
    "PruneStrength=0": _PLAIN,
    "PruningValFraction=0.5": _PLAIN,
    "UseFisherCuts=False": _PLAIN,
    "MinLinCorrForFisher=0.8": _PLAIN,
    "UseExclusiveVars=False": _PLAIN,
    "DoPreselection=False": _PLAIN,
    "DoBoostMonitor=*": "the loss after each tree is always recorded and drawn in the report",
}

_LABELS = {"background": (0,), "signal": (1,), "both": (0, 1)}


@register("UniformBDT")
@dataclass(kw_only=True, eq=False)
class UniformBDT(Boosted):
    """Gradient boosted trees with a response independent of spectators (uGBFL).

    Use it where the mass, or whatever is fitted afterwards, must keep its shape under a cut on the response: declare it a
    spectator and it is never asked when events are scored. Against several spectators the response is flat in each by itself.
    Weights count in the cuts, in the leaves and in the distributions that are made alike, as repetitions of the event would.
    Events whose spectator is NaN are learnt from but are not made flat. More ``strength`` is flatter and separates less. The
    response is ``2 p - 1`` as that of BDTG, but is pulled away from a probability by the penalty. (Rogozhnikov et al., JINST 10
    (2015) T03002, arXiv:1410.4140, section 3.3.)

    Examples
    --------
    >>> from umva.methods import Events, Problem
    >>> rng = np.random.default_rng(1)
    >>> y, mass = np.arange(400, dtype=np.int8) % 2, rng.uniform(size=(400, 1))
    >>> X = np.c_[mass, rng.normal(size=400) + y].astype(np.float32)
    >>> train = Events(X, y, np.ones(400), Problem(spectators=("mass",)), mass)
    >>> flat = UniformBDT(n_trees=50).fit(train)
    >>> bool(abs(np.corrcoef(flat.score(X)[y == 0], mass[y == 0, 0])[0, 1]) < 0.15)
    True
    """

    capabilities: ClassVar[Capabilities] = Capabilities(validation=True, spectators=True)
    cost: ClassVar[float] = 5.0
    refused: ClassVar[Mapping[str, str]] = _REFUSED
    repetition: ClassVar[Repetition] = Repetition(
        options={"n_trees": 20, "bagging": False, "min_node_size": 0.0, "max_depth": 2}
    )
    unsaid: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "classification": {"max_depth": 4, "min_node_size": 2.5, "signal_to_background": 1.0}
    }

    against: str = option("", help="the spectators, separated by commas; the only one if not said")
    label: str = option(
        "background", choices=("background", "signal", "both"), help="whose response shall be independent of them"
    )
    strength: float = option(50.0, low=0.0, help="weight of the penalty on dependence; 0 is a BDTG")
    n_bins: int = option(20, low=2, high=1000, help="bins of equal weight in which the response is made alike")
    n_trees: int = redeclared(Boosted, "n_trees", 300)
    learning_rate: float = option(0.1, tmva="Shrinkage", low=1e-6, high=1.0, help="learning rate")
    max_depth: int | None = redeclared(
        Boosted, "max_depth", None, help="cuts between root and leaf, at most; if not said 4"
    )
    min_node_size: float | None = redeclared(
        Boosted, "min_node_size", None, help="least size of a leaf in % of the training events; if not said 2.5"
    )
    bagging: bool = redeclared(Boosted, "bagging", True)
    bagged_fraction: float = redeclared(Boosted, "bagged_fraction", 0.5)

    @property
    def _boost(self) -> str:
        return "Grad"

    def _learning(self) -> Learning:
        from umva.methods.trees.boosters import Learning

        return Learning(shrinkage=self.learning_rate, exact=True)

    def _booster(self, kind: type[Booster], train: Events) -> Booster:
        """Return gradient boosting with the penalty; ``notes_`` says what it cannot make flat."""
        from umva.methods.trees.flat import FlatGradient, groups

        del kind
        columns = self._columns(train)
        labels = _LABELS[self.label]
        unknown = ~np.isfinite(np.asarray(train.spectators)[np.isin(train.y, labels)][:, columns]).all(axis=1)
        if unknown.any():
            self.notes_ += (f"{unknown.sum()} events without {self._names(train)} are not held to a flat response",)
        flat = groups(train, columns, labels, self.n_bins)
        return FlatGradient(train.y, balanced(train, self._ratio), self._learning(), flat, self.strength)

    def _names(self, train: Events) -> str:
        return self.against or train.problem.spectators[0]

    def _columns(self, train: Events) -> list[int]:
        """Return the places of the spectators that the response shall not depend on."""
        return self._places(train.problem if train.spectators is not None else Problem())

    def bind(self, columns: tuple[str, ...], problem: Problem) -> None:
        """Refuse spectators that are not there."""
        del columns
        self._places(problem)

    def _places(self, problem: Problem) -> list[int]:
        known = problem.spectators
        if not known:
            msg = f"{self.name} needs a spectator that its response is to be independent of: declare it with add_spectator"
            raise MethodError(msg)
        wanted = [each.strip() for each in self.against.split(",") if each.strip()]
        if not wanted and len(known) > 1:
            msg = f"{self.name}: option against must name some of the {len(known)} spectators {', '.join(map(repr, known))}"
            raise OptionError(msg)
        for each in wanted:
            if each not in known:
                msg = f"{self.name}: option against names {each!r}, which is no spectator: {did_you_mean(each, known)}"
                raise OptionError(msg)
        return [known.index(each) for each in wanted] or [0]

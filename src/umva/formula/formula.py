"""A formula of branches: a variable, a cut or a weight, compiled once and evaluated chunk by chunk.

What TTreeFormula does and C does not is kept (its source, ``TFormula_v5.cxx`` and ``TTreeFormula.cxx``, is the reference):

* all numbers are doubles, as TMVA evaluates them: ``1/2`` is 0.5, also of integer branches, while C would say 0;
  ``int(x)``, ``(int)x``, ``%`` and bit operators truncate towards zero as C does;
* ``^`` and ``**`` are powers and group to the left: ``2^3^2`` is 64; ``-x^2`` is ``-(x^2)``; ``!`` binds tightest of all;
* ``%`` binds looser than ``*`` and ``/``, shifts tighter than ``+``: ``7%4*2`` is 7, ``1<<2+3`` is 7;
* bit operators work on unsigned 64-bit integers; ``Min$`` and ``Max$`` of nothing are 0;
* a cut that needs an element an event does not have fails, whatever the comparison: ``x[5] != 1`` and ``!(x[5] > 1)``.

What is not kept, because it invents numbers silently: x/0, log(-1), acos(2), sqrt(-1) are infinite or NaN here, 0 or 1
there; a missing element makes a variable NaN here, 0 there; ``a < b < c`` is an error here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from umva.errors import ColumnError, FormulaError, UmvaError, did_you_mean
from umva.formula.arrays import filled, is_awkward
from umva.formula.functions import LOGICAL
from umva.formula.nodes import Equality, Events, Operation, branches

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from umva.formula.nodes import Node

__all__ = ["Formula"]


class Formula:
    """An expression in ROOT's formula language over the branches of a source.

    Parameters
    ----------
    text
        ``"expression"`` or ``"name := expression"``.
    names
        The branches that there are. A branch name may hold any characters; the longest that fits is taken.

    Raises
    ------
    FormulaError
        The expression cannot be understood; the message points at the place.
    ColumnError
        A branch is not there; the nearest names are given.

    Examples
    --------
    >>> import numpy as np
    >>> f = Formula("log_pt := log(lepton_pT)", names=["lepton_pT", "jet1_b-tag"])
    >>> f.name, f.expression, f.branches
    ('log_pt', 'log(lepton_pT)', ('lepton_pT',))
    >>> f.evaluate({"lepton_pT": np.array([1.0, np.e])})
    array([0., 1.])
    """

    __slots__ = ("_tree", "branches", "expression", "name", "text")

    text: str
    """The formula as written."""
    name: str
    """What stands before ``:=``, or else the expression."""
    expression: str
    """What stands after ``:=``."""
    branches: tuple[str, ...]
    """The branches needed, in order of first use."""

    def __init__(self, text: str, *, names: Iterable[str]) -> None:
        from umva.formula.parse import parse  # lark is imported when the first formula is

        self.text = text
        label, named, expression = text.partition(":=")
        self.expression = (expression if named else text).strip()
        self.name = label.strip() if named else self.expression
        if not self.expression or not self.name:
            msg = f"the {'formula' if not self.expression else 'name'} in {text!r} is empty"
            raise FormulaError(msg)
        self._tree = parse(self.expression, tuple(names))
        self.branches = branches(self._tree)

    def evaluate(
        self, columns: Mapping[str, object], start: int = 0, *, n_events: int | None = None
    ) -> NDArray[np.float64]:
        """Return the values for a chunk of events.

        Parameters
        ----------
        columns
            The branches of the chunk: numpy arrays ``(n_events,)`` or ``(n_events, k)``, or awkward arrays. More columns
            than needed do no harm.
        start
            The entry number of the first event, for ``Entry$``.
        n_events
            How many events; needed only where no column tells.

        Returns
        -------
        array of float64, shape ``(n_events,)``
            NaN where an element is missing (0 if the formula is a comparison or made of && || !).

        Raises
        ------
        FormulaError
            There is still an array an event, text, or arrays of unlike lengths are combined.
        ColumnError
            A branch is not among the columns.

        Examples
        --------
        >>> Formula("2 * Entry$", names=[]).evaluate({}, start=10, n_events=2)
        array([20., 22.])
        """
        events = Events(columns, start, self._count(columns, n_events))
        try:
            with np.errstate(all="ignore"):
                value = self._tree.evaluate(events)
        except UmvaError as error:
            msg = f"formula {self.text!r}: {error}"
            raise type(error)(msg) from None
        except RecursionError:
            msg = f"formula {self.name[:60]!r}... is nested too deeply"
            raise FormulaError(msg) from None
        except ValueError as error:
            msg = f"formula {self.text!r} combines arrays that differ in length within an event"
            raise FormulaError(msg) from error
        if is_awkward(value) and value.ndim > 1:
            msg = (
                f"formula {self.text!r} gives several numbers an event, not one: "
                "take an element, as in x[0], or Sum$(...), Max$(...), Min$(...), Length$(...)"
            )
            raise FormulaError(msg)
        flat = filled(value, missing=0.0 if _is_logical(self._tree) else np.nan)
        return np.array(np.broadcast_to(flat, events.n_events), dtype=np.float64)

    def _count(self, columns: Mapping[str, object], n_events: int | None) -> int:
        """Return the number of events, having checked that all branches are there and agree."""
        if absent := [each for each in self.branches if each not in columns]:
            msg = f"formula {self.text!r} needs the branch {absent[0]!r}: {did_you_mean(absent[0], columns)}"
            raise ColumnError(msg)
        lengths = {each: len(columns[each]) for each in self.branches or list(columns)[:1]}  # type: ignore[arg-type]
        if n_events is None and not lengths:
            msg = f"formula {self.text!r} uses no branch, and there is no column: give n_events"
            raise FormulaError(msg)
        expected = next(iter(lengths.values())) if n_events is None else n_events
        for name, found in lengths.items():
            if found != expected:
                msg = f"formula {self.text!r}: branch {name!r} has {found} events, expected {expected}"
                raise FormulaError(msg)
        return expected

    def __repr__(self) -> str:
        """Return how to write the formula."""
        return f"Formula({self.text!r}, names={list(self.branches)!r})"

    def __eq__(self, other: object) -> bool:
        """Return whether the other formula has the same text and branches."""
        return isinstance(other, Formula) and (self.text, self.branches) == (other.text, other.branches)

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self.text, self.branches))

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to build the formula again: from its text, in another process."""
        return _rebuilt, (self.text, self.branches)


def _rebuilt(text: str, names: tuple[str, ...]) -> Formula:
    return Formula(text, names=names)


def _is_logical(tree: Node) -> bool:
    """Return whether a formula is true or false, as cuts are, rather than a quantity."""
    return isinstance(tree, Equality) or (isinstance(tree, Operation) and tree.symbol in LOGICAL)

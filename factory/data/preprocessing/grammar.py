"""The words of TMVA's VarTransform: ``"G(m_jj,m_bb),D_Signal"``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from umva.errors import DataError, did_you_mean
from umva.factory.data.lists import items
from umva.factory.data.preprocessing.cumulative import Gaussian, Uniform
from umva.factory.data.preprocessing.linear import Decorrelate, PrincipalComponents
from umva.factory.data.preprocessing.ranges import Normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from umva.factory.data.preprocessing.transformation import Transformation

__all__ = ["Step", "parse"]

TRANSFORMATIONS: dict[str, type[Transformation]] = {
    each.letter: each for each in (Normalise, Decorrelate, PrincipalComponents, Uniform, Gaussian)
}
_IDENTITY = ("", "i", "id", "ident", "identity", "none")
_WORDS = {word: each for each in TRANSFORMATIONS.values() for word in (each.letter.lower(), *each.words)}
_ALL_CLASSES = "allclasses"
_SHAPE = re.compile(r"(?P<word>[^_(]*)(?:_(?P<early>[^(]*))?(?:\((?P<names>.*)\)(?:_(?P<late>.*))?)?", re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One transformation of a chain, not fitted yet.

    Parameters
    ----------
    kind
        The transformation.
    columns
        Positions of the variables that it takes and replaces.
    class_index
        It is fitted to the events of this class; None: see :class:`umva.factory.data.preprocessing.Chain`.
    """

    kind: type[Transformation]
    columns: tuple[int, ...]
    class_index: int | None = None

    def selection(self, n_variables: int) -> slice | list[int]:
        """Return an index of the columns; a slice, which copies nothing, where it is all of them."""
        return slice(None) if self.columns == tuple(range(n_variables)) else list(self.columns)

    def text(self, variables: Sequence[str], classes: Sequence[str]) -> str:
        """Return the step as a user would write it."""
        suffix = "" if self.class_index is None else f"_{classes[self.class_index]}"
        if isinstance(self.selection(len(variables)), slice):
            return f"{self.kind.letter}{suffix}"
        return f"{self.kind.letter}{suffix}({','.join(variables[column] for column in self.columns)})"


def parse(text: str, variables: Sequence[str], classes: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps of a chain; none for the identity.

    Parameters
    ----------
    text
        Letters or words, joined by ``,`` or ``+``: ``I N D P U G`` or ``Norm Decorrelate PCA Uniform Gauss``, in any case.
        Each may have a class, ``D_Signal``, and variables, ``N(a,b)``, or both, in either order. ``_AllClasses`` is the
        same as no class.
    variables, classes
        The names that there are.

    Raises
    ------
    DataError
        For anything else, with what is near.

    Examples
    --------
    >>> [each.text("ab", ["sig", "bkg"]) for each in parse("Gauss(b) + I + d_SIG", "ab", ["sig", "bkg"])]
    ['G(b)', 'D_sig']
    """
    steps = (_parse_step(each, text, variables, classes) for each in items(text, ",+"))
    return tuple(step for step in steps if step is not None)


def _parse_step(piece: str, text: str, variables: Sequence[str], classes: Sequence[str]) -> Step | None:
    match = _SHAPE.fullmatch(piece)
    if match is None or (match["early"] and match["late"]):
        msg = f"transformation {text!r}: cannot read {piece!r}; expected a form like N, D_Signal, N(a,b)"
        raise DataError(msg)
    word = match["word"].strip()
    kind = _WORDS.get(word.lower())
    if kind is None and word.lower() not in _IDENTITY:
        known = [*TRANSFORMATIONS, "I", *(spelling.capitalize() for spelling in _WORDS if len(spelling) > 1)]
        msg = f"transformation {text!r}: unknown {word!r}: {did_you_mean(word, known)}"
        raise DataError(msg)
    class_index = _class_index(match["early"] or match["late"], text, classes)
    columns = _columns(match["names"], text, variables)
    return None if kind is None else Step(kind, columns, class_index)


def _class_index(label: str | None, text: str, classes: Sequence[str]) -> int | None:
    """Return which class a suffix names; letters' case matters only between classes that differ in nothing else."""
    if label is None or label.strip().lower() == _ALL_CLASSES:
        return None
    label = label.strip()
    if label in classes:
        return list(classes).index(label)
    folded = [each.lower() for each in classes]
    if folded.count(label.lower()) != 1:
        msg = f"transformation {text!r}: no class {label!r}: {did_you_mean(label, [*classes, 'AllClasses'])}"
        raise DataError(msg)
    return folded.index(label.lower())


def _columns(names: str | None, text: str, variables: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the chosen variables, of all where none is named."""
    if names is None:
        return tuple(range(len(variables)))
    columns = []
    for name in items(names):
        if name not in variables:
            msg = f"transformation {text!r}: no variable {name!r}: {did_you_mean(name, variables)}"
            raise DataError(msg)
        columns.append(list(variables).index(name))
    if len(set(columns)) < len(columns):
        msg = f"transformation {text!r}: a variable is named twice in ({names})"
        raise DataError(msg)
    return tuple(columns)

"""From text to a tree of nodes, by the grammar of ``grammar.lark``; imported, and lark with it, by the first formula."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lark import Lark, Token, Transformer, UnexpectedToken, v_args

from umva.errors import FormulaError
from umva.formula.functions import CONSTANTS, FUNCTIONS
from umva.formula.lexer import BranchLexer
from umva.formula.nodes import Branch, Call, Constant, Element, Entry, Equality, Node, Operation, Text
from umva.formula.places import MisplacedError, pointed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parse"]

_CLOSING = {"RPAR": ")", "RSQB": "]", "COLON": ":"}
_SPELLINGS = {"**": "^", "=<": "<=", "=>": ">="}


def parse(text: str, names: Sequence[str]) -> Node:
    """Return the tree of an expression.

    Parameters
    ----------
    text
        The expression.
    names
        The branches that there are.

    Raises
    ------
    FormulaError
        The expression cannot be understood; the message points at the place.
    ColumnError
        A name in it is no branch.

    Examples
    --------
    >>> parse("x + 1", ["x"])
    Operation(symbol='+', operands=(Branch(name='x'), Constant(number=1.0)))
    """
    try:
        tree: Node = _parser().parse((text, names))  # type: ignore[assignment]
    except UnexpectedToken as error:
        msg = _unexpected(error, text)
        raise FormulaError(msg) from None
    except MisplacedError as error:
        msg = pointed(error.message, text, error.position, width=error.width)
        raise FormulaError(msg) from None
    return tree


@cache
def _parser() -> Lark:
    """Return the parser; the tree is built while it reads, so depth costs no recursion."""
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer=BranchLexer, transformer=_Builder())


def _unexpected(error: UnexpectedToken, text: str) -> str:
    """Return what is wrong with a token that cannot stand where it does."""
    token = error.token
    if token.type == "$END":
        missing = next((sign for kind, sign in _CLOSING.items() if kind in error.expected), None)
        message = f"a {missing!r} is missing" if missing else "the expression ends where a value is expected"
        return pointed(message, text, len(text))
    if "BRANCH" in error.expected:
        message = f"{str(token)!r} cannot stand here: a value is expected"
    elif token.type == "COMPARE":
        message = "comparisons cannot be chained: write a < b && b < c, or use parentheses"
    else:
        message = f"{str(token)!r} cannot stand here: an operator or the end is expected"
    return pointed(message, text, token.start_pos or 0, width=len(token))


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """What each rule of the grammar becomes."""

    def number(self, token: Token) -> Node:
        return Constant(float(int(token, 16) if token[:2].lower() == "0x" else token))

    def constant(self, token: Token) -> Node:
        return Constant(CONSTANTS[token])

    def text(self, token: Token) -> Node:
        return Text(str(token)[1:-1])

    def entry(self, _token: Token) -> Node:
        return Entry()

    def branch(self, token: Token) -> Node:
        return Branch(str(token))

    def element(self, token: Token, *indices: Node) -> Node:
        return Element(Branch(str(token)), indices)

    def size(self, token: Token, _size: Token) -> Node:
        return Call("Length$", (Branch(str(token)),))

    def unary(self, sign: Token, operand: Node) -> Node:
        return Operation(str(sign) if sign == "!" else f"unary {sign}", (operand,))

    def binary(self, left: Node, sign: Token, right: Node) -> Node:
        symbol = _SPELLINGS.get(sign, str(sign))
        if symbol in {"==", "!="} and isinstance(left, Text | Branch) and isinstance(right, Text | Branch):
            return Equality(symbol, left, right)
        if isinstance(left, Text) or isinstance(right, Text):
            message = "text can only be compared (== or !=) with a branch"
            raise MisplacedError(message, sign.start_pos or 0, len(sign))
        return Operation(symbol, (left, right))

    def choose(self, condition: Node, yes: Node, no: Node) -> Node:
        return Operation("?:", (condition, yes, no))

    def cast(self, kind: Token, operand: Node) -> Node:
        return Call(kind.strip("() \t\n").split()[-1] if "unsigned" not in kind else "unsigned", (operand,))

    def call(self, token: Token, *arguments: Node) -> Node:
        name = token.removeprefix("std::")
        function = FUNCTIONS[name]
        if not function.least <= len(arguments) <= function.most:
            message = f"{name} takes {function.arity}, not {len(arguments)}"
            raise MisplacedError(message, token.start_pos or 0, len(token))
        return Call(name, arguments)

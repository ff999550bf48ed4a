"""The documentation of a method as text: what it is, what it takes, its options with their names in TMVA."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from umva.methods.options import declared

if TYPE_CHECKING:
    from umva.methods.base import Method
    from umva.methods.options import Option

__all__ = ["document"]


def document(method: type[Method]) -> str:
    """Return the documentation of a method for a terminal.

    Examples
    --------
    >>> from umva.methods import get
    >>> print(document(get("BDT")))
    BDT: Boosted decision trees: ...
      n_trees (TMVA: NTrees)
          number of trees
          int, default 800; at least 1
    ...
    """
    prose = inspect.cleandoc(method.__doc__ or "").partition("\nExamples\n")[0].replace("``", "").rstrip()
    can = vars(method.capabilities)
    yes, no = ([key.replace("_", " ") for key, value in can.items() if value is wanted] for wanted in (True, False))
    lines = [f"{method.name}: {prose}", ""]
    lines += [f"Takes {', '.join(yes) or 'nothing special'}; does not take {', '.join(no) or 'less'}."]
    lines += [f"Input transformation unless another is given: {method.transform}", ""]
    options = declared(method)
    lines += [_option(each) for each in options] or ["It has no options."]
    refused = [(*key.partition("=")[::2], reason) for key, reason in method.refused.items()]
    lines += [_refusal(key, harmless, reason) for key, harmless, reason in refused if harmless != "*"]
    return "\n".join(lines)


def _option(each: Option) -> str:
    tmva = f" (TMVA: {each.tmva})" if each.tmva else ""
    limits = [f"one of {', '.join(each.choices)}"] if each.choices else []
    limits += [f"at least {each.low:g}"] if each.low is not None else []
    limits += [f"at most {each.high:g}"] if each.high is not None else []
    details = "; ".join([f"{each.type_name}, default {each.default!r}", *limits])
    return f"  {each.name}{tmva}\n      {each.help}\n      {details}"


def _refusal(key: str, harmless: str, reason: str) -> str:
    but = f" but as {harmless}" if harmless else ""
    return f"  TMVA's {key} is not honoured{but}: {reason}"

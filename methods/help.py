"""The documentation of a method as text: what it is, what it can do, its options with their names in TMVA."""

from __future__ import annotations

import inspect
import re
import sys
from typing import TYPE_CHECKING

from umva.methods.options import declared

if TYPE_CHECKING:
    from umva.methods.base import Method
    from umva.methods.options import Option

__all__ = ["abilities", "advice", "document", "family", "install_hint"]


def family(method: type[Method]) -> str:
    """Return the title of the family that a method belongs to: the first words about its module.

    Examples
    --------
    >>> from umva.methods import get
    >>> family(get("BDT"))
    'Boosted decision trees'
    """
    first = (sys.modules[method.__module__].__doc__ or "").partition("\n")[0]
    return re.split(r"[:,.]", first)[0]


def advice(method: type[Method]) -> str:
    """Return the sentence of its documentation that says when to use a method, empty if there is none.

    Examples
    --------
    >>> from umva.methods import get
    >>> advice(get("Fisher")).startswith("Use it as the reference")
    True
    """
    found = re.search(r"Use it\b.*?[.](?=\s|$)", inspect.cleandoc(method.__doc__ or ""), re.DOTALL)
    return " ".join(_plain(found[0]).split()) if found else ""


def abilities(method: type[Method]) -> dict[str, str]:
    """Return what a method can do, in a word or two each; empty for what it cannot.

    ``classes``, ``targets``: how many it takes. ``weights``: whether integer weights are repetitions of events, exactly or
    nearly. ``negative weights``, ``missing values``, ``validation``, ``spectators``: whether it uses them, the spectators in the
    training alone or as further inputs.

    Examples
    --------
    >>> from umva.methods import get
    >>> abilities(get("Fisher"))["classes"], abilities(get("Fisher"))["weights"]
    ('2', 'exactly')
    """
    can = method.capabilities
    classes = "any" if "multiclass" in can.tasks else "2" if "classification" in can.tasks else ""
    targets = ("any" if can.several_targets else "1") if "regression" in can.tasks else ""
    weights = ("exactly" if method.repetition.exact else "nearly") if can.weights else ""
    flags = ("negative_weights", "missing_values", "validation")
    yes = {each.replace("_", " "): "yes" if getattr(can, each) else "" for each in flags}
    spectators = "yes" if can.spectators else "as inputs" if can.spectators_as_inputs else ""
    classes = classes if can.supervised else "1"
    return {"classes": classes, "targets": targets, "weights": weights, **yes, "spectators": spectators}


def install_hint(method: type[Method]) -> str:
    """Return what to install before a method can be used, empty if nothing is missing."""
    missing = method.missing()
    extras = ",".join(sorted(set(missing.values())))
    return f"needs {', '.join(missing)}: pip install 'umva[{extras}]'" if missing else ""


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
    prose = inspect.cleandoc(method.__doc__ or "").partition("\nExamples\n")[0].rstrip()
    lines = [f"{method.name}: {_plain(prose)}", ""]
    lines += [f"{key.capitalize()}: {value or 'no'}" for key, value in abilities(method).items()]
    lines += [f"Installed: no, it {hint}"] if (hint := install_hint(method)) else []
    lines += [f"Input transformation unless another is given: {method.transform}", ""]
    options = declared(method)
    lines += [_option(each) for each in options] or ["It has no options."]
    refused = [(*key.partition("=")[::2], reason) for key, reason in method.refused.items()]
    lines += [_refusal(key, harmless, reason) for key, harmless, reason in refused if harmless != "*"]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return prose without the marks of the documentation's language."""
    return re.sub(r":\w+:`([^`]*)`", r"\1", text).replace("``", "")


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

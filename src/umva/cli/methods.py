"""``umva methods``: which methods there are, and their options."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from umva.methods import Method, Option

__all__ = ["methods"]


@click.command()
@click.argument("name", required=False)
@click.option("--names", is_flag=True, help="Print the names alone, on one line.")
def methods(name: str | None, *, names: bool) -> None:
    """List the methods, or document the method NAME with its options."""
    from umva.methods import available, get

    if names:
        click.echo(" ".join(available()))
    elif name is None:
        width = max(map(len, available()))
        for each in available():
            click.echo(f"{each:<{width}}  {get(each).summary()}")
        click.echo("\n'umva methods NAME' documents one. Any scikit-learn classifier or Keras model can be booked too.")
    else:
        _document(get(name))


def _document(method: type[Method]) -> None:
    """Print a method's documentation, capabilities and options."""
    from umva.methods import declared

    click.echo(f"{method.name}: {inspect.cleandoc(method.__doc__ or '')}\n")
    can = method.capabilities
    yes = [each.replace("_", " ") for each, value in vars(can).items() if value]
    no = [each.replace("_", " ") for each, value in vars(can).items() if not value]
    click.echo(f"Takes {', '.join(yes) or 'nothing special'}; does not take {', '.join(no) or 'less'}.")
    click.echo(f"Input transformation unless another is given: {method.transform}\n")
    options = declared(method)
    if not options:
        click.echo("It has no options.")
    for each in options:
        click.echo(_option(each))
    for key, reason in method.refused.items():
        click.echo(f"  {key}: not honoured, {reason}")


def _option(each: Option) -> str:
    tmva = f" (TMVA: {each.tmva})" if each.tmva else ""
    limits = [f"one of {', '.join(each.choices)}"] if each.choices else []
    limits += [f"at least {each.low:g}"] if each.low is not None else []
    limits += [f"at most {each.high:g}"] if each.high is not None else []
    details = "; ".join([f"{each.type_name}, default {each.default!r}", *limits])
    return f"  {each.name}{tmva}\n      {each.help}\n      {details}"

"""The ``umva`` command: its subcommands, and one clear line with exit status 2 for whatever a user can mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from umva import __version__
from umva.cli.apply import apply
from umva.cli.compare import compare
from umva.cli.demo import demo
from umva.cli.inspect import inspect
from umva.cli.methods import methods
from umva.cli.report import report
from umva.errors import UmvaError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="umva")
def _umva() -> None:
    """Compare methods on equal terms, for classes or targets: train many methods on one sample and send one report."""


for _command in (demo, compare, report, apply, methods, inspect):
    _umva.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 2 for bad input, 1 if no method could be trained, 3 for a warning under ``--strict``.

    Parameters
    ----------
    arguments
        What follows ``umva``; None takes it from the shell.

    Examples
    --------
    >>> main(["methods", "--names"])
    Autoencoder BDT ...
    0
    """
    try:
        status = _umva.main(args=arguments, prog_name="umva", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 0
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        hint = f" (see {context.command_path} --help)" if context else ""
        click.echo(f"umva: error: {error.format_message()}{hint}", err=True)
        return 2
    except UmvaError as error:
        click.echo(f"umva: error: {error}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("umva: interrupted; the same command resumes where it stopped", err=True)
        return _INTERRUPTED
    return status if isinstance(status, int) else 0

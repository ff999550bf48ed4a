"""``python -m umva.testing Fisher KNN``: run the suite on registered methods, by default on all."""

from __future__ import annotations

import sys

import click

from umva.errors import UnknownMethodError
from umva.methods import available
from umva.testing import run

__all__ = ["main"]


@click.command(help="Run the conformance suite on methods, by default on all that are registered.")
@click.argument("methods", nargs=-1)
def main(methods: tuple[str, ...]) -> None:
    """Write one line a check, and exit with 1 if any failed."""
    failed = False
    for name in methods or available():
        try:
            outcomes = run(name)
        except UnknownMethodError as error:
            raise click.ClickException(str(error)) from error
        for each in outcomes:
            failed |= each.status == "failed"
            click.echo(
                f"{each.method:<16} {each.task or 'any':<15} {each.check:<20} {each.status:<15} {each.message}".rstrip()
            )
    sys.exit(failed)


if __name__ == "__main__":
    main()

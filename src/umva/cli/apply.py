"""``umva apply``: add the scores of trained models to a file's events, as a friend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from umva.errors import RunError

if TYPE_CHECKING:
    from umva.factory.data.friend import FriendWriter
    from umva.factory.data.sources import Source
    from umva.factory.model import Application

__all__ = ["apply"]


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="A .root or .h5 file.")
@click.option("--tree", default="umva", show_default=True, help="Name of the tree or group that is written.")
def apply(model: Path, inputs: tuple[str, ...], output: Path, tree: str) -> None:
    """Score the events of INPUT with MODEL and write them as a friend tree or HDF5 group.

    MODEL is the folder of a trained model, or a run folder: all its models then. The output has one entry for each entry of
    the inputs, in their order, whatever cuts the training had; an event that a model cannot score has NaN. A model that was
    booked with response_pdfs has two more columns, NAME_probability and NAME_rarity. A file of that name is replaced.
    """
    from umva.factory import load_run
    from umva.factory.data.friend import open_friend

    output = output.expanduser()
    models = load_run(model)
    per_source = list(zip(*(each.applications(list(inputs)) for each in models), strict=True))
    _check_output(output, [applications[0].source for applications in per_source])
    with open_friend(output, tree=tree) as friend:
        friend.append({name: [] for each in models for name in each.columns})  # no events make a tree without entries
        for applications in per_source:
            _append(friend, applications)
    click.echo(f"{output}: {', '.join(each.name for each in models)} for {friend.n_events} events in {tree!r}")


def _check_output(output: Path, sources: list[Source]) -> None:
    """Refuse to write over a file that is read."""
    for source in sources:
        if source.path is not None and output.exists() and output.samefile(source.path):
            msg = f"{output} cannot be written: it is one of the inputs; the scores go to a file of their own"
            raise RunError(msg)


def _append(friend: FriendWriter, applications: tuple[Application, ...]) -> None:
    """Write the scores of one source, chunk by chunk, each branch read once for all models."""
    branches = list(dict.fromkeys(branch for each in applications for branch in each.branches))
    for chunk in applications[0].source.chunks(branches):
        friend.append({name: column for each in applications for name, column in each.columns(chunk).items()})

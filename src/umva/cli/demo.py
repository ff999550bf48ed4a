"""``umva demo``: the whole way on events of its own making."""

from __future__ import annotations

from pathlib import Path

import click

from umva.cli.parameters import SEED
from umva.cli.show import run_and_show

__all__ = ["demo"]


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("umva-demo"), show_default=True, metavar="DIR")
@click.option("--events", type=click.IntRange(200), default=8000, show_default=True, help="Events of each class.")
@click.option("--seed", type=SEED, default=1, show_default=True)
@click.option("--fresh", is_flag=True, help="Train all methods again instead of resuming.")
def demo(out: Path, events: int, seed: int, *, fresh: bool) -> None:
    """Make a sample of H -> bb and its background, write it as ROOT and HDF5, and compare all methods on it."""
    from umva.cli.analysis import Analysis, SampleEntry
    from umva.errors import RunError
    from umva.toys import VARIABLES, higgs_to_bb, write_hdf5, write_root

    signal, background = higgs_to_bb(events, seed=seed)
    root, hdf5 = out / "events.root", out / "events.h5"
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_root(root, {"signal": signal, "background": background})
        write_hdf5(hdf5, {"signal": signal, "background": background})
    except OSError as error:
        msg = f"{out}: cannot write the sample there ({error.strerror})"
        raise RunError(msg) from error
    click.echo(f"Sample: {root} and {hdf5}, trees (groups) signal and background, {events} events each")
    analysis = Analysis(
        title="H → bb demonstration",
        output=out,
        seed=seed,
        variables=VARIABLES,
        spectators=("n_vertices",),
        weight="weight",
        cut="pt_bb > 15 && met > 5",
        split={"train": 0.5, "validation": 0.1},
        samples=tuple(SampleEntry(f"{root}:{label}", label) for label in ("signal", "background")),
    )
    run_and_show(analysis.factory(), out, resume=not fresh)

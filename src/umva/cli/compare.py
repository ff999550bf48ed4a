"""``umva compare``: from files to the comparison report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from umva.cli.analysis import Analysis, MethodEntry, SampleEntry
from umva.cli.pages import page_flags
from umva.cli.parameters import SEED
from umva.cli.show import run_and_show
from umva.cli.toml import read_analysis
from umva.factory.data.declaration import REGRESSION
from umva.factory.data.lists import items
from umva.factory.negative_weights import POLICIES
from umva.methods.problem import TASKS
from umva.reports.measures.merit import MERITS

__all__ = ["compare"]


def _amount(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | float | None:
    """Read a number of events, or a fraction of them."""
    if value is None:
        return None
    try:
        number = float(value)
        return int(number) if number >= 1 and number == int(number) else number
    except (ValueError, OverflowError) as error:
        msg = f"{value!r} is neither a number of events nor a fraction"
        raise click.BadParameter(msg) from error


def _numbers(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[float, ...] | None:
    """Read numbers, ``nan`` among them."""
    if value is None:
        return None
    try:
        return tuple(float(each) for each in items(value) if each)
    except ValueError as error:
        msg = f"{value!r} is no list of numbers: -999,nan"
        raise click.BadParameter(msg) from error


def _expected(_context: click.Context, _parameter: click.Parameter, value: str | None) -> dict[str, float] | None:
    """Read expected numbers of events by class."""
    if value is None:
        return None
    try:
        pairs = (each.rpartition("=") for each in items(value) if each)
        return {label.strip(): float(number) for label, _, number in pairs}
    except ValueError as error:
        msg = f"{value!r} is no list of numbers by class: signal=100,background=1e4"
        raise click.BadParameter(msg) from error


def _labelled(_context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]) -> tuple[SampleEntry, ...]:
    """Read samples with the label of their class."""
    samples = []
    for each in value:
        label, found, source = each.partition("=")
        if not (label and found and source):
            msg = f"{each!r} names no class: LABEL=FILE:TREE"
            raise click.BadParameter(msg)
        samples.append(SampleEntry(source=source, label=label))
    return tuple(samples)


@click.command()
@click.argument("analysis", required=False, type=click.Path(path_type=Path))
@click.option("--signal", multiple=True, metavar="FILE:TREE", help="Signal events; may be repeated.")
@click.option("--background", multiple=True, metavar="FILE:TREE", help="Background events; may be repeated.")
@click.option(
    "--class",
    "classes",
    multiple=True,
    callback=_labelled,
    metavar="LABEL=FILE:TREE",
    help="Events of one of several classes; may be repeated.",
)
@click.option("--sample", multiple=True, metavar="FILE:TREE", help="Events of a regression; may be repeated.")
@click.option(
    "--target", "targets", multiple=True, metavar="EXPR", help="What a regression estimates; may be repeated."
)
@click.option("--variables", metavar="LIST", help='Inputs: a,b,"c := d/e".')
@click.option("--spectators", metavar="LIST", help="Quantities that travel along untrained.")
@click.option("--weight", metavar="EXPR", help="Event weight.")
@click.option("--cut", metavar="EXPR", help="Events to keep.")
@click.option("--methods", metavar="LIST", help="Methods to compare: Fisher,BDT,...; 'umva methods' lists them.")
@click.option("--train", callback=_amount, metavar="N|FRACTION", help="Training events.  [default: half]")
@click.option("--validation", callback=_amount, metavar="N|FRACTION", help="Validation events.  [default: none]")
@click.option("--test", callback=_amount, metavar="N|FRACTION", help="Test events.  [default: the rest]")
@click.option("--luminosity", type=float, metavar="L", help="In 1/pb, for samples with a cross-section in the file.")
@click.option(
    "--expect", callback=_expected, metavar="LIST", help="Expected numbers of events: signal=100,background=1e4."
)
@click.option("--background-uncertainty", type=float, metavar="U", help="Of the expected background, as a share of it.")
@click.option("--merit", type=click.Choice(MERITS), help="What is largest at the working points.  [default: Asimov]")
@click.option("--transform", metavar="CHAIN", help='Input transformations of all methods: "G,D"; "I" for none.')
@click.option(
    "--missing", callback=_numbers, metavar="LIST", help="Values that mean a missing input, -999; nan: NaN alone."
)
@click.option(
    "--negative-weights", type=click.Choice(POLICIES), help="In the training.  [default: keep, or ignore if it must]"
)
@click.option("--task", type=click.Choice(TASKS), help="To be held to it.  [default: follows from classes and targets]")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Run folder.  [default: out]")
@click.option("--title", help="Title of the report.")
@click.option("--seed", type=SEED, help="Seed of everything random but the split.  [default: 1]")
@click.option("--split-seed", type=int, help="Seed of the split, as TMVA's SplitSeed.  [default: 100]")
@click.option("--mute", metavar="LIST", help="Codes of checks that you know of: COR001,WGT.")
@click.option("--leave-one-out", is_flag=True, default=None, help="Train all methods again without each variable.")
@click.option(
    "--learning-curve", is_flag=True, default=None, help="Train all methods again on 1/8, 1/4, 1/2 of the events."
)
@click.option("--strict", is_flag=True, help="Exit with status 3 if a check warns that is not muted.")
@page_flags
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Cores to use.  [default: all]")
@click.option("--fresh", is_flag=True, help="Train all methods again instead of resuming.")
def compare(analysis: Path | None, *, fresh: bool, jobs: int | None, strict: bool, **flags: Any) -> None:
    """Train methods on the same events and write the report.

    Everything can be said by flags or in a TOML file ANALYSIS; flags go before the file. Sizes of the training, validation
    and test parts hold for each class: N events, or a FRACTION (below 1) of all that pass the cuts. The validation part is
    for methods that stop early; it is taken from neither of the others. Three tasks: --signal against --background, one
    --class for each of several classes, or a regression: --sample and --target.
    """
    declared = _with_flags(read_analysis(analysis) if analysis else Analysis(), flags)
    declared.report.require()
    factory = declared.factory(n_jobs=jobs)
    run_and_show(
        factory, declared.output, pages=declared.report, resume=not fresh, strict=strict, studies=declared.studies
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(filter(None, items(text)))


def _with_flags(declared: Analysis, flags: dict[str, Any]) -> Analysis:
    """Return the analysis with what the flags say put in place."""
    report = declared.report.with_flags(flags)
    given = {key: value for key, value in flags.items() if value is not None and value != ()}
    samples = list(given.pop("classes", ()))
    for key, label in (("signal", "signal"), ("background", "background"), ("sample", REGRESSION)):
        samples += [SampleEntry(source=each, label=label) for each in given.pop(key, ())]
    replaced = {each.label for each in samples}
    given["samples"] = (*(each for each in declared.samples if each.label not in replaced), *samples)
    for key in ("variables", "spectators", "mute"):
        if key in given:
            given[key] = _list(given[key])
    if "methods" in given:
        given["methods"] = tuple(MethodEntry(name=each, method=each) for each in _list(given["methods"]))
    if "out" in given:
        given["output"] = given.pop("out")
    said = {key: given.pop(key) for key in ("background_uncertainty", "merit") if key in given}
    given["expect"] = {**declared.expect, **given.pop("expect", {}), **said}
    split: dict[str, Any] = {key: given.pop(key) for key in ("train", "validation", "test") if key in given}
    if "split_seed" in given:
        split["seed"] = given.pop("split_seed")
    return declared.replaced(split={**declared.split, **split}, report=report, **given)

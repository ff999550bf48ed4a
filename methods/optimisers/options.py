"""TMVA's options of the optimisers, for the methods that fit with them; one class of options an optimiser.

A method takes those it offers as further base classes and hands itself over as the optimiser's ``options``. Two keys stand
in several of TMVA's tables: ``Seed`` (GA, MC) and ``MaxCalls`` (SA, MINUIT); each is one option here.
"""

from __future__ import annotations

from dataclasses import dataclass

from umva.methods.options import option

__all__ = [
    "COOLING",
    "AnnealingOptions",
    "GeneticOptions",
    "LimitedOptions",
    "MonteCarloOptions",
    "SearchOptions",
    "SeededOptions",
]

COOLING = ("IncAdaptive", "DecAdaptive", "Sqrt", "Log", "Sin", "Homo", "Geo")


@dataclass(kw_only=True, eq=False)
class SeededOptions:
    """The seed of an optimiser."""

    optimiser_seed: int | None = option(
        None,
        tmva="Seed",
        low=1,
        help="seed of the optimiser; None: the training's (TMVA's 0, the clock, is not offered)",
    )


@dataclass(kw_only=True, eq=False)
class LimitedOptions:
    """How often an optimiser may try."""

    max_calls: int | None = option(
        None, tmva="MaxCalls", low=1, help="most calls of the objective; None: 100000 in annealing, MINUIT's own limit"
    )


@dataclass(kw_only=True, eq=False)
class GeneticOptions(SeededOptions):
    """Options of the genetic algorithm, TMVA's fitter GA."""

    population: int = option(300, tmva="PopSize", low=4, help="genetic algorithm: individuals of a generation")
    generations: int = option(
        40, tmva="Steps", low=1, help="genetic algorithm: generations without improvement before a cycle ends"
    )
    cycles: int = option(3, tmva="Cycles", low=1, help="genetic algorithm: populations grown one after another")
    spread_window: int = option(
        10, tmva="SC_steps", low=1, help="genetic algorithm: generations over which improvements are counted"
    )
    spread_rate: int = option(
        5, tmva="SC_rate", low=0, help="genetic algorithm: improvements among them above which mutations grow wider"
    )
    spread_factor: float = option(
        0.95, tmva="SC_factor", low=0.01, high=1.0, help="genetic algorithm: by what their width then changes"
    )
    least_gain: float = option(
        0.001, tmva="ConvCrit", low=0.0, help="genetic algorithm: a fall of the objective that is an improvement"
    )
    kept_of_generation: int = option(
        1, tmva="SaveBestGen", low=0, help="genetic algorithm: best of each generation that join the last cycle"
    )
    kept_of_cycle: int = option(
        10, tmva="SaveBestCycle", low=0, help="genetic algorithm: best of each cycle that join the last cycle"
    )
    trim: bool = option(
        False,
        tmva="Trim",
        help="genetic algorithm: cut the last cycle, once others join, back to the size of a population",
    )


@dataclass(kw_only=True, eq=False)
class AnnealingOptions(SeededOptions, LimitedOptions):
    """Options of simulated annealing, TMVA's fitter SA."""

    initial_temperature: float = option(
        1e6, tmva="InitialTemp", low=0.0, help="annealing: first temperature, unless it rises (IncAdaptive)"
    )
    min_temperature: float = option(1e-6, tmva="MinTemp", low=1e-300, help="annealing: least temperature")
    temperature_eps: float = option(
        1e-10,
        tmva="Eps",
        low=0.0,
        help="annealing: values that differ by less are equal; below it nothing worse is taken",
    )
    temperature_scale: float = option(
        1.0, tmva="TempScale", low=0.0, help="annealing: factor in the temperature's course"
    )
    adaptive_speed: float = option(
        1.0, tmva="AdaptiveSpeed", low=0.0, help="annealing: how fast the temperature rises in IncAdaptive"
    )
    temperature_step: float = option(
        0.009875, tmva="TempAdaptiveStep", low=0.0, help="annealing: step of the search for the first temperature"
    )
    default_scale: bool = option(
        False, tmva="UseDefaultScale", help="annealing: choose temperature_scale for the cooling and the parameters"
    )
    default_temperature: bool = option(
        False, tmva="UseDefaultTemp", help="annealing: choose the first temperature for the objective"
    )
    cooling: str = option(
        "IncAdaptive", tmva="KernelTemp", choices=COOLING, help="annealing: course of the temperature"
    )


@dataclass(kw_only=True, eq=False)
class MonteCarloOptions(SeededOptions):
    """Options of random sampling, TMVA's fitter MC."""

    sample_size: int = option(100000, tmva="SampleSize", low=1, help="Monte Carlo: points to try")
    sigma: float = option(
        -1.0,
        tmva="Sigma",
        help="Monte Carlo: if positive, width of a Gaussian around the best point, in units of the range",
    )


@dataclass(kw_only=True, eq=False)
class SearchOptions(GeneticOptions, AnnealingOptions, MonteCarloOptions):
    """Options of the optimisers that need no derivative: GA, SA and MC."""

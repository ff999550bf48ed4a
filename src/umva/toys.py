"""Physics-like events for demonstrations and tests: a Higgs boson decaying to b quarks beside a W, against its background.

Nothing here is a simulation of a detector; it has what makes such samples interesting: a resonance on a falling spectrum,
correlated kinematics, integer and bounded inputs, tails, and event weights of which some are negative, as from a generator at
next-to-leading order.

>>> signal, background = higgs_to_bb(1000, seed=1)
>>> sorted(signal)[:4]
['btag1', 'btag2', 'dr_bb', 'ht']
>>> bool((signal["weight"] < 0).any())
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["VARIABLES", "higgs_to_bb", "write_hdf5", "write_root"]

Columns = dict[str, "NDArray[np.generic]"]

VARIABLES = ("m_bb", "pt_bb", "dr_bb", "log_mt := log(mt_w)", "met/ht", "btag1 + btag2", "n_jets")
"""Inputs that a demonstration books, formulas among them."""

_NEGATIVE_SHARE = 0.06


def higgs_to_bb(n_events: int, *, seed: int) -> tuple[Columns, Columns]:
    """Return signal and background events, ``n_events`` each, as columns.

    Parameters
    ----------
    n_events
        Events of each class.
    seed
        Seed of the generator.

    Returns
    -------
    Masses, transverse momenta and energies in GeV (float32), ``n_jets`` and ``n_vertices`` (int32), ``weight`` (float64).
    """
    rng = np.random.default_rng(seed)
    return _events(rng, n_events, is_signal=True), _events(rng, n_events, is_signal=False)


def _events(rng: np.random.Generator, n: int, *, is_signal: bool) -> Columns:
    """Return events of one class: a pair of b jets from a boson or a falling spectrum, a W, further jets."""
    mass = rng.normal(125.0, 0.1, n) if is_signal else 30 + rng.gamma(1.7, 50.0, n)
    pt = rng.gamma(2.4 if is_signal else 2.0, 45.0, n) + 10
    share = rng.beta(2.2, 2.2, n) if is_signal else rng.beta(1.7, 1.9, n)
    opening = mass / np.sqrt(np.clip(share * (1 - share), 0.02, None)) / np.hypot(pt, 60)
    smear = np.exp(rng.normal(-0.02, 0.2, (2, n)))
    m_bb = mass * np.sqrt(smear[0] * smear[1])
    mt_w = np.abs(rng.normal(70, 22, n)) if is_signal else np.abs(rng.normal(66, 32, n))
    n_jets = rng.poisson(0.9 if is_signal else 1.4, n) + 2
    met = rng.gamma(2.0, 25.0 if is_signal else 28.0, n) + 0.15 * pt
    ht = pt * (1.1 + 0.2 * rng.random(n)) + (n_jets - 2) * rng.gamma(2.0, 30.0, n) + 60
    tag = (4.5, 1.8) if is_signal else (3.6, 1.9)
    negative = rng.random(n) < _NEGATIVE_SHARE
    floats = {
        "m_bb": m_bb,
        "pt_bb": pt * np.sqrt(smear[0] * smear[1]),
        "dr_bb": 0.4 + np.pi * np.tanh(opening * np.exp(rng.normal(0, 0.12, n)) / np.pi),
        "mt_w": mt_w + 1,
        "met": met,
        "ht": ht,
        "btag1": rng.beta(*tag, n),
        "btag2": rng.beta(*tag, n),
    }
    columns: Columns = {key: value.astype(np.float32) for key, value in floats.items()}
    columns["n_jets"] = n_jets.astype(np.int32)
    columns["n_vertices"] = rng.poisson(35, n).astype(np.int32)
    columns["weight"] = np.where(negative, -1.0, 1.0) * np.exp(rng.normal(0, 0.25, n))
    return columns


def write_root(path: Path, trees: dict[str, Columns]) -> None:
    """Write columns as TTrees of a ROOT file."""
    import uproot

    with uproot.recreate(path) as file:
        for name, columns in trees.items():
            tree = file.mktree(name, {key: value.dtype for key, value in columns.items()})
            tree.extend(columns)


def write_hdf5(path: Path, groups: dict[str, Columns]) -> None:
    """Write columns as groups of an HDF5 file, one dataset a column."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, columns in groups.items():
            group = file.create_group(name)
            for key, value in columns.items():
                group.create_dataset(key, data=value, compression="gzip", compression_opts=1)

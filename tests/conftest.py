"""What all tests share: where the real samples are, and toy events in files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from umva import DataLoader
from umva.toys import higgs_to_bb, write_hdf5, write_root

settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.load_profile("reproducible")

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real samples where they are absent."""
    if SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason=f"no folder {SHARED.name} beside the repository")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real samples and of TMVA's answers; tests that use it are marked ``shared``."""
    return SHARED


@pytest.fixture(scope="session")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``toys.root`` and ``toys.h5``: 600 + 600 events in ``signal`` and ``background``."""
    folder = tmp_path_factory.mktemp("toys")
    signal, background = higgs_to_bb(600, seed=3)
    write_root(folder / "toys.root", {"signal": signal, "background": background})
    write_hdf5(folder / "toys.h5", {"signal": signal, "background": background})
    return folder


@pytest.fixture
def loader(toys: Path) -> DataLoader:
    """Return a loader of the toy events with five variables, a spectator, weights and a cut."""
    loader = DataLoader("toys").add_variables(["m_bb", "pt_bb", "dr_bb", "met/ht", "btags := btag1 + btag2"])
    for label in ("signal", "background"):
        loader.add_sample(f"{toys / 'toys.root'}:{label}", label=label)
    return loader.add_spectator("n_vertices").set_weight("weight").cut("pt_bb > 15").split(train=0.5)

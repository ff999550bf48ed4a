"""What all tests share: where the real samples are, and skipping where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

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

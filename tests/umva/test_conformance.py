"""All registered methods pass the conformance suite."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

import umva.testing
from umva.methods import available, get
from umva.testing.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SLOW = {"Autoencoder", "DL", "DNN", "GaussianProcess", "LinearSVM", "Stacking", "Voting"}
"""Methods that take a second or more to train on anything, such as networks, which are compiled first."""


@umva.testing.parametrize([each for each in available() if each not in SLOW])
def test_method(check: Callable[[], None]) -> None:
    check()


@umva.testing.parametrize(sorted(SLOW), checks=["documented", "options", "saved"])
def test_slow_method(check: Callable[[], None]) -> None:
    check()


@pytest.mark.slow
@umva.testing.parametrize(sorted(SLOW))
def test_slow_method_to_the_end(check: Callable[[], None]) -> None:
    check()


ELSEWHERE = """
import sys
import numpy as np
from umva.methods import available
from umva.methods import get
from umva.testing.trial import Trial
trials = [Trial(get(name), task) for name in sys.argv[2:] for task in get(name).capabilities.tasks]
np.savez(sys.argv[1], **{f"{each.name} {each.task}": each.score for each in trials})
"""


@pytest.mark.slow
def test_trainings_are_alike_in_another_process(tmp_path: Path) -> None:
    names = [each for each in available() if not get(each).missing() and not get(each).needs]
    subprocess.run([sys.executable, "-c", ELSEWHERE, str(tmp_path / "scores.npz"), *names], check=True)
    with np.load(tmp_path / "scores.npz") as elsewhere:
        for key in elsewhere:
            name, task = key.split()
            here = Trial(get(name), task).score
            tolerance = 1e-5 if name in SLOW else 0  # compiled sums may be taken in another order
            np.testing.assert_allclose(elsewhere[key], here, rtol=0, atol=tolerance * np.ptp(here), err_msg=key)

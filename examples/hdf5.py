"""From an HDF5 file and an analysis in TOML to the report and the scores: what ``umva compare`` and ``umva apply`` do."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from umva.cli import main
from umva.toys import higgs_to_bb, write_hdf5

signal, background = higgs_to_bb(3000, seed=7)
write_hdf5(Path("events.h5"), {"signal": signal, "background": background})
shutil.copy(Path(__file__).with_name("analysis.toml"), "analysis.toml")

sys.exit(
    main(["inspect", "events.h5"])
    or main(["compare", "analysis.toml"])
    or main(["apply", "toml-run", "events.h5:signal", "-o", "scores.h5"])
)

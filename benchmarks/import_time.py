"""How long ``import umva`` takes beyond starting Python, and which heavy packages it brings along: best of several.

Run it with ``python benchmarks/import_time.py``; the limit is half a second.
"""

from __future__ import annotations

import subprocess
import sys
import time

REPEATS = 7
LIMIT = 0.5
HEAVY = (
    "awkward",
    "h5py",
    "jax",
    "keras",
    "matplotlib",
    "numpy",
    "pandas",
    "scipy",
    "shap",
    "sklearn",
    "uproot",
    "xgboost",
)


def seconds(code: str) -> float:
    """Return the shortest time that Python takes to run some code."""
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    """Measure and report."""
    nothing = seconds("pass")
    for code in ("import umva", "import umva; umva.Factory; umva.DataLoader", "import umva; umva.available()"):
        print(f"{code:<48}{seconds(code) - nothing:6.2f} s  (limit for the first {LIMIT} s)")
        modules = f"{code}; import sys; print(*(each for each in {HEAVY} if each in sys.modules))"
        found = subprocess.run([sys.executable, "-c", modules], check=True, capture_output=True, text=True).stdout
        print(f"    brings along: {found.strip() or 'nothing heavy'}")


if __name__ == "__main__":
    main()

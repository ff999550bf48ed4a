"""Scripts as people write them: no guard, classes of their own, fed to the interpreter."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
    import sys
    from dataclasses import dataclass
    import numpy as np
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    import umva
    from umva.methods.wrapped import trust

    class Squares(TransformerMixin, BaseEstimator):
        def fit(self, X, y=None):
            self.n_ = X.shape[1]
            return self
        def transform(self, X):
            return np.hstack([X, X**2])

    @umva.register("Means")
    @dataclass(kw_only=True, eq=False)
    class Means(umva.Method):
        '''Difference of the class means.'''
        scale: float = umva.option(1.0, help="factor")
        state = ("slopes_",)
        def fit(self, train, validation=None, *, context=None):
            self.slopes_ = train.X[train.y == 1].mean(axis=0) - train.X[train.y == 0].mean(axis=0)
            return self
        def score(self, X):
            return self.scale * (X @ self.slopes_).astype(float)

    rng = np.random.default_rng(1)
    loader = umva.DataLoader().add_variables(["x", "y"])
    loader.add_sample({"x": rng.normal(1, 1, 300), "y": rng.normal(0, 1, 300)}, label="signal")
    loader.add_sample({"x": rng.normal(0, 1, 300), "y": rng.normal(1, 1, 300)}, label="background")
    factory = umva.Factory("script", sys.argv[1], n_jobs=int(sys.argv[2]))
    factory.book(loader, "Means")
    pipeline = make_pipeline(Squares(), LogisticRegression())
    try:
        factory.book(loader, pipeline, name="Own")
    except umva.UmvaError as error:
        assert "trust('__main__.Squares')" in str(error), error
    trust("__main__.Squares")
    factory.book(loader, pipeline, name="Own")
    results = factory.run()
    for name in ("Means", "Own"):
        assert results.methods[name].status == "ok", results.methods[name].reason
        assert results.methods[name].auc.test.value > 0.75
        umva.load(f"{sys.argv[1]}/methods/{name}").predict(np.zeros((2, 2), dtype="f4"))
"""


@pytest.mark.parametrize("n_jobs", ["1", "2"])
@pytest.mark.parametrize("fed", [False, True], ids=["file", "stdin"])
def test_script_without_guard(tmp_path: Path, n_jobs: str, *, fed: bool) -> None:
    text = textwrap.dedent(SCRIPT)
    script = tmp_path / "script.py"
    script.write_text(text)
    command = [sys.executable, "-" if fed else str(script), str(tmp_path / "run"), n_jobs]
    done = subprocess.run(command, input=text if fed else None, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

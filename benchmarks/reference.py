"""Every method of TMVA against TMVA itself: the same events, the same options, the same test events.

Run it with ``python benchmarks/reference.py FOLDER [--only MLP,BDT] [--seeds 3] [--write docs/reference_table.md]``, where
FOLDER holds what TMVA produced (``methods.json``, ``classification/train.csv`` ...). TMVA's own quality and times are read
from its log and ``timings.json``. A training is repeated with each seed; the first one in the process also loads compiled
code, so the time is that of the fastest.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from umva.errors import UmvaError
from umva.factory.booking import book
from umva.factory.data.normalise import normalise
from umva.methods import Context, Events, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROBLEMS = {
    "classification": Problem(),
    "multiclass": Problem(classes=("Signal", "bg0", "bg1", "bg2")),
    "regression": Problem(classes=(), targets=("fvalue",)),
}
AT_FAULT = {
    "classification": {"FDA_MT", "FDA_GAMT", "FDA_MCMT"},
    "multiclass": {"FDA_GA"},
    "regression": {"FDA_MT", "FDA_GAMT", "SVM"},
}
"""Trainings that fail in TMVA, by its own mistakes."""

QUICK = 2.0
"""Trainings that take less than so many seconds are timed once more."""


@dataclass(frozen=True)
class Sample:
    """Training and test events of one task, with training weights as the factory sets them.

    ``judged`` are the rows of the test events that TMVA's quality is known for: of several classes those of its responses.
    """

    task: str
    columns: tuple[str, ...]
    train: Events
    test: Events
    judged: NDArray[np.int64]


@dataclass(frozen=True)
class Row:
    """One method's comparison."""

    task: str
    title: str
    kind: str
    tmva: float
    ours: tuple[float, ...]
    tmva_s: float
    ours_s: float
    trouble: str = ""

    @property
    def mean(self) -> float:
        """Our quality, mean over the seeds."""
        return float(np.mean(self.ours)) if self.ours else np.nan

    @property
    def verdict(self) -> str:
        """Whether ours is as good."""
        if self.trouble:
            return self.trouble
        regression = self.task == "regression"
        margin = 0.01 * self.tmva if regression else 0.003
        gain = (self.tmva - self.mean) * (1 if regression else -1)
        told = "better" if gain > margin else "worse" if gain < -margin else "as good"
        if self.title in AT_FAULT[self.task]:
            told += ", TMVA at fault"
        return told + (f", {self.ours_s / self.tmva_s:.1f} times its time" if self.ours_s > 1.5 * self.tmva_s else "")


def events(frame: pd.DataFrame, columns: tuple[str, ...], problem: Problem) -> Events:
    """Return the events of one file."""
    X = np.ascontiguousarray(frame[list(columns)], dtype=np.float32)
    weight = frame["weight"].to_numpy(np.float64)
    if problem.targets:
        return Events(X, frame[list(problem.targets)].to_numpy(np.float64), weight, problem)
    index = frame["classID"].to_numpy(np.int8)  # TMVA counts from signal
    return Events(X, 1 - index if problem.task == "classification" else index, weight, problem)


def load(folder: Path, task: str) -> Sample:
    """Return the events of one task."""
    problem = PROBLEMS[task]
    frames = {part: pd.read_csv(folder / task / f"{part}.csv") for part in ("train", "test")}
    others = {"classID", "className", "spec1", "spec2", "weight", "tree_entry", *problem.targets}
    columns = tuple(each for each in frames["train"] if each not in others)
    train, test = (events(frames[part], columns, problem) for part in ("train", "test"))
    if problem.task != "regression":
        signal_first = 1 - train.y if problem.task == "classification" else train.y
        factors = np.array(
            normalise(
                train.weight,
                signal_first,
                np.arange(train.n_events),
                classes=problem.classes if len(problem.classes) > 2 else ("signal", "background"),
            )
        )
        train = replace(train, weight=train.weight * factors[signal_first])
    else:
        train = replace(train, weight=train.weight * train.n_events / train.weight.sum())
    judged = np.arange(test.n_events)
    if task == "multiclass":
        judged = pd.read_csv(folder / task / "inputs_and_responses.csv")["test_index"].to_numpy(np.int64)
    return Sample(task, columns, train, test, judged)


def quality(task: str, test: Events, score: NDArray[np.float64]) -> float:
    """Return the weighted AUC, the mean of one class against the rest, or the spread of the deviation."""
    if task == "classification":
        return float(roc_auc_score(test.y, score, sample_weight=test.weight))
    if task == "multiclass":
        classes = range(len(test.problem.classes))
        each = [roc_auc_score(test.y == k, score[:, k], sample_weight=test.weight) for k in classes]
        return float(np.mean(each))
    deviation = score[:, 0] - test.y[:, 0]
    bias = np.average(deviation, weights=test.weight)
    return float(np.sqrt(np.average((deviation - bias) ** 2, weights=test.weight)))


def of_tmva(folder: Path, sample: Sample) -> dict[str, float]:
    """Return the quality of TMVA's trainings: from its tables, of several classes from its responses to 500 events."""
    if sample.task == "multiclass":
        frame = pd.read_csv(folder / "multiclass" / "inputs_and_responses.csv")
        told = events(frame, sample.columns, sample.test.problem)
        titles = {each.partition(":")[0] for each in frame if ":" in each}
        answers = {each: [f"{each}:{label}" for label in told.problem.classes] for each in titles}
        return {title: quality(sample.task, told, frame[names].to_numpy()) for title, names in answers.items()}
    log = (folder / sample.task / "stdout.log").read_text(encoding="utf-8")
    number = r"[-+.\de]+"
    pattern = (
        rf": dataset +(\w+) +:(?: [\d.]+\(\d+\)){{3}} +({number})"
        if sample.task == "classification"
        else rf": dataset +(\w+) +: +{number} +{number} +({number}) +{number}  \|"
    )
    found = re.findall(pattern.replace(": [", ": +["), re.sub(r"(?<=\d)\)  +(?=\d)", ") ", log))
    told_of: dict[str, float] = {}
    for title, value in found:  # a table of the training events may follow
        told_of.setdefault(title, float(value))
    return told_of


def train(sample: Sample, each: dict[str, str], seed: int) -> tuple[float, float]:
    """Return the quality on the test events, and the seconds that training and all answers took."""
    booking = book("k" + each["type"], name=each["title"], options=each["options"], task=sample.task)
    booking = replace(booking, response_pdfs=None)  # which TMVA does not count among the time of the training
    booking.require(sample.train.problem)
    pipeline = booking.pipeline(sample.columns, sample.train.problem, missing=False)
    started = time.perf_counter()
    pipeline.fit(sample.train, context=Context(seed=seed, n_threads=2))
    pipeline.score(sample.train.X)
    score = pipeline.score(sample.test.X)
    elapsed = time.perf_counter() - started
    return quality(sample.task, sample.test.select(sample.judged), score[sample.judged]), elapsed


def compare(folder: Path, sample: Sample, each: dict[str, str], seeds: int, tmva: float) -> Row:
    """Return one method's row."""
    timings: dict[str, Any] = json.loads((folder / sample.task / "timings.json").read_text(encoding="utf-8"))
    spent = timings[each["title"]]
    tmva_s = sum(value for key, value in spent.items() if key.endswith("_s"))
    try:
        runs = [train(sample, each, seed) for seed in range(1, seeds + 1)]
        if runs[0][1] < QUICK:
            runs.append(train(sample, each, seeds))
    except UmvaError as error:
        return Row(sample.task, each["title"], each["type"], tmva, (), tmva_s, np.nan, f"refused: {error}")
    qualities = tuple(found for found, _ in runs[:seeds])
    return Row(sample.task, each["title"], each["type"], tmva, qualities, tmva_s, min(spent for _, spent in runs))


def table(rows: list[Row]) -> str:
    """Return all rows as Markdown."""
    lines = [
        "| task | method | type | TMVA | umva | spread over seeds | TMVA, s | umva, s | |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        spread = f"{np.ptp(row.ours):.4f}" if len(row.ours) > 1 else ""
        cells = (f"{row.tmva:.3f}", f"{row.mean:.4f}", spread, f"{row.tmva_s:.3g}", f"{row.ours_s:.3g}", row.verdict)
        lines.append(f"| {row.task} | {row.title} | {row.kind} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Compare the methods asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="what TMVA produced")
    parser.add_argument("--only", default="", help="titles, by commas")
    parser.add_argument("--tasks", default=",".join(PROBLEMS), help="tasks, by commas")
    parser.add_argument("--seeds", type=int, default=1, help="so many trainings each")
    parser.add_argument("--write", type=Path, help="write the table here too")
    given = parser.parse_args()
    wanted = set(filter(None, given.only.split(",")))
    booked = json.loads((given.folder / "methods.json").read_text(encoding="utf-8"))
    rows = []
    for task in given.tasks.split(","):
        sample = load(given.folder, task)
        told = of_tmva(given.folder, sample)
        for each in booked[task]:
            if wanted and each["title"] not in wanted:
                continue
            rows.append(compare(given.folder, sample, each, given.seeds, told[each["title"]]))
            print(table(rows[-1:]).splitlines()[-1], flush=True)
    if given.write:
        given.write.write_text(table(rows), encoding="utf-8")


if __name__ == "__main__":
    main()

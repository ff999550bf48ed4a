"""Whole toy comparisons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from toy_methods import finished, unfinished, with_comparisons
from toy_numbers import histogram
from toy_words import CLASSES, LABELS, METHODS, N_EVENTS, NASTY, TARGETS, VARIABLES

from umva.reports.results import (
    Against,
    Agreement,
    Change,
    Check,
    ClassCount,
    Comparison,
    DatasetSummary,
    Expectation,
    Fact,
    InputFile,
    MethodResult,
    Number,
    Overlap,
    RankingAgreement,
    Results,
    VariableSummary,
    VariationSummary,
)

CHECKS = (
    Check(
        "LEA001",
        "No input tells all",
        "error",
        (f"{NASTY} alone gives the answer away.",),
        "Leave it out.",
        ("variables",),
    ),
    Check(
        "WGT001",
        "Few weights are negative",
        "warning",
        tuple(f"Part {k}: 12 %." for k in range(5)),
        "Look.",
        ("nowhere",),
    ),
    Check(
        "COR001",
        "No two inputs say the same",
        "note",
        ("x and y are.",),
        "Leave one out.",
        ("correlation",),
        muted=True,
    ),
    Check("DAT003", "Every input varies", "passed"),
)


def related(results: Results) -> Results:
    """Compare all methods pair by pair."""
    names = [each.name for each in results.methods.values() if each.score]
    pairs = {a: {b: Number(0.9 - 0.05 * i, 0.0123) for b in names[i + 1 :]} for i, a in enumerate(names[:-1])}
    both_ways = {a: {b: Number(0.62, 0.021) for b in names if b != a} for a in names}
    small = Number(0.00012, 0.00003, 0.00006, 0.00018)
    differences = {
        b: {a: Comparison(a, small, 0.00006, 0.0021, f"{a} is better than {b}", negligible=True) for a in names[:i]}
        for i, b in enumerate(names)
        if i
    }
    overlap = Overlap(pairs, pairs, both_ways)
    subjects = {"classification": ("signal", "background"), "multiclass": LABELS, "regression": tuple(TARGETS)}
    selected = {"classification": ("signal",), "multiclass": LABELS, "regression": ()}[results.task]
    return replace(
        results,
        differences=differences,
        agreement=Agreement(
            dict.fromkeys(subjects[results.task], pairs),
            dict.fromkeys(subjects[results.task], pairs),
            {key: dict.fromkeys(selected, overlap) for key in ("0.50", "0.70", "0.90")} if selected else {},
        ),
        importance_agreement=RankingAgreement(pairs, pairs, {name: Number(0.8, 0.042) for name in names}),
    )


def variable(rank: int, name: str, title: str, unit: str, task: str, rng: np.random.Generator) -> VariableSummary:
    """Return a variable that tells the more the lower its rank."""
    edges = np.linspace(20, 150, 41)
    shift = {label: 20 * k / rank for k, label in enumerate(CLASSES[task])}
    return VariableSummary(
        name=name,
        expression=f"log({name})",
        title=title,
        unit=unit,
        rank=rank,
        histograms={
            label: histogram(rng.normal(100 - by, 20 + by / 4, N_EVENTS), edges) for label, by in shift.items()
        },
        separation=None if task == "regression" else Number(0.2 / rank, 0.0043),
        target_correlation=dict.fromkeys(TARGETS, Number(0.9 / rank, 0.0043)) if task == "regression" else {},
    )


def dataset(variables: list[tuple[str, str, str]], task: str, rng: np.random.Generator) -> DatasetSummary:
    """Return a sample of these variables."""
    count = ClassCount(N_EVENTS, 1499.5, 1320.25, 12)
    matrices = {}
    for label in CLASSES[task]:
        events = rng.normal(size=(300, len(variables)))
        events[:, 1:] += events[:, :-1] * 0.7
        matrices[label] = tuple(tuple(map(float, row)) for row in np.atleast_2d(np.corrcoef(events, rowvar=False)))
    targets = [(name, "", "GeV") for name in TARGETS] if task == "regression" else []
    return DatasetSummary(
        n_events=4 * N_EVENTS,
        counts={label: {"train": count, "test": count} for label in CLASSES[task]},
        variables=tuple(variable(rank, *each, task, rng) for rank, each in enumerate(variables, 1)),
        spectators=("mass", NASTY),
        correlation=matrices,
        split={"mode": "random", "train": 0.5, "test": 0.5, "seed": 100},
        split_sha256="a3f5" * 16,
        cuts={"signal": "pt > 20 && abs(eta) < 2.5", "background": "pt > 20"},
        weights={"signal": "genWeight * sf", "background": "1"},
        files=(InputFile(f"higgs.root:sig_tree{NASTY}", "signal", 10_000, 3_000, 1_234_567, "0f" * 32, cut="m > 1"),),
        targets=tuple(variable(rank, *each, task, rng) for rank, each in enumerate(targets, 1)),
        notes=("12 of 1500 signal events carry a negative weight.",),
    )


def build(n_methods: int, n_variables: int, task: str = "classification") -> Results:
    """Return a comparison: so many methods, of which one failed and one was skipped, on so many variables."""
    rng = np.random.default_rng(7)
    names = [*METHODS, NASTY, *(f"Method{i}" for i in range(20))][: n_methods - 2]
    rows = [*VARIABLES, *((f"variable_{i}", "", "GeV") for i in range(99))][:n_variables]
    keys = [row[0] for row in rows]
    done = [finished(task, name, 1.2 - 0.07 * i, keys, rng) for i, name in enumerate(names)]
    done.sort(key=lambda each: (each.score.value if task == "regression" else -each.score.value) if each.score else 0)
    results = Results(
        title=f"Higgs & friends {NASTY}",
        seed=1,
        task=task,
        verdict=f"BDT850 is best, AUC 0.7981 ± 0.0061; DNN and {NASTY} follow.",
        dataset=dataset(rows, task, rng),
        methods={**with_comparisons(done), **{each.name: each for each in unfinished()}},
        expectations={
            label: Expectation(120.0, 4000.0, 0.1, origin=f"given {NASTY}")
            for label in {"classification": ("signal",), "multiclass": LABELS, "regression": ()}[task]
        },
        provenance={
            "versions": {"umva": "0.1.0", "numpy": "2.4.6", "python": "3.11.9"},
            "time": {
                "finished": "2026-11-21T07:30:00+00:00",
                "command": f"umva compare higgs.toml {NASTY}",
                "git": "0123456789ab with changes",
                "macro": f"import umva\n\nloader = umva.DataLoader({NASTY!r})\n",
            },
        },
        checks=CHECKS,
        against=earlier_run(done),
        variations=tuple(
            VariationSummary(source, side, f"x: x + {NASTY}", 3000, n_shared)
            for source, side, n_shared in (("energy", "up", 3000), ("energy", "down", 3000), (NASTY, "up", 0))
        ),
    )
    return related(results)


def earlier_run(methods: list[MethodResult]) -> Against:
    """Return what has changed since an earlier run: the best method is better, the others are as they were."""
    changes = {}
    for place, each in enumerate(methods[:3]):
        assert each.score
        before = replace(each.score, value=each.score.value - (0.02 if place == 0 else 0.001))
        change = Number(each.score.value - before.value, 0.0021)
        facts = (Fact("n_trees", "400", "850"), Fact("note", "", NASTY)) if place == 0 else ()
        p_value, verdict = (1e-6, "better") if place == 0 else (0.63, "same")
        changes[each.name] = Change(
            before, each.score, change, place == 0, p_value, min(3 * p_value, 1.0), verdict, options=facts
        )
    facts = (Fact("seed", "1", "2"), Fact(f"cut ({NASTY})", "", "pt > 20"))
    return Against(f"Earlier {NASTY}", "2026-11-20", "The two runs share 50 %.", changes, (NASTY,), ("MLP",), facts)

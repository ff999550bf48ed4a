"""The chapters of the page in their order. A new one is a module here, a template of the same name, a line below."""

from __future__ import annotations

from umva.reports.page.chapters import (
    class_overtraining,
    classes,
    confusion,
    correlation,
    dependence,
    deviations,
    importance,
    methods,
    overtraining,
    provenance,
    roc,
    sample,
    summary,
    training,
    variables,
)

__all__ = ["CHAPTERS"]

CHAPTERS = (
    summary.CHAPTER,
    roc.CHAPTER,
    classes.CHAPTER,
    confusion.CHAPTER,
    overtraining.CHAPTER,
    class_overtraining.CHAPTER,
    deviations.CHAPTER,
    dependence.CHAPTER,
    variables.CHAPTER,
    correlation.CHAPTER,
    importance.CHAPTER,
    training.CHAPTER,
    sample.CHAPTER,
    methods.CHAPTER,
    provenance.CHAPTER,
)

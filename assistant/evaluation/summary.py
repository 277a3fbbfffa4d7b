"""Figures: records summed up as measures, each with its interval, for all questions and for each type."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.evaluation.bootstrap import Array, bins, interval, resamples
from assistant.evaluation.cases import Task, Variant
from assistant.evaluation.metrics import MEASURES, REFUSAL, Measure, refusal_scores, values
from assistant.evaluation.scoring import Record

ALL = "all questions"
_MOST_TYPES = 20


@dataclass(frozen=True, slots=True)
class MeasuredFigure:
    """A measure's value with its 95% interval, over `questions`; None where there is nothing to measure."""

    value: float | None
    low: float | None
    high: float | None
    questions: int


FiguresByGroup = dict[str, MeasuredFigure]
"""By the name of the measure."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold gives: the share of the unanswerable refused against that of the answerable answered."""

    threshold: float
    answered: float
    refused: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions whose chances are alike: their mean chance and the share that the articles do answer."""

    chance: float
    answerable: float
    questions: int


def figures(records: Sequence[Record], measures: Sequence[Measure] = MEASURES) -> dict[str, FiguresByGroup]:
    """The figures of `records`, for all questions and, where there are several, for each type."""
    weights = resamples([one.case.cluster for one in records])
    columns = values(records)
    types = _types(records)
    slices: dict[str, Array] = {ALL: np.ones(len(records))}
    if len(types) > 1:
        slices.update({name: np.array([one.case.type == name for one in records], float) for name in types})
    found: dict[str, FiguresByGroup] = {}
    for name, members in slices.items():
        chosen = members > 0
        part = [column[chosen] for column in columns.values()]
        held = dict(zip(columns, part, strict=True))
        found[name] = {one.name: _figure(one, held, weights[:, chosen]) for one in measures}
    return {name: {one: figure for one, figure in each.items() if figure.questions} for name, each in found.items()}


def _types(records: Iterable[Record]) -> list[str]:
    counts: dict[str, int] = {}
    for one in records:
        counts[one.case.type] = counts.get(one.case.type, 0) + 1
    return sorted(counts, key=lambda name: (-counts[name], name))[:_MOST_TYPES]


def _figure(measure: Measure, columns: dict[str, Array], weights: Array) -> MeasuredFigure:
    count = measure.questions(columns)
    if not count:
        return MeasuredFigure(None, None, None, 0)
    estimate = measure.estimate(columns)
    value = float(estimate(np.ones((1, weights.shape[1])))[0])
    if not np.isfinite(value):
        return MeasuredFigure(None, None, None, count)
    low, high = interval(estimate, weights) or (None, None)
    return MeasuredFigure(value, low, high, count)


def variants(task: Task, records: Sequence[Record]) -> dict[str, FiguresByGroup]:
    """The figures of refusal with other labels counted as unanswerable, by the name of the variant."""
    measures = [one for one in MEASURES if one.group == REFUSAL]
    return {one.name: figures([_relabelled(record, one) for record in records], measures)[ALL] for one in task.variants}


def _relabelled(record: Record, variant: Variant) -> Record:
    label = record.case.label
    answerable = True if label in variant.answerable else False if label in variant.unanswerable else None
    return replace(record, case=replace(record.case, answerable=answerable))


def trade_off(records: Sequence[Record]) -> list[Point]:
    """What every threshold on the confidence would give, strictest last; empty without both kinds of question."""
    from sklearn.metrics import roc_curve

    scores, answerable = refusal_scores(records)
    if answerable.all() or not answerable.any():
        return []
    lost, refused, thresholds = roc_curve(~answerable, -scores)
    return [
        Point(float(-limit) if np.isfinite(limit) else 0.0, float(1 - missed), float(hit))
        for limit, missed, hit in zip(thresholds, lost, refused, strict=True)
    ]


def calibration(records: Sequence[Record]) -> list[CalibrationBin]:
    """How often the articles answer, by the confidence that was given; only bins with questions in them."""
    chances, answerable = refusal_scores(records)
    numbers = bins(chances)
    return [
        CalibrationBin(
            float(chances[numbers == n].mean()), float(answerable[numbers == n].mean()), int((numbers == n).sum())
        )
        for n in sorted(set(numbers.tolist()))
    ]


ChosenRecords = Callable[[Record], bool]


def failures(records: Sequence[Record], most: int = 12) -> list[Record]:
    """The worst failures, of each kind in turn: those that the assistant was surest of come first."""
    kinds: tuple[ChosenRecords, ...] = (
        lambda one: one.found and one.case.answerable is False,
        lambda one: one.found and one.case.answerable is True,
        lambda one: not one.found,
    )
    wrong = [one for one in records if one.ok is False]
    each = [sorted(filter(kind, wrong), key=_surest) for kind in kinds]
    turns = [group[place] for place in range(most) for group in each if place < len(group)]
    return turns[:most]


def _surest(record: Record) -> float:
    return -record.confidence if record.found else record.confidence

"""Measures: what is measured of each question, how it is summed up, and what it means in plain words."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.bootstrap import Array, Estimate, auroc, calibration_error, quantile, ratio
from assistant.evaluation.scoring import DEPTH, FEW_QUOTES, Record

OVERALL, RETRIEVAL, QUOTING, REFUSAL, LATENCY = "overall", "retrieval", "quoting", "refusal", "latency"
Columns = dict[str, Array]
"""For each name the values of the questions, NaN where a question has none."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure by its name: `meaning` is for readers, `columns` are what `make` gets of each question.

    Only questions that have a value in every column count. `unit` is share (from 0 to 1, as per cent for
    readers), score (a plain number), count or ms.
    """

    name: str
    group: str
    meaning: str
    columns: tuple[str, ...]
    make: Callable[..., Estimate]
    unit: str = "share"

    def estimate(self, columns: Columns) -> Estimate:
        """The measure as an estimate over the weights of all questions of `columns`."""
        known = self._known(columns)
        inner = self.make(*(columns[name][known] for name in self.columns))
        return lambda weights: inner(weights[:, known])

    def questions(self, columns: Columns) -> int:
        """How many questions count."""
        return int(self._known(columns).sum())

    def _known(self, columns: Columns) -> NDArray[np.bool_]:
        known = np.all([np.isfinite(columns[name]) for name in self.columns], axis=0)
        return np.asarray(known, np.bool_)


def _mean(column: Array) -> Estimate:
    return ratio(column, np.ones_like(column))


def _refusal_precision(refused: Array, answerable: Array) -> Estimate:
    return ratio(refused * (1 - answerable), refused)


def _refusal_recall(refused: Array, answerable: Array) -> Estimate:
    return ratio(refused * (1 - answerable), 1 - answerable)


def _answered(refused: Array, answerable: Array) -> Estimate:
    return ratio((1 - refused) * answerable, answerable)


def _auroc(confidence: Array, answerable: Array) -> Estimate:
    return auroc(-confidence, answerable == 0)


def _median(ms: Array) -> Estimate:
    return quantile(ms, 0.5)


def _p95(ms: Array) -> Estimate:
    return quantile(ms, 0.95)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "Right",
        OVERALL,
        "share of questions that are answered with what was wanted, or rightly refused",
        ("ok",),
        _mean,
    ),
    Measure("Hits@4", RETRIEVAL, "share of questions with a passage that answers among the first 4", ("hits4",), _mean),
    Measure(
        "Hits@10", RETRIEVAL, "share of questions with a passage that answers among the first 10", ("hits10",), _mean
    ),
    Measure(
        "MRR@10",
        RETRIEVAL,
        "1 divided by the rank of the first passage that answers, 0 when it is not among the first 10; the mean",
        ("mrr10",),
        _mean,
        "score",
    ),
    Measure(
        "FactRecall@10",
        RETRIEVAL,
        "share of a question's wanted texts that are in the first 10 passages; the mean",
        ("recall10",),
        _mean,
    ),
    Measure(
        "AllFacts@10",
        RETRIEVAL,
        "share of questions with all their wanted texts in the first 10 passages",
        ("all10",),
        _mean,
    ),
    Measure(
        "Gold in 3 quotes",
        QUOTING,
        "share of answerable questions with a wanted text in the first 3 quotes; a refusal counts as none",
        ("gold3",),
        _mean,
    ),
    Measure(
        "Gold in the quotes",
        QUOTING,
        "the same for all quotes of the answer",
        ("gold",),
        _mean,
    ),
    Measure(
        "Gold recall",
        QUOTING,
        "share of a question's wanted texts that are quoted; the mean over answerable questions",
        ("gold_recall",),
        _mean,
    ),
    Measure(
        "Gold precision",
        QUOTING,
        "share of an answer's quotes that are wanted sentences; the mean over answered, answerable questions",
        ("gold_precision",),
        _mean,
    ),
    Measure("Gold F1", QUOTING, "harmonic mean of the two for each answerable question; the mean", ("gold_f1",), _mean),
    Measure(
        "From a gold article",
        QUOTING,
        "share of answerable questions with a quote from an article that answers",
        ("gold_article",),
        _mean,
    ),
    Measure("Quotes", QUOTING, "how many quotes an answer has; the mean", ("quotes",), _mean, "count"),
    Measure(
        "Citation recall",
        QUOTING,
        "share of an answer's statements whose words are in the articles at the places cited; the mean (ALCE)",
        ("citation_recall",),
        _mean,
    ),
    Measure(
        "Citation precision",
        QUOTING,
        "share of an answer's citations that its statements need; the mean (ALCE)",
        ("citation_precision",),
        _mean,
    ),
    Measure(
        "Refusal precision",
        REFUSAL,
        "share of the refusals that were right: the articles do not answer",
        ("refused", "answerable"),
        _refusal_precision,
    ),
    Measure(
        "Refusal recall",
        REFUSAL,
        "share of the questions without an answer that were refused",
        ("refused", "answerable"),
        _refusal_recall,
    ),
    Measure(
        "Answered",
        REFUSAL,
        "share of the questions with an answer that were answered, rightly or not",
        ("refused", "answerable"),
        _answered,
    ),
    Measure(
        "AUROC",
        REFUSAL,
        "how often a question with an answer gets a higher confidence than one without; 0.5 is chance",
        ("confidence", "answerable"),
        _auroc,
        "score",
    ),
    Measure(
        "Calibration error",
        REFUSAL,
        "mean distance between the confidence given and the share of questions that do have an answer (ECE, 10 bins); "
        "few questions make it look larger, its interval even more",
        ("confidence", "answerable"),
        calibration_error,
        "score",
    ),
    Measure("Median", LATENCY, "half of the answers took no longer", ("ms",), _median, "ms"),
    Measure("p95", LATENCY, "95% of the answers took no longer", ("ms",), _p95, "ms"),
)


def values(records: Sequence[Record]) -> Columns:
    """What the measures are made of, for each question."""
    rows = [{**_answer_values(one), **standard} for one, standard in zip(records, _standard(records), strict=True)]
    names = dict.fromkeys(name for measure in MEASURES for name in measure.columns)
    return {name: np.array([_number(row.get(name)) for row in rows], np.float64) for name in names}


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _standard(records: Sequence[Record]) -> Iterator[dict[str, float]]:
    """Success and reciprocal rank by ir-measures, of the passages that answer as relevant documents."""
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, Success

    names = {Success @ 4: "hits4", Success @ 10: "hits10", RR @ 10: "mrr10"}
    searched = [(str(n), one.relevant) for n, one in enumerate(records) if one.relevant is not None]
    # The one that was not found stands for all those that were not: without it a miss would not count.
    qrels = [Qrel(n, str(rank), 1) for n, ranks in searched for rank in (*ranks, "not found")]
    ranked = [ScoredDoc(n, str(rank), -float(rank)) for n, _ in searched for rank in range(1, DEPTH + 1)]
    found: dict[str, dict[str, float]] = {}
    for one in ir_measures.iter_calc(list(names), qrels, ranked) if searched else ():
        found.setdefault(one.query_id, {})[names[one.measure]] = one.value
    return (found.get(str(n), {}) for n in range(len(records)))


def _answer_values(one: Record) -> dict[str, float | None]:
    return {
        "ok": one.ok,
        "refused": not one.found,
        "confidence": one.confidence,
        "answerable": one.case.answerable,
        "ms": one.ms,
        "quotes": len(one.quotes) if one.quotes else None,
        "citation_recall": one.citation_recall,
        "citation_precision": one.citation_precision,
        **_fact_values(one),
        **_gold_values(one),
    }


def _fact_values(one: Record) -> dict[str, float | None]:
    if not one.gold_ranks:
        return {}
    recall = float(np.mean([rank is not None for rank in one.gold_ranks]))
    return {"recall10": recall, "all10": recall == 1}


def _gold_values(one: Record) -> dict[str, float | None]:
    if not one.case.answerable:
        return {}
    found: dict[str, float | None] = {"gold_article": one.from_gold_article if one.case.articles else None}
    if one.gold_quotes:
        numbers = [number for number in one.gold_quotes if number is not None]
        recall = len(numbers) / len(one.gold_quotes)
        found.update(gold3=any(n <= FEW_QUOTES for n in numbers), gold=bool(numbers), gold_recall=recall)
        if one.golden is not None:
            precision = float(np.mean(one.golden)) if one.golden else 0.0
            both = precision + recall
            found.update(gold_f1=2 * precision * recall / both if both else 0.0)
            found.update(gold_precision=precision if one.golden else None)
    return found


def refusal_scores(records: Sequence[Record]) -> tuple[Array, NDArray[np.bool_]]:
    """The confidence of the questions that count for refusal, and whether the articles answer them."""
    chosen = [one for one in records if one.case.answerable is not None]
    confidence = np.array([one.confidence for one in chosen], np.float64)
    return confidence, np.array([one.case.answerable for one in chosen], np.bool_)

"""How good a reader is on articles it has not seen: `python -m assistant.evaluation.training.reader_figures DATA`.

Every figure stands beside what the question alone gives away. With --run it is the float32 reader of a training run,
else the packaged one, of 8 bits; --most takes the first questions and claims only.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.evaluation.training.matching import matched, text_only_scores
from assistant.evaluation.training.newsread import (
    ANSWERED,
    BORNE_OUT,
    NOT_BORNE_OUT,
    STORIES,
    UNANSWERED,
    Labelled,
    is_measured,
    load_newsread,
    load_stories,
)
from assistant.evaluation.training.windows import passages
from assistant.models.passage_reader import ReaderInput, Reading, open_reader
from assistant.text import packaged_model

Floats = npt.NDArray[np.float64]
Read = Callable[[Sequence[ReaderInput]], list[Reading]]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Rows to measure on, and which of them stand in matched pairs."""

    questions: list[Labelled]
    claims: list[Labelled]
    matched_questions: list[int]
    matched_claims: list[int]
    question_only: tuple[float, float]  # AUROC of the text alone: all, matched
    claim_only: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _DocumentReading:
    """What the reader says of a text over a whole document."""

    passage: float  # highest logit of a passage
    claim: float
    sentences: dict[int, float]  # logit by number of the sentence
    spans: dict[int, tuple[int, int]]  # the likeliest short answer within each sentence, in characters


def held_out(rows: Sequence[Labelled], measured: Callable[[Labelled], bool], most: int | None = None) -> HeldOut:
    """The `most` measured rows; text-only models are fitted on all, each row by one that has not seen its document."""
    parts = []
    for positive, negative in ((ANSWERED, UNANSWERED), (BORNE_OUT, NOT_BORNE_OUT)):
        both = [row for row in rows if row.label in (positive, negative)]
        scores = text_only_scores(both, positive)
        kept = [number for number, row in enumerate(both) if measured(row)][:most]
        own = [both[number] for number in kept]
        pairs = matched(own, scores[kept], positive)
        labels = [row.label == positive for row in own]
        only = auroc(scores[kept], labels), auroc(scores[kept][pairs], [labels[number] for number in pairs])
        parts.append((own, pairs, only))
    (questions, matched_questions, question_only), (claims, matched_claims, claim_only) = parts
    return HeldOut(questions, claims, matched_questions, matched_claims, question_only, claim_only)


def figures(reader: Read, data: HeldOut, matched_only: bool = False) -> dict[str, float]:
    """Every figure of the reader over `data`; with `matched_only` those of matched pairs, in less time."""
    questions, claims = list(range(len(data.questions))), list(range(len(data.claims)))
    if matched_only:
        questions, claims = data.matched_questions, data.matched_claims
    readings = dict(zip(questions, read(reader, [data.questions[number] for number in questions]), strict=True))
    said = dict(zip(claims, read(reader, [data.claims[number] for number in claims]), strict=True))
    found = _of_questions(data, readings)
    found |= {"claims only by text": data.claim_only[1]}
    found |= _of_claims(data, said, data.matched_claims, "claims matched")
    if not matched_only:
        found |= {"question only, all": data.question_only[0]} | _of_claims(data, said, claims, "claims all")
    return {name: round(float(value), 4) for name, value in found.items()}


def read(reader: Read, rows: Sequence[Labelled]) -> list[_DocumentReading]:
    """Each text over its whole document, passage by passage."""
    items = [(number, places) for number, row in enumerate(rows) for places in passages(row.document.sentences)]
    readings = [_DocumentReading(-np.inf, -np.inf, {}, {}) for _ in rows]
    for (number, places), found in zip(items, reader([_input(rows[n], own) for n, own in items]), strict=True):
        readings[number] = _merged(readings[number], places, found)
    return readings


def auroc(scores: Sequence[float] | Floats, labels: Sequence[bool]) -> float:
    """Chance that one with the label scores higher than one without; nan where one kind is missing."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(labels, scores)) if 0 < sum(labels) < len(labels) else float("nan")


def calibration_error(
    chances: npt.ArrayLike, labels: npt.ArrayLike, weights: npt.ArrayLike | None = None, bins: int = 10
) -> float:
    """Expected calibration error, bins of equal width (Naeini et al. 2015); `weights` say how much each counts."""
    chance, label = np.asarray(chances, float), np.asarray(labels, float)
    counts = np.ones_like(chance) if weights is None else np.asarray(weights, float)
    place = np.minimum((chance * bins).astype(int), bins - 1)
    gaps = [abs(((chance - label) * counts)[place == each].sum()) for each in set(place)]
    return float(sum(gaps) / counts.sum())


def _input(labelled: Labelled, places: list[int]) -> ReaderInput:
    document = labelled.document
    return ReaderInput(labelled.text, document.heading, [document.sentences[place] for place in places])


def _merged(so_far: _DocumentReading, places: list[int], found: Reading) -> _DocumentReading:
    best, spans = dict(so_far.sentences), dict(so_far.spans)
    for place, logit, span in zip(places, found.sentences, found.spans, strict=True):
        if logit > best.get(place, -np.inf):
            best[place], spans[place] = logit, span
    return _DocumentReading(max(so_far.passage, found.answers), max(so_far.claim, found.bears_out), best, spans)


def _of_questions(data: HeldOut, readings: dict[int, _DocumentReading]) -> dict[str, float]:
    answered = [number for number in readings if data.questions[number].label == ANSWERED]
    found: dict[str, float] = {"questions": len(readings), "question only, matched": data.question_only[1]}
    measures: dict[str, Callable[[_DocumentReading], float]] = {
        "passage": lambda reading: reading.passage,
        "sentence": lambda reading: max(reading.sentences.values()),
        "both": lambda reading: reading.passage + max(reading.sentences.values()),
    }
    for name, measure in measures.items():
        found[f"AUROC matched, {name}"] = _question_auroc(data, readings, data.matched_questions, measure)
    if len(readings) > len(data.matched_questions):
        found["AUROC all, both"] = _question_auroc(data, readings, list(readings), measures["both"])
    for most in (1, 2, 3):
        found[f"gold in first {most}"] = _mean([_has_gold(data.questions[n], readings[n], most) for n in answered])
    found |= _short_answers(data, readings, answered)
    kinds = defaultdict(list)
    for number in data.matched_questions:
        if kind := data.questions[number].kind:
            kinds[kind].append(number)
    matched_answered = [number for number in data.matched_questions if data.questions[number].label == ANSWERED]
    for kind, numbers in sorted(kinds.items()):
        found[f"  {kind}"] = _question_auroc(data, readings, [*matched_answered, *numbers], measures["both"])
    return found


def _question_auroc(
    data: HeldOut,
    readings: dict[int, _DocumentReading],
    numbers: list[int],
    measure: Callable[[_DocumentReading], float],
) -> float:
    labels = [data.questions[number].label == ANSWERED for number in numbers]
    return auroc([measure(readings[number]) for number in numbers], labels)


def _of_claims(data: HeldOut, readings: dict[int, _DocumentReading], numbers: list[int], name: str) -> dict[str, float]:
    labels = [data.claims[number].label == BORNE_OUT for number in numbers]
    return {f"AUROC {name}": auroc([readings[number].claim for number in numbers], labels)}


def _has_gold(labelled: Labelled, reading: _DocumentReading, most: int) -> bool:
    order = sorted(reading.sentences, key=lambda place: -reading.sentences[place])[:most]
    return any(place in labelled.gold for place in order)


def _short_answers(data: HeldOut, readings: dict[int, _DocumentReading], answered: list[int]) -> dict[str, float]:
    """Of those that have a short answer: the span within the first sentence, against it."""
    exact, overlap = [], []
    for number in answered:
        question = data.questions[number]
        if question.answer is None:
            continue
        sentences = question.document.sentences
        place = max(readings[number].sentences, key=partial(_value, readings[number].sentences))
        first, last = readings[number].spans[place]
        said = _plain(sentences[place][first:last])
        right = _plain(sentences[question.answer[0]][question.answer[1] : question.answer[2]])
        exact.append(said == right)
        overlap.append(_f1(said, right))
    return {"short answer exact": _mean(exact), "short answer F1": _mean(overlap)} if exact else {}


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _value(values: dict[int, float], place: int) -> float:
    return values[place]


def _plain(text: str) -> list[str]:
    """Words as SQuAD compares them: without case, articles and punctuation."""
    words = "".join(character if character.isalnum() else " " for character in text.lower()).split()
    return [word for word in words if word not in ("a", "an", "the")]


def _f1(said: list[str], right: list[str]) -> float:
    common = sum(min(said.count(word), right.count(word)) for word in set(said))
    return 2 * common / (len(said) + len(right)) if common else float(said == right)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of both sets, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder with newsread/")
    parser.add_argument("--run", type=Path, help="folder of a training run, with weights.pt")
    parser.add_argument("--most", type=int, help="questions and claims of each set")
    chosen = parser.parse_args(arguments)
    reader: Read = _of_run(chosen.run) if chosen.run else open_reader().read
    for name, rows in (("news", load_newsread(chosen.data / "newsread")), ("stories", load_stories(STORIES))):
        data = held_out(rows, is_measured, chosen.most)
        sys.stdout.write(json.dumps({"set": name, **figures(reader, data)}, indent=2) + "\n")


def _of_run(folder: Path) -> Read:
    import torch

    from assistant.evaluation.training.reader_net import ReaderNet, read_with

    net = ReaderNet(packaged_model())
    net.load_state_dict(torch.load(folder / "weights.pt"))
    return partial(read_with, net.eval(), autocast=False)


if __name__ == "__main__":
    main()

"""Questions as people ask them over news: what is answered, what is refused, what follow-ups are taken for.

Over the articles of newsread, all indexed. The questions are over articles that the reader was not trained on, half of
them answered and half near misses; a near miss is asked without the articles beside its own, which may answer it.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import mean, median
from typing import NamedTuple

from assistant.answers import Answer
from assistant.articles import Filters
from assistant.assistant import Assistant
from assistant.evaluation import datasets
from assistant.evaluation.cases import spaceless
from assistant.evaluation.training.newsread import (
    ANSWERED,
    UNANSWERED,
    Document,
    Labelled,
    is_measured,
    load_newsread,
)
from assistant.settings import Settings

_QUESTIONS, _OF_A_MODEL, _SEED = 300, 50, 1  # of each kind


class Asked(NamedTuple):
    """A question with its answer, the seconds it took, and whether the gold sentence is quoted: first, and at all."""

    row: Labelled
    answer: Answer
    seconds: float
    leads: bool
    quoted: bool


def quotes(data: Path, home: Path) -> dict[str, str]:
    """What is shown as answered, related and nothing, without a model."""
    rows = load_newsread(data / "newsread")
    with Assistant.open(Settings(home=home / "newsread", model=None)) as assistant:
        _index(assistant, rows, home)
        asked = list(_ask(assistant, rows, _QUESTIONS))
    answered = [one for one in asked if one.row.label == ANSWERED]
    others = [one for one in asked if one.row.label == UNANSWERED]
    shown = [one for one in asked if one.answer.outcome == "answered"]
    before_fold = [len(one.answer.statements[: one.answer.fold]) for one in shown]
    return {
        "questions": f"{len(answered)} answered by the articles, {len(others)} near misses",
        "answered by the articles: gold sentence quoted": _share(one.quoted for one in answered),
        "answered by the articles: it leads": _share(one.leads for one in answered),
        "answered by the articles: shown as answered": _share(one.answer.outcome == "answered" for one in answered),
        "near misses: shown as answered": _share(one.answer.outcome == "answered" for one in others),
        "shown as answered: right": _share(one.quoted and one.row.label == ANSWERED for one in shown),
        "shown as answered: sentences before the fold, mean": f"{mean(before_fold):.2f}",
        "median": f"{median(one.seconds for one in asked) * 1000:.0f} ms",
    }


def conversations(data: Path, home: Path) -> dict[str, str]:
    """Follow-ups of 150 conversations as typed, against the questions written out; the reader has seen most of them."""
    rows = load_newsread(data / "newsread")
    documents = {row.document.id: row.document for row in rows}
    count = Counter[str]()
    with Assistant.open(Settings(home=home / "newsread", model=None)) as assistant:
        _index(assistant, rows, home)
        for document, turns in _conversations(data / "newsread" / "dialogues", documents):
            conversation = assistant.conversation()
            for place, turn in enumerate(turns):
                answer = conversation.ask(turn.typed)
                if place and turn.gold:
                    count["turns"] += 1
                    count["typed"] += _is_quoted(answer, document, turn.gold)
                    count["written out"] += _is_quoted(assistant.ask(turn.written_out), document, turn.gold)
    return {
        "follow-ups": str(count["turns"]),
        "as typed: gold sentence quoted": f"{count['typed'] / count['turns']:.3f}",
        "written out: gold sentence quoted": f"{count['written out'] / count['turns']:.3f}",
        "as typed, against written out": f"{count['typed'] / count['written out']:.3f}",
    }


def model(data: Path, home: Path) -> dict[str, str]:
    """What the chat model of ASSISTANT_MODEL makes of 100 questions, against the same in quotes."""
    rows, settings = load_newsread(data / "newsread"), Settings(home=home / "newsread")
    if settings.model is None:
        return {"no model": "set ASSISTANT_MODEL, as for assistant ask"}
    figures = dict[str, str]()
    for name, chosen in (("quotes", settings.model_copy(update={"model": None})), (settings.model, settings)):
        with Assistant.open(chosen) as assistant:
            _index(assistant, rows, home)
            asked = list(_ask(assistant, rows, _OF_A_MODEL))
        for label, what in ((ANSWERED, "answered by the articles"), (UNANSWERED, "near misses")):
            outcomes = Counter(_outcome(one) for one in asked if one.row.label == label)
            told = ", ".join(f"{kind} {outcomes[kind]}" for kind in ("right", "wrong", "refused", "marked"))
            figures[f"{name}, {what}"] = told
        figures[f"{name}, median"] = f"{median(one.seconds for one in asked):.1f} s"
    return figures


def _outcome(one: Asked) -> str:
    """right, wrong, refused, or marked: a sentence of it is shown as not borne out."""
    answer = one.answer
    if answer.outcome != "answered":
        return "refused"
    if any(statement.support == "unsupported" for statement in answer.statements):
        return "marked"
    short = one.row.answer and one.row.document.sentences[one.row.answer[0]][slice(*one.row.answer[1:])]
    said = spaceless(" ".join(statement.text for statement in answer.statements))
    is_right = one.row.label == ANSWERED and (one.quoted or bool(short and spaceless(short) in said))
    return "right" if is_right else "wrong"


def _index(assistant: Assistant, rows: Sequence[Labelled], home: Path) -> None:
    documents = {row.document.id: row.document for row in rows}.values()
    articles = [document.article("\n\n".join(document.sentences)) for document in documents]
    assistant.refresh([datasets.as_records(articles, home / "newsread.jsonl")])


def _ask(assistant: Assistant, rows: Sequence[Labelled], most: int) -> Iterator[Asked]:
    """So many of each kind, by chance, asked."""
    documents = {row.document.id: row.document for row in rows}.values()
    chance = random.Random(_SEED)
    for label in (ANSWERED, UNANSWERED):
        held = [row for row in rows if row.label == label and is_measured(row)]
        for row in chance.sample(held, min(most, len(held))):
            beside = (one.id for one in documents if one.group == row.document.group and one.id != row.document.id)
            answer = assistant.ask(row.text, Filters(without=tuple(beside)))
            gold = [row.document.sentences[number] for number in row.gold]
            leads = _has_one(answer, row.document, gold, first_only=True)
            quoted = _has_one(answer, row.document, gold)
            yield Asked(row, answer, answer.timings["total"] / 1000, leads, quoted)


def _has_one(answer: Answer, document: Document, gold: Iterable[str], first_only: bool = False) -> bool:
    wanted = [spaceless(sentence) for sentence in gold]
    citations = answer.citations[:1] if first_only else answer.citations
    said = [spaceless(one.quote) for one in citations if one.article_id == document.id]
    return any(one in quote or quote in one for one in wanted for quote in said)


class _Turn(NamedTuple):
    typed: str
    written_out: str
    gold: tuple[int, ...]


def _conversations(folder: Path, documents: dict[str, Document]) -> Iterator[tuple[Document, list[_Turn]]]:
    for path in sorted(folder.glob("*.tsv")):
        for block in path.read_text(encoding="utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            turns = [line.split("\t")[1:4] for line in lines if line.startswith("T\t")]
            yield (
                documents[name.strip()],
                [_Turn(typed, full, () if gold == "N" else _numbers(gold)) for typed, full, gold in turns],
            )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) - 1 for number in text.split(","))


def _is_quoted(answer: Answer, document: Document, gold: Sequence[int]) -> bool:
    return _has_one(answer, document, [document.sentences[number] for number in gold])


def _share(found: Iterable[bool]) -> str:
    values = list(found)
    return f"{mean(values):.3f} of {len(values)}" if values else "–"

"""Readers of public question sets, as folders of a data directory that is not part of the project."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.articles import Article, article_id


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """A question of MultiHop-RAG with the verbatim facts that answer it; none for a null question."""

    question: str
    kind: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question whose answer is one of `spans`, words of the article `article_id`."""

    question: str
    article_id: str
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentenceQuestion:
    """A question about the article `article_id` and the sentences of it that people chose as the answer.

    Without an answer in that article, `sentences` is empty and `answerable` false.
    """

    question: str
    article_id: str
    sentences: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """The last user turn of a conversation; `history` are the user turns before it, oldest first.

    `label` is ANSWERABLE, UNANSWERABLE, UNDERSPECIFIED or PARTIAL; `articles` are ids of its own passages.
    """

    conversation: str
    question: str
    history: tuple[str, ...]
    label: str
    kind: str
    articles: tuple[str, ...]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def multihop(data: Path) -> list[FactQuestion]:
    """The questions of MultiHop-RAG."""
    return [
        FactQuestion(
            row["query"],
            row["question_type"],
            tuple(dict.fromkeys(one["fact"] for one in row["evidence_list"])),
        )
        for row in _lines(data / "multihoprag" / "queries.jsonl")
    ]


def xquad(data: Path) -> tuple[list[Article], list[SpanQuestion]]:
    """XQuAD English: each paragraph as an article, and the questions whose answers are spans in them."""
    articles: list[Article] = []
    questions: list[SpanQuestion] = []
    for number, row in enumerate(_lines(data / "xquad" / "dev.jsonl")):
        name = article_id(key=f"xquad {number}")
        articles.append(Article(name, row["title"].replace("_", " "), row["paragraph"]))
        questions.extend(SpanQuestion(one["question"], name, tuple(one["answers"])) for one in row["questions"])
    return articles, questions


def clapnq_sentences(data: Path) -> tuple[list[Article], list[SentenceQuestion]]:
    """CLAPnq: its passages, each once, and the questions with the sentences that anyone selected."""
    articles: dict[str, Article] = {}
    questions: list[SentenceQuestion] = []
    for row in _lines(data / "clapnq" / "dev.jsonl"):
        passage = row["passages"][0]
        title, text = passage["title"] or "untitled", passage["text"]
        name = article_id(key=f"clapnq {title} {text}")
        articles[name] = Article(name, title, text)
        chosen = dict.fromkeys(one for output in row["output"] for one in output["selected_sentences"])
        questions.append(SentenceQuestion(row["input"], name, tuple(chosen), bool(row["answerable"])))
    return list(articles.values()), questions


def mtrag(data: Path) -> tuple[list[Article], list[DialogueTurn]]:
    """MT-RAG-UN: the passages of all conversations, those with the same text once, and the turns."""
    articles: dict[str, Article] = {}
    turns: list[DialogueTurn] = []
    for row in _lines(data / "mtrag-un" / "dev.jsonl"):
        for one in row["contexts"]:
            text = one["text"].strip()
            articles.setdefault(text, Article(article_id(key=f"mtrag {text}"), _title(one), text))
        own = tuple(articles[one["text"].strip()].id for one in row["contexts"])
        asked = [one["text"] for one in row["input"] if one["speaker"] == "user"]
        kind = "first turn" if row["Multi-Turn"] == ["N/A"] else row["Multi-Turn"][0].lower()
        turns.append(
            DialogueTurn(row["conversation_id"], asked[-1], tuple(asked[:-1]), row["answerability"][0], kind, own)
        )
    return list(articles.values()), turns


def _title(passage: dict[str, Any]) -> str:
    """A passage's title, or else its first words: an article has to have one."""
    return passage.get("title") or " ".join(passage["text"].split()[:8])


def as_records(articles: list[Article], path: Path) -> Path:
    """Write `articles` as a JSON-lines file that `assistant refresh` reads."""
    with path.open("w", encoding="utf-8") as file:
        for one in articles:
            published = one.published.isoformat() if one.published else None
            record = {"id": one.id, "title": one.title, "text": one.text, "source": one.source, "published": published}
            file.write(json.dumps(record) + "\n")
    return path

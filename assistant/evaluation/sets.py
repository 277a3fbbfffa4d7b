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


def clapnq(data: Path) -> Iterator[tuple[str, list[Article], bool]]:
    """CLAPnq: (question, its passages as articles, whether they answer it)."""
    for row in _lines(data / "clapnq" / "dev.jsonl"):
        articles = [
            Article(article_id(key=f"clapnq {row['id']} {n}"), one["title"] or "untitled", one["text"])
            for n, one in enumerate(row["passages"])
        ]
        yield row["input"], articles, bool(row["answerable"])


def as_records(articles: list[Article], path: Path) -> Path:
    """Write `articles` as a JSON-lines file that `assistant refresh` reads."""
    with path.open("w", encoding="utf-8") as file:
        for one in articles:
            record = {"id": one.id, "title": one.title, "text": one.text}
            file.write(json.dumps(record) + "\n")
    return path

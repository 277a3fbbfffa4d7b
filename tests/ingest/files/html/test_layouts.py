"""Forty layouts of news sites: how many are read correctly, by field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.articles import Article
from assistant.ingest.files.registry import read_bytes
from assistant.ingest.items import Loaded
from tests.ingest.files.samples import SANDBOX

FOLDER = Path(__file__).parent / "layouts"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
ENOUGH = 0.9

# The layouts that are read wrong, by field. An improvement removes its name here.
MISSED: dict[str, set[str]] = {
    "title": set(),
    "published": set(),
    "updated": set(),
    "author": {"30-no-date"},
    "body": set(),
}


def read(name: str) -> Article | None:
    data = (FOLDER / f"{name}.html").read_bytes()
    (item,) = read_bytes(data, ".html", SANDBOX, url=f"https://elsewhere.example/{name}")
    return item.article if isinstance(item, Loaded) else None


def is_body_correct(article: Article, expected: dict[str, Any]) -> bool:
    """From its first sentence to its last, in paragraphs, without what is not the article."""
    first, last = (
        (expected[end],) if isinstance(expected[end], str) else tuple(expected[end]) for end in ("first", "last")
    )
    whole = article.text.startswith(first) and article.text.endswith(last) and "\n\n" in article.text
    return whole and not any(word in article.text for word in expected["absent"])


IS_CORRECT: dict[str, Callable[[Article, dict[str, Any]], bool]] = {
    "title": lambda article, expected: article.title == expected["title"],
    "published": lambda article, expected: _iso(article.published) == expected["published"],
    "updated": lambda article, expected: _iso(article.updated) == expected["updated"],
    "author": lambda article, expected: article.author == expected["author"],
    "body": is_body_correct,
}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def test_every_layout_has_an_expectation() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.html")) and len(EXPECTED) == 40


@pytest.mark.parametrize("field", sorted(IS_CORRECT))
def test_nine_of_ten_are_read_correctly(field: str) -> None:
    correct = set()
    for name, expected in EXPECTED.items():
        article = read(name)
        if article and IS_CORRECT[field](article, expected):
            correct.add(name)
    assert set(EXPECTED) - correct == MISSED[field]
    assert len(correct) >= ENOUGH * len(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_publication_is_named(name: str) -> None:
    article = read(name)
    assert article and article.source == EXPECTED[name]["source"]

"""Forty layouts of news sites: how many are read right, by field."""

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

# Those that are read wrong, by field. An improvement takes its name out.
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


def body_is_right(article: Article, expected: dict[str, Any]) -> bool:
    """From its first sentence to its last, in paragraphs, without what is not the article."""
    first, last = (tuple([expected[end]]) if isinstance(expected[end], str) else tuple(expected[end]) for end in ENDS)
    whole = article.text.startswith(first) and article.text.endswith(last) and "\n\n" in article.text
    return whole and not any(word in article.text for word in expected["absent"])


ENDS = ("first", "last")
RIGHT: dict[str, Callable[[Article, dict[str, Any]], bool]] = {
    "title": lambda article, expected: article.title == expected["title"],
    "published": lambda article, expected: _iso(article.published) == expected["published"],
    "updated": lambda article, expected: _iso(article.updated) == expected["updated"],
    "author": lambda article, expected: article.author == expected["author"],
    "body": body_is_right,
}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def test_every_layout_has_an_expectation() -> None:
    assert sorted(EXPECTED) == sorted(path.stem for path in FOLDER.glob("*.html")) and len(EXPECTED) == 40


@pytest.mark.parametrize("field", sorted(RIGHT))
def test_nine_of_ten_are_read_right(field: str) -> None:
    read_right = set()
    for name, expected in EXPECTED.items():
        article = read(name)
        if article and RIGHT[field](article, expected):
            read_right.add(name)
    assert set(EXPECTED) - read_right == MISSED[field]
    assert len(read_right) >= ENOUGH * len(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_publication_is_named(name: str) -> None:
    article = read(name)
    assert article and article.source == EXPECTED[name]["source"]

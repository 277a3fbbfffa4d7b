"""Rows and objects whose fields have other names than those of an article."""

import json
from typing import Any

import pytest

from assistant.articles import Article
from assistant.ingest.files.registry import read_bytes
from assistant.ingest.items import Loaded
from tests.ingest.files.samples import SANDBOX


def article(data: str, suffix: str) -> Article:
    (item,) = read_bytes(data.encode(), suffix, SANDBOX, url="")
    assert isinstance(item, Loaded)
    return item.article


@pytest.mark.parametrize(
    "record",
    [
        {
            "headline": "Quay",
            "body": "It rained.",
            "date": "2025-05-28",
            "publication": "Gazette",
            "byline": "Ann Lind",
        },
        {
            "source": {"id": None, "name": "Gazette"},
            "author": "Ann Lind",
            "title": "Quay",
            "publishedAt": "2025-05-28T09:30:00Z",
            "content": "It rained.",
        },
        {
            "Title": "Quay",
            "Full text": "It rained.",
            "Publication date": "28/05/2025",
            "Outlet": "Gazette",
            "authors": [{"name": "Ann Lind"}],
        },
    ],
)
def test_fields_are_known_by_their_usual_names(record: dict[str, Any]) -> None:
    found = article(json.dumps(record), ".json")
    assert found.published is not None and found.published.date().isoformat() == "2025-05-28"
    assert (found.title, found.text, found.source, found.author) == ("Quay", "It rained.", "Gazette", "Ann Lind")


def test_of_two_names_for_a_field_the_plain_one_counts_where_it_has_a_value() -> None:
    row = "title,text,content,published,date\nQuay,It rained.,Short.,,2025-05-28\n"
    found = article(row, ".csv")
    assert found.text == "It rained." and found.published is not None

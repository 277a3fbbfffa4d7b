"""CSV and TSV: columns by name, rows that fail alone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.ingest.items import Failure, Loaded
from tests.ingest.files.samples import FIRST, items, only, reason, write


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_with_any_usual_delimiter(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [
        delimiter.join(("Title", "BODY", "published_at", "author")),
        delimiter.join(("Fähren", f'"{FIRST}\nAnd ""so"" on; or, not."', "2025-05-28", "Ines")),
    ]
    article = only(tmp_path, "a.csv", "\r\n".join(rows).encode(encoding))
    assert (article.title, article.author) == ("Fähren", "Ines")
    assert article.text == f'{FIRST}\nAnd "so" on; or, not.'
    assert article.published == datetime(2025, 5, 28, tzinfo=UTC)


def test_a_bad_row_is_named_and_does_not_stop_the_others(tmp_path: Path) -> None:
    rows = [
        "title,text,published",
        "One,Text.,",
        ",No title.,",
        "Three,Text.,soon",
        "Four,Text.,2025-05-28,more",
        "",
        "Six,Text.,2025-05-28",
    ]
    found = items(write(tmp_path, "a.csv", "\n".join(rows)))
    assert [(item.where, isinstance(item, Loaded)) for item in found] == [
        ("a.csv, row 2", True),
        ("a.csv, row 3", False),
        ("a.csv, row 4", False),
        ("a.csv, row 5", False),
        ("a.csv, row 6", True),
    ]
    assert "4 fields for 3 columns" in [item.reason for item in found if isinstance(item, Failure)][-1]


def test_a_text_may_be_longer_than_the_usual_field(tmp_path: Path) -> None:
    assert len(only(tmp_path, "a.tsv", f"title\ttext\nLong\t{'word ' * 100_000}").text) > 400_000


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("", "empty"),
        ("title,text\n", "no articles"),
        ("One,Text.\nTwo,Text.", "title and text among them; it reads: One, Text."),
        (bytes(range(128, 256)) * 9, "UTF-8"),
    ],
)
def test_a_file_that_is_not_a_table_of_articles_is_reported(tmp_path: Path, data: bytes | str, why: str) -> None:
    assert why in reason(tmp_path, "a.csv", data)

"""What is written otherwise than it is typed is found, also in an index from before its words were folded."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant import Assistant, Filters
from assistant.index.home.sqlite_store import FILE
from tests.support import open_assistant

ARTICLES = {
    "wall": ("The wall", "Cafe\u0301 Me\u0301tropole", "Oﬃcials conﬁrmed 12\u202f000 cracks in the Ufer\u00admauer."),
    "team": ("The team", "CAFÉ MÉTROPOLE", "Łódź beat Malmø, and Straßer paid 12,000 euros."),
    "other": ("Another", "Chronicle", "The confirmation came from nobody. It cost 12 euros."),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("folding")
    with open_assistant(folder / "home") as opened:
        opened.refresh([_written(folder / "articles")])
        yield opened


def _written(folder: Path) -> Path:
    folder.mkdir()
    for name, (title, source, text) in ARTICLES.items():
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\nsource: {source}\n---\n{text}", encoding="utf-8")
    return folder


def found(assistant: Assistant, text: str, filters: Filters = Filters()) -> set[str]:  # noqa: B008  (frozen)
    return {article.title for article in assistant.browse(text, filters).articles}


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("confirmed", {"The wall"}),
        ("oﬃcials", {"The wall"}),
        ("Ufermauer", {"The wall"}),
        ("lodz", {"The team"}),
        ("Łódź malmo", {"The team"}),
        ("strasser", {"The team"}),
        ("12000", {"The wall", "The team"}),
        ("12 000", {"The wall", "The team"}),
        ("12.000", {"The wall", "The team"}),
        ('"12\u00a0000"', {"The wall", "The team"}),
        ("000", set()),
    ],
)
def test_what_is_typed_finds_what_is_written_otherwise(assistant: Assistant, typed: str, titles: set[str]) -> None:
    assert found(assistant, typed) == titles


@pytest.mark.parametrize("source", ["Café Métropole", "Cafe\u0301 Me\u0301tropole", "cafe metropole"])
def test_a_publication_is_one_in_every_spelling(assistant: Assistant, source: str) -> None:
    assert found(assistant, "", Filters(source=source)) == {"The wall", "The team"}
    assert {each.article.title for each in assistant.search("cracks", filters=Filters(source=source))} == {
        "The wall",
        "The team",
    }
    assert len(assistant.status().publications) == 2


def test_quotes_are_as_published(assistant: Assistant) -> None:
    (wall,) = assistant.browse("confirmed").articles
    article = assistant.article(wall.article_id)
    assert article and article.text == ARTICLES["wall"][2]


def _unfold(folder: Path) -> None:
    """Make the generation in `folder` as one from before its words were folded."""
    with closing(sqlite3.connect(folder / FILE)) as db, db:
        db.create_function("lower_case", 1, str.casefold)
        db.execute("UPDATE articles SET source_key = lower_case(source)")
        for number, text in db.execute(
            "SELECT number, substr(text, start + 1, end - start) FROM chunks c, articles a WHERE a.id = article_id"
        ).fetchall():
            db.execute("UPDATE words SET text = ? WHERE rowid = ?", (text, number))
        db.execute("PRAGMA user_version = 0")


def test_an_older_index_is_read_and_folded_at_the_next_refresh(tmp_path: Path) -> None:
    articles = _written(tmp_path / "articles")
    with open_assistant(tmp_path / "home") as made:
        made.refresh([articles])
    _unfold(next((tmp_path / "home").rglob(FILE)).parent)
    with open_assistant(tmp_path / "home") as older:
        assert found(older, "12000") == {"The wall", "The team"} and found(older, "Ufermauer") == set()
        assert found(older, "", Filters(source="café métropole")) == {"The team"}
        assert older.refresh([articles]).published
        assert found(older, "", Filters(source="café métropole")) == {"The wall", "The team"}
        assert found(older, "Ufermauer") == {"The wall"}
        assert not older.refresh([articles]).published

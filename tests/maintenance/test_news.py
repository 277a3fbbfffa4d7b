"""News: the articles that are new in the index since a moment, and those that were corrected."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.articles import Filters
from assistant.index import HomeLibrary
from assistant.maintenance.news import News, news
from tests.support import open_assistant, write_article

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
HURT = "Eleven people were hurt when the ferry hit the wall."


class Corpus:
    """A home whose refreshes are made to seem a day apart, the first of them at NOON."""

    def __init__(self, folder: Path) -> None:
        self.home, self.articles = folder / "home", folder / "articles"
        self._refreshes = 0

    def write(self, name: str, text: str, source: str = "Coast Radio", title: str | None = None) -> None:
        path = write_article(self.articles, name, text, title=title)
        path.write_text(path.read_text().replace("---\n", f"---\nsource: {source}\n", 1), encoding="utf-8")

    def refresh(self) -> None:
        started = datetime.now(UTC) - timedelta(seconds=1)
        with open_assistant(self.home) as assistant:
            report = assistant.refresh([self.articles])
        then = (NOON + timedelta(days=self._refreshes)).isoformat()
        self._refreshes += 1
        with sqlite3.connect(self.home / "index" / report.generation / "articles.sqlite") as db:
            for table, column in (("articles", "seen"), ("articles", "altered"), ("earlier", "replaced")):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} >= ?", (then, started.isoformat()))
        db.close()

    def news(self, since: datetime, filters: Filters | None = None) -> list[News]:
        library = HomeLibrary(self.home)
        try:
            with library.reading() as generation:
                return news(generation, since, filters or Filters())
        finally:
            library.close()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An article of a ferry, and a market's that never changes; both refreshed at NOON."""
    made = Corpus(tmp_path)
    made.write("ferry", f"The ferry left at noon. {HURT}", title="Ferry hits wall")
    made.write("market", "The market opened on Sunday.", source="Chronicle")
    made.refresh()
    return made


def kinds_and_titles(items: list[News]) -> list[tuple[str, str]]:
    return [(item.kind, item.title) for item in items]


def test_an_article_added_since_then_is_new(corpus: Corpus) -> None:
    corpus.write("museum", "The museum closed.")
    corpus.refresh()
    (museum,) = corpus.news(NOON + timedelta(hours=1))
    assert (museum.kind, museum.title, museum.source, museum.changes) == ("new", "museum", "Coast Radio", ())
    assert museum.when == NOON + timedelta(days=1)
    assert kinds_and_titles(corpus.news(NOON)) == [("new", "museum"), ("new", "Ferry hits wall"), ("new", "market")]
    assert corpus.news(NOON + timedelta(days=2)) == []


def test_a_correction_is_shown_sentence_by_sentence(corpus: Corpus) -> None:
    corrected = HURT.replace("Eleven", "Nine")
    corpus.write("ferry", f"The ferry left at noon. {corrected}", title="Ferry hits the wall")
    corpus.refresh()
    (ferry,) = corpus.news(NOON + timedelta(hours=1))
    assert (ferry.kind, ferry.title, ferry.title_before) == ("corrected", "Ferry hits the wall", "Ferry hits wall")
    assert [(change.kind, change.before, change.after) for change in ferry.changes] == [("changed", HURT, corrected)]


def test_several_corrections_since_then_are_shown_as_one(corpus: Corpus) -> None:
    for number in ("Ten", "Nine", "Eight"):
        corpus.write("ferry", f"The ferry left at noon. {HURT.replace('Eleven', number)}", title="Ferry hits wall")
        corpus.refresh()
    changes = [corpus.news(NOON + timedelta(days=days, hours=1))[0].changes for days in range(3)]
    assert [[change.before.split()[0] for change in item] for item in changes] == [["Eleven"], ["Ten"], ["Nine"]]
    assert all(change.after.startswith("Eight") for item in changes for change in item)


def test_an_article_that_reads_as_it_did_is_not_news(corpus: Corpus) -> None:
    for number in ("Ten", "Eleven"):
        corpus.write("ferry", f"The ferry left at noon. {HURT.replace('Eleven', number)}", title="Ferry hits wall")
        corpus.refresh()
    assert corpus.news(NOON + timedelta(hours=1)) == []
    assert kinds_and_titles(corpus.news(NOON + timedelta(days=1, hours=1))) == [("corrected", "Ferry hits wall")]


def test_an_article_added_and_corrected_since_then_is_new(corpus: Corpus) -> None:
    corpus.write("ferry", "The ferry sank.", title="Ferry sinks")
    corpus.refresh()
    assert ("new", "Ferry sinks") in kinds_and_titles(corpus.news(NOON))


def test_a_change_of_the_publication_alone_is_not_news(corpus: Corpus) -> None:
    corpus.write("market", "The market opened on Sunday.", source="The Chronicle")
    corpus.refresh()
    assert corpus.news(NOON + timedelta(hours=1)) == []


def test_news_of_one_publication(corpus: Corpus) -> None:
    assert kinds_and_titles(corpus.news(NOON, Filters(source="chronicle"))) == [("new", "market")]
    assert corpus.news(NOON, Filters(source="Nobody")) == []


def test_an_index_that_does_not_know_when_articles_came_has_no_news(corpus: Corpus) -> None:
    with sqlite3.connect(corpus.home / "index" / "000001" / "articles.sqlite") as db:
        for column in ("seen", "altered", "updated"):
            db.execute(f"ALTER TABLE articles DROP COLUMN {column}")
        db.execute("DROP TABLE earlier")
    db.close()
    assert corpus.news(NOON) == []


def test_news_come_one_by_one_before_the_last_is_read(corpus: Corpus) -> None:
    corpus.write("ferry", "The ferry left at one.", title="Ferry hits wall")
    corpus.refresh()
    with open_assistant(corpus.home) as assistant:
        first, *others = (item.title for item in assistant.iter_news(NOON))
        assert [first, *others] == [item.title for item in assistant.news(NOON)]
        stream = assistant.iter_news(NOON)
        assert next(stream).title == first
        stream.close()

"""The store of articles: a day is the one that is shown, in the zone of the article."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant import Assistant, Filters
from assistant.index import HomeLibrary
from assistant.index.home.sqlite_store import ArticlesDb
from assistant.index.home.table_faults import broken_dates
from tests.support import open_assistant

pytestmark = pytest.mark.usefixtures("quick_names")
DATES = {
    "late": "2025-05-27T22:30:00-05:00",  # 28 May in UTC
    "early": "2025-05-28T00:30:00+02:00",  # 27 May in UTC, and before "late"
    "noon": "2025-05-28T12:00:00Z",
    "undated": "",
}


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name, published in DATES.items():
        front = f"---\ntitle: The {name} ferry\npublished: {published}\nsource: Gazette\n---\n"
        (folder / f"{name}.md").write_text(f"{front}The {name} ferry sails to the outer islands and back.\n")
    with open_assistant(tmp_path / "home") as opened:
        opened.refresh([folder])
        yield opened


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (date(2025, 5, 27), date(2025, 5, 27), {"late"}),
        (date(2025, 5, 28), date(2025, 5, 28), {"early", "noon"}),
        (date(2025, 5, 28), None, {"early", "noon"}),
        (None, date(2025, 5, 27), {"late"}),
        (date(2025, 5, 26), date(2025, 5, 29), {"late", "early", "noon"}),
        (date(2025, 5, 29), None, set()),
        (datetime(2025, 5, 28, tzinfo=UTC), None, {"late", "noon"}),
        (None, datetime(2025, 5, 27, 23, tzinfo=UTC), {"early"}),
    ],
)
def test_a_filter_by_days_means_the_days_that_are_shown(
    assistant: Assistant, since: date | None, until: date | None, found: set[str]
) -> None:
    filters = Filters(since=since, until=until)
    assert {article.title.split()[1] for article in assistant.articles(filters)} == found
    passages = assistant.search("ferry to the outer islands", filters=filters)
    assert {passage.article.title.split()[1] for passage in passages} == found


def test_many_threads_read_what_one_does(assistant: Assistant) -> None:
    with assistant._library.reading() as generation, ThreadPoolExecutor(8) as threads:
        db = generation.db
        assert isinstance(db, ArticlesDb)
        db._words.postings = None  # as damaged ones are: what they have is then asked of SQLite
        acts: list[Callable[[], object]] = [db.vocabulary, db.digests, db.counts, lambda: db.search(["ferry"], 3)]
        for act, found in zip(acts * 20, threads.map(lambda act: act(), acts * 20), strict=True):
            assert found == act()


def test_the_span_of_the_corpus_is_from_the_first_day_shown_to_the_last(assistant: Assistant) -> None:
    status = assistant.status()
    assert status.oldest is not None and status.newest is not None
    assert (status.oldest.isoformat(), status.newest.date()) == (DATES["late"], date(2025, 5, 28))
    (state,) = status.states
    assert state.newest is not None and state.newest.date() == date(2025, 5, 28)


def test_articles_of_a_day_are_counted_by_the_day_that_is_shown(assistant: Assistant) -> None:
    for day, count in ((27, "There is 1 article published 27 May 2025"), (28, "There are 2 articles")):
        assert assistant.ask(f"How many articles were published on {day} May 2025?").text.startswith(count)
    assert "from 27 May 2025 to 28 May 2025" in assistant.ask("Which dates do the articles cover?").text


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM words WHERE rowid = 2", "1 chunks without full text"),
        ("DELETE FROM chunks WHERE number = 2", "1 full text without a chunk; 1 articles without a chunk"),
        ("DELETE FROM articles WHERE title LIKE '%noon%'", "1 orphaned chunks"),
        ("INSERT INTO words (rowid, header, text) SELECT 99, header, text FROM words WHERE rowid = 1", "1 full text"),
        (
            "UPDATE articles SET published = '2025-05-28T72:00:00Z' WHERE title LIKE '%noon%'",
            "'2025-05-28T72",
        ),
        ("UPDATE articles SET seen = 'never' WHERE title LIKE '%noon%'", "seen 'never' is no date"),
    ],
)
def test_tables_that_do_not_agree_are_told(assistant: Assistant, tmp_path: Path, damage: str, told: str) -> None:
    library = HomeLibrary(tmp_path / "home")
    name = library.published()
    assert library.fault(name) is None
    with closing(sqlite3.connect(library.folder / name / "articles.sqlite")) as file, file:
        file.execute(damage)
    assert library.fault(name) is not None
    with library.articles(name) as db:
        assert isinstance(db, ArticlesDb) and told in "; ".join([*db.faults(), *broken_dates(db.rows)])

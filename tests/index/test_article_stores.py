"""Articles, chunks and words in a home and in PostgreSQL: the same methods give the same, whatever changes."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.articles import NO_FILTERS, Article, Chunk, Filters
from assistant.index.article_store import ArticleDraft, ArticleStore, NamedChunk
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.index.home.sqlite_store import ArticlesDb
from assistant.index.server import postgres_words
from assistant.index.server.postgres_draft import PostgresDraft
from assistant.index.server.postgres_sessions import Sessions, Writer, make_index_tables, writer
from assistant.index.server.postgres_words import PostgresArticles
from assistant.index.server.server_draft import begin, sweeping
from assistant.text import fold_name
from tests.support import examples

_WORDS = "harbour harbours closed the ferry ferries Élan naïve 1,000 São of storm storm international don't a".split()
_texts = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=25).map(" ".join)
_moments = st.datetimes(
    datetime(2024, 12, 30),
    datetime(2025, 1, 4),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=11)), timezone(timedelta(hours=-8))]),
)
_articles = st.builds(
    Article,
    id=st.sampled_from("abcdef"),
    title=_texts,
    text=_texts,
    source=st.sampled_from(["Gazette", "GAZETTE", "Élan", None]),
    published=st.none() | _moments,
    url=st.none() | st.just("https://example.org/1"),
)
_filters = st.builds(
    Filters,
    source=st.sampled_from([None, "gazette", ("élan", "Gazette")]),
    since=st.none() | st.just(date(2025, 1, 1)) | st.just(datetime(2024, 12, 31, 20, tzinfo=UTC)),
    until=st.none() | st.just(date(2025, 1, 2)),
    without=st.sampled_from([(), ("a", "b")]),
    only=st.sampled_from([None, ("a", "c", "d"), ()]),
)
_queries = st.lists(
    st.sampled_from([*"harbour closed the ferry elan 1000 storm a zebra".split(), "the ferry", "a a"]),
    min_size=1,
    max_size=6,
)
_changes = st.lists(
    st.one_of(
        st.tuples(st.just("put"), _articles),
        st.tuples(st.just("remove"), _articles),
        st.tuples(st.just("move"), _articles),
    ),
    max_size=8,
)


def chunks_of(article: Article) -> Iterator[NamedChunk]:
    half = len(article.text) // 2
    for start, end in ((0, half), (half, len(article.text))):
        text = article.text[start:end]
        digest = hashlib.sha256(f"{article.id} {start} {text}".encode()).hexdigest()
        if text:
            yield NamedChunk(
                digest[:16], hashlib.sha256(text.encode()).hexdigest()[:16], Chunk(article.id, start, end, text)
            )


def apply(db: ArticleDraft, changes: Sequence[tuple[str, Article]], now: datetime) -> None:
    for change, article in changes:
        if change == "move":
            db.set_origin(article.id, "moved", "elsewhere")
        else:
            db.remove_chunks(db.chunk_ids(article.id))
        if change == "remove":
            db.remove_article(article.id)
        if change == "put":
            db.put_article(article, "origin", f"{article.id}.md", now)
            for named in chunks_of(article):
                db.put_chunk(article, named)


def everything(db: ArticleStore, filters: Filters, terms: list[str]) -> dict[str, Any]:
    """What every method gives; in one order where a store may give any."""
    ids, chunks = db.article_ids(), sorted(db.chunk_ids())
    found = {
        "counts": db.counts(),
        "articles": [db.article(name) for name in ids],
        "no article": db.article("zz"),
        "all": list(db.articles(filters)),
        "ids": db.article_ids(filters),
        "listed": (db.listed(filters), db.listed(filters, 1, 2), db.number_of_articles(filters)),
        "titles": (db.titles(), sorted(db.long_titles(20)), db.newest_text()),
        "texts": (db.texts(ids), sorted(db.titles_and_texts(ids)), sorted(db.title_digests(ids[:2]))),
        "refresh": (db.digests(), db.indexed_articles(), db.seen(filters)),
        "earlier": [db.earlier(name) for name in ids],
        "identical": [
            name == db.find_identical(article) or db.find_identical(article) in ids
            for name in ids
            if (article := db.article(name))
        ],
        "published": [(source and fold_name(source), day, count) for source, day, count in db.published()],
        "sources": {fold_name(source): count for source, count in db.sources().items()},
        "spellings": sorted(db.source_spellings()),
        "origins": (db.origins(), db.dates(), db.by_moment(filters)),
        "chunks": (chunks, [db.chunks(name) for name in ids], db.passages(chunks), db.days(chunks)),
        "of articles": (db.articles_of(chunks), dict(db.chunk_ids_by_article(ids)), db.faults()),
        "matching": {term: (db.ids_matching(term), db.frequency(term), db.spelling(term) is None) for term in terms},
        "vocabulary": db.vocabulary(),
    }
    return found


def searched(db: ArticleStore, filters: Filters, terms: list[str]) -> list[list[tuple[str, float]]]:
    scores = sorted(db.scores(terms).items())
    return [db.search(terms, 3, filters), db.search(terms, 50, filters), db.search(terms, 50, NO_FILTERS), scores]


def assert_same(home: ArticleStore, server: ArticleStore, filters: Filters, terms: list[str]) -> None:
    assert everything(server, filters, terms) == everything(home, filters, terms)
    for own, expected in zip(searched(server, filters, terms), searched(home, filters, terms), strict=True):
        assert [name for name, _ in own] == [name for name, _ in expected]
        assert [score for _, score in own] == pytest.approx([score for _, score in expected], abs=1e-6)


@pytest.fixture
def address(postgres_url: str) -> SecretStr:
    make_index_tables(SecretStr(postgres_url))
    return SecretStr(postgres_url)


@pytest.fixture(params=[5000, 0], ids=["ranked at once", "pruned"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many chunks on those are left out first that cannot be among the best."""
    monkeypatch.setattr(postgres_words, "_FEW", request.param)


def publish(session: Writer, db: PostgresDraft) -> None:
    db.close()
    session.run(("INSERT INTO index_generations VALUES (:number, '', '')", {"number": db.generation}))


def emptied(session: Writer) -> None:
    session.run(*((f"DELETE FROM index_{table}", {}) for table in ("generations", "terms", "sizes")))
    begin(session, 0)


@pytest.mark.usefixtures("few")
@settings(
    max_examples=examples(12, 5), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(refreshes=st.lists(_changes, min_size=1, max_size=3), filters=_filters, terms=_queries)
def test_both_stores_give_the_same_and_no_generation_changes_any_more(
    address: SecretStr, tmp_path: Path, refreshes: list[list[tuple[str, Article]]], filters: Filters, terms: list[str]
) -> None:
    folders = [tmp_path / str(number) for number in range(len(refreshes) + 1)]
    reading = Sessions(address)
    with writer(address, lambda ask: None) as session:
        emptied(session)
        for number, changes in enumerate(refreshes, 1):
            shutil.rmtree(folders[number], ignore_errors=True)
            shutil.copytree(folders[number - 1], folders[number]) if number > 1 else folders[number].mkdir()
            now = datetime(2025, 6, number, tzinfo=UTC)
            home, server = ArticlesDraft(folders[number]), PostgresDraft(session, number)
            for db in (home, server):
                apply(db, changes, now)
            assert_same(home, server, filters, terms)
            home.close()
            publish(session, server)
        for number in range(1, len(folders)):  # also what others changed since
            assert_same(ArticlesDb(folders[number]), PostgresArticles(reading.rows, number), filters, terms)
        last = len(folders) - 1
        session.run(("DELETE FROM index_generations WHERE number < :last", {"last": last}), *sweeping([last]))
        assert_same(ArticlesDb(folders[last]), PostgresArticles(reading.rows, last), filters, terms)
    reading.close()


def test_chunks_with_equal_scores_are_in_one_order(address: SecretStr, tmp_path: Path) -> None:
    text = "the harbour of storm closed ferry don't 1,000 international storm"
    copies = [("put", Article(f"{number:03d}", "Harbours", text, source="Gazette")) for number in range(40)]
    terms = "harbour storm ferry closed 1000 the gazette".split()
    home = ArticlesDraft(tmp_path)
    with writer(address, lambda ask: None) as session:
        for db in (home, server := PostgresDraft(session, 1)):
            apply(db, copies, datetime(2025, 6, 1, tzinfo=UTC))
        for k in (5, 45, 90):
            assert [name for name, _ in server.search(terms, k)] == [name for name, _ in home.search(terms, k)]
    home.close()

"""Searching by words finds, ranks and scores exactly as SQLite's full-text index does, whatever came and went."""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.articles import Article, Chunk, Filters
from assistant.index import ArticlesDb, ArticlesDraft, HomeLibrary, NamedChunk
from assistant.index.words import word_files
from assistant.index.words.postings import read_array
from tests.support import open_assistant, write_article

WORDS = [
    "ferry",
    "ferries",
    "harbour",
    "harbor",
    "storm",
    "storms",
    "the",
    "1.5",
    "9to5mac",
    "o'neill",
    "café",
    "covid-19",
]
SOURCES = ["Gazette", "Coast Radio", None]
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
articles = st.lists(st.tuples(texts, texts, st.sampled_from(SOURCES)), max_size=12)
steps = st.lists(st.tuples(articles, st.sets(st.integers(0, 30), max_size=8)), min_size=1, max_size=3)
START = datetime(2025, 1, 1, tzinfo=UTC)


def put(db: ArticlesDraft, number: int, title: str, text: str, source: str | None) -> None:
    article = Article(f"a{number}", title, text, source, START + timedelta(days=number))
    db.put_article(article, "here", "file", START)
    half = max(1, len(text) // 2)
    for start, end in ((0, half), (half, len(text))):
        chunk = Chunk(article.id, start, end, text[start:end])
        db.put_chunk(article, NamedChunk(f"c{number}-{start}", f"{number}{start}", chunk))


def indexed(folder: Path, changes: Sequence[tuple[Sequence[tuple[str, str, str | None]], set[int]]]) -> None:
    """Each step is a refresh: articles come, and some go, also of those that have just come."""
    number = 0
    for new, gone in changes:
        with closing(ArticlesDraft(folder)) as db:
            for title, text, source in new:
                put(db, number, title, text, source)
                number += 1
            for one in gone:
                db.remove_chunks(db.chunk_ids(f"a{one}"))
                db.remove_article(f"a{one}")
            db.finish()


def plain(folder: Path, terms: Sequence[str], condition: str = "TRUE") -> list[tuple[str, float]]:
    query = (
        "SELECT c.id, -bm25(words) FROM words JOIN chunks c ON c.number = words.rowid JOIN articles a "
        f"ON a.id = c.article_id WHERE words MATCH ? AND {condition} ORDER BY 2 DESC, 1"
    )
    with closing(sqlite3.connect(folder / "articles.sqlite")) as db:
        return db.execute(query, (" OR ".join(f'"{term}"' for term in terms),)).fetchall()


@settings(max_examples=20, deadline=None)
@given(steps, st.lists(st.sampled_from([*WORDS, "ferry harbour", "gone"]), min_size=1, max_size=6), st.integers(1, 30))
def test_a_search_is_that_of_the_full_text_index(
    changes: list[tuple[list[tuple[str, str, str | None]], set[int]]], terms: list[str], k: int
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        indexed(folder, changes)
        assert word_files.read_words(folder) is not None
        with closing(ArticlesDb(folder)) as db:
            for filters, condition in (
                (Filters(), "TRUE"),
                (Filters(source="Gazette"), "a.source = 'Gazette'"),
                (Filters(since=START.date() + timedelta(days=5)), "a.published >= '2025-01-06'"),
            ):
                found, meant = db.search(terms, k, filters), plain(folder, terms, condition)[:k]
                assert [one for one, _ in found] == [one for one, _ in meant]
                assert [score for _, score in found] == pytest.approx([score for _, score in meant], rel=1e-12)
            for term in terms:
                assert db.frequency(term) == len(plain(folder, [term]))


@settings(max_examples=10, deadline=None)
@given(steps)
def test_words_and_scores_of_articles_are_those_of_the_full_text_index(
    changes: list[tuple[list[tuple[str, str, str | None]], set[int]]],
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        indexed(folder, changes)
        with closing(ArticlesDb(folder)) as db, closing(sqlite3.connect(folder / "articles.sqlite")) as raw:
            raw.execute("CREATE VIRTUAL TABLE temp.stems USING fts5vocab (main, words, row)")
            assert db.vocabulary() == [row[0] for row in raw.execute("SELECT term FROM temp.stems")]
            query = (
                "SELECT c.article_id, -bm25(words, 3.0, 1.0) AS score FROM words JOIN chunks c "
                "ON c.number = words.rowid WHERE words MATCH ? ORDER BY score"
            )
            meant = dict(raw.execute(query, ('"ferry" OR "storm"',)))
            assert db.scores(["ferry", "storm"]) == pytest.approx(meant, rel=1e-12)


def test_many_chunks_in_several_segments_are_searched_as_one(tmp_path: Path) -> None:
    """The common words of the question are looked up only for the best by the rarer ones."""
    new = [
        (f"Note {n}", f"the storm {'harbour ' * (n % 7)} number {n} {'ferry' if n % 50 == 3 else ''}", "Gazette")
        for n in range(900)
    ]
    indexed(tmp_path, [(new[:500], set()), (new[500:650], {3, 8}), (new[650:], {53, 600})])
    terms = ["ferry", "harbour", "storm", "the"]
    with closing(ArticlesDb(tmp_path)) as db:
        for k in (3, 10, 100, 5000):
            found, meant = db.search(terms, k), plain(tmp_path, terms)[:k]
            assert [name for name, _ in found] == [name for name, _ in meant]
            assert [score for _, score in found] == pytest.approx([score for _, score in meant])


def test_an_index_whose_postings_are_lost_or_damaged_is_searched_all_the_same(tmp_path: Path) -> None:
    indexed(tmp_path, [([("A ferry", "the ferry sails", "Gazette"), ("A storm", "the storm rages", None)], set())])
    with closing(ArticlesDb(tmp_path)) as db:
        found = db.search(["ferry"], 5)
    assert word_files.fault(tmp_path, lambda: [1, 2, 3, 4]) is None
    assert "other chunks" in str(word_files.fault(tmp_path, lambda: [1, 2, 3]))
    (words,) = tmp_path.glob("words/0*/texts.npy")
    words.write_bytes(words.read_bytes()[:-1] + b"\7")
    assert "bytes" in str(word_files.fault(tmp_path, lambda: [1, 2, 3, 4]))
    words.unlink()
    assert word_files.fault(tmp_path) is not None
    with closing(ArticlesDb(tmp_path)) as db:
        assert db.search(["ferry"], 5) == found


def test_a_draft_leaves_the_postings_of_the_generation_before_as_they_were(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    indexed(old, [([("A ferry", "the ferry sails", "Gazette")] * 30, set())])
    (new / "articles.sqlite").write_bytes((old / "articles.sqlite").read_bytes())
    word_files.share(old, new)
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    with closing(ArticlesDraft(new)) as db:
        db.remove_chunks(db.chunk_ids("a3"))
        put(db, 77, "A new ferry", "the new ferry sails too", None)
        db.finish()
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before
    with closing(ArticlesDb(new)) as db:
        assert (db.frequency("new"), db.frequency("ferry")) == (2, len(plain(new, ["ferry"])))


def test_a_word_that_only_removed_articles_had_is_no_word_of_the_index(tmp_path: Path) -> None:
    """The segments are merged here, as both are small."""
    indexed(tmp_path, [([("A storm", "the storm rages", None)], set()), ([("A ferry", "the ferry sails", None)], {0})])
    with closing(ArticlesDb(tmp_path)) as db:
        assert "storm" not in db.vocabulary() and "ferri" in db.vocabulary()


@pytest.mark.parametrize("kind", [np.int64, np.uint32, np.uint16, np.uint8])
@pytest.mark.parametrize("count", [0, 1, 1000])
def test_an_array_is_read_as_it_was_written_by_many_threads_at_once(tmp_path: Path, kind: type, count: int) -> None:
    path = tmp_path / "one.npy"
    written: NDArray[Any] = np.arange(count).astype(kind)
    np.save(path, written)
    with ThreadPoolExecutor(8) as threads:
        for read in threads.map(read_array, [path] * 200):
            assert read.dtype == written.dtype and np.array_equal(read, written)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00", b"x" * 400])
def test_what_is_no_array_is_no_array(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "one.npy").write_bytes(content)
    with pytest.raises(ValueError, match="is no array"):
        read_array(tmp_path / "one.npy")


def test_an_array_that_was_cut_off_is_told(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.arange(1000))
    (tmp_path / "one.npy").write_bytes((tmp_path / "one.npy").read_bytes()[:-8])
    with pytest.raises(ValueError, match="another size"):
        read_array(tmp_path / "one.npy")


@pytest.mark.usefixtures("quick_names")
def test_a_refresh_builds_nothing_on_damaged_postings(tmp_path: Path) -> None:
    folder = write_article(tmp_path / "articles", "ferries", "The ferry sails.", title="Ferries").parent
    library = HomeLibrary(tmp_path / "home")
    with open_assistant(tmp_path / "home") as assistant:
        first = assistant.refresh([folder])
        (words,) = (library.folder / first.generation).glob("words/0*/texts.npy")
        words.write_bytes(words.read_bytes()[:-1] + b"\7")
        second = assistant.refresh([folder])
    assert second.published and any("words: its bytes" in line for line in second.notices)
    assert library.derived_faults(second.generation) == []

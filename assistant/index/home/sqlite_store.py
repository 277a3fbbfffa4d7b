"""The articles, chunks and full-text index of a generation: one SQLite file."""

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Article, Chunk, Filters, header
from assistant.index.article_store import (
    RECORDS,
    EarlierVersion,
    IndexedArticle,
    NamedChunk,
    SeenArticle,
    parse_datetime,
    possible_moments,
)
from assistant.index.derived.derived import FAST, connect_immutable
from assistant.index.home import schema
from assistant.index.words import word_files
from assistant.index.words.word_draft import WordDraft
from assistant.index.words.word_search import ChunkIds, WordSearch
from assistant.text import WORD, fold_name, split_words, stem
from assistant.utils import batches, once, one_line

FILE = "articles.sqlite"
_CHUNKS = "chunks c JOIN articles a ON a.id = c.article_id"
_LISTED = "(SELECT value FROM json_each(?))"  # a list as one value: the number of variables is limited
_BATCH = 500  # chunks read at a time
_MANY = 5000  # articles, so many that those that pass a filter are not listed
_MAX_EARLIER = 5  # versions of an article
_DATED = "moment BETWEEN ? AND ?"  # earlier versions stored dates such as 9999-12-31 too
_DAY = "substr(a.published, 1, 10)"  # in the zone of the article: the day that is shown
_TWO_DAYS = 2 * 24 * 60 * 60


# The numbers of texts in the full-text index, of those that have a chunk, and of all chunks. Both tables are in the
# order of the numbers, so that they are gone through side by side.
_BOTH = """
SELECT count(*), count(c.number), (SELECT count(*) FROM chunks)
FROM words_content w LEFT JOIN chunks c ON c.number = w.id
"""
_ORPHANED = "SELECT count(*) FROM chunks WHERE article_id NOT IN (SELECT id FROM articles)"
_WITHOUT_CHUNKS = "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM chunks)"
_FIELDS = ("id", "title", "text", "source", "published", "url", "author", "category", "updated")
DATES = ("published", "updated", "seen", "altered")
_LONG_AGO = "1970-01-01T00:00:00+00:00"

Row = Mapping[str, Any]
"""A row of a table, by column."""


class ArticlesDb:
    """The SQLite store of the generation in `folder`. Any thread may read; only the thread of the refresh writes."""

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        connect = sqlite3.connect if write else connect_immutable
        self._db = connect(folder / FILE, check_same_thread=False)
        self._lock = threading.Lock()
        if write:
            self._db.executescript(FAST)
            schema.create_or_upgrade(self._db)
        self._fields, self.is_folded = schema.fields(self._db), schema.is_folded(self._db)
        self._listed = schema.listed(self._db)
        self._words_draft = WordDraft(folder) if write else None
        found = word_files.read_words(folder) if self.is_folded and not write else None
        self._words = WordSearch(found, self.rows) if found else None
        self.chunk_ids_passing = lru_cache(maxsize=32)(self._chunk_ids_passing)
        # What is published does not change, but for the dates that cannot be: those more than a week ahead.
        self._dates = self._dates_of if write else lru_cache(maxsize=1)(self._dates_of)
        self._sources = self._count_sources if write else once(self._count_sources)
        if write and not self.is_folded:
            self._fold()

    def close(self) -> None:
        """Commit what was written and close the file."""
        self._db.commit()
        self._db.close()

    # writing

    def finish(self) -> None:
        """Work out what searching by words needs, once all chunks are in."""
        if self._words_draft is not None and not self._words_draft.is_current:
            self._words = WordSearch(self._words_draft.write(self._indexed_words), self.rows)

    def _indexed_words(self, numbers: Collection[int] | None) -> Iterator[tuple[int, str, str]]:
        """The chunks with these numbers, or all, with header and text as they are in the full-text index."""
        listed = [row[0] for row in self.rows("SELECT rowid FROM words")] if numbers is None else sorted(numbers)
        query = f"SELECT rowid, header, text FROM words WHERE rowid IN {_LISTED} ORDER BY rowid"
        for batch in batches(sorted(listed), _BATCH):
            yield from self.rows(query, (json.dumps(batch),))

    def clear_chunks(self) -> None:
        """Remove all chunks, to rebuild them."""
        if self._words_draft is not None:
            self._words_draft.clear()
        self._db.executescript("DELETE FROM words; DELETE FROM chunks;")

    def put_article(self, article: Article, origin: str, file: str, now: datetime | None = None) -> None:
        """Add or replace an article, not its chunks; a replaced title or text is kept as an earlier version."""
        moment = (now or datetime.now(UTC)).isoformat(timespec="microseconds")
        seen, altered = self._store_earlier(article, moment)
        published, updated = article.published, article.updated
        self._db.execute(
            f"INSERT OR REPLACE INTO articles VALUES ({', '.join('?' * 16)})",
            (
                *(article.id, article.title, article.text, article.source),
                *(published and published.isoformat(), article.url, article.author, article.category),
                *(article.source and fold_name(article.source), published and published.timestamp()),
                *(origin, file, article.digest, updated and updated.isoformat(), seen, altered),
            ),
        )

    def _store_earlier(self, article: Article, moment: str) -> tuple[str, str | None]:
        """When the article was first indexed and last altered; a replaced version is stored."""
        query = "SELECT title, text, seen, altered FROM articles WHERE id = ?"
        stored = self._db.execute(query, (article.id,)).fetchone()
        if stored is None:
            return moment, None
        title, text, seen, altered = stored
        if (title, text) == (article.title, article.text):
            return seen, altered
        self._db.execute("INSERT INTO earlier VALUES (?, ?, ?, ?)", (article.id, moment, title, text))
        self._db.execute(
            "DELETE FROM earlier WHERE article_id = ? AND rowid NOT IN "
            "(SELECT rowid FROM earlier WHERE article_id = ? ORDER BY rowid DESC LIMIT ?)",
            (article.id, article.id, _MAX_EARLIER),
        )
        return seen, moment

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Add or replace rows as they are, such as those of a damaged file; what they lack is as in an older index."""
        columns = [row[1] for row in self._db.execute(f"PRAGMA table_info({table})")]
        lacking = {**dict.fromkeys(columns), "seen": _LONG_AGO, "file": ""}
        values = [{**lacking, **{name: value for name, value in row.items() if value is not None}} for row in rows]
        places = ", ".join(f":{name}" for name in columns)
        self._db.executemany(f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({places})", values)

    def put_chunk(self, article: Article, named: NamedChunk) -> None:
        """Add a chunk of `article`."""
        chunk = named.chunk
        row = self._db.execute(
            "INSERT INTO chunks (id, article_id, start, end, content) VALUES (?, ?, ?, ?, ?)",
            (named.id, chunk.article_id, chunk.start, chunk.end, named.content),
        )
        self._put_words(row.lastrowid, article, chunk)

    def _put_words(self, number: int | None, article: Article, chunk: Chunk) -> None:
        indexed = (" ".join(split_words(text)) for text in (header(article), chunk.text))
        self._db.execute("INSERT INTO words (rowid, header, text) VALUES (?, ?, ?)", (number, *indexed))
        if self._words_draft is not None and number is not None:
            self._words_draft.add(number)

    def _fold(self) -> None:
        """Put the words of an index from before they were folded into it anew, and the names of publications."""
        keys = [(fold_name(source), source) for source in self.source_spellings()]
        self._db.executemany("UPDATE articles SET source_key = ? WHERE source = ?", keys)
        self._db.execute("DELETE FROM words")
        if self._words_draft is not None:
            self._words_draft.clear()
        numbers = dict(self._db.execute("SELECT id, number FROM chunks"))
        for batch in batches(list(numbers), _BATCH):
            for chunk_id, (chunk, article) in self.passages(batch).items():
                self._put_words(numbers[chunk_id], article, chunk)
        schema.set_folded(self._db)

    def set_origin(self, article_id: str, origin: str, file: str) -> None:
        """Assign an article to another source that has it too; its earlier versions were those of the source before."""
        self._db.execute("DELETE FROM earlier WHERE article_id = ?", (article_id,))
        self._db.execute("UPDATE articles SET origin = ?, file = ? WHERE id = ?", (origin, file, article_id))

    def remove_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        listed = (json.dumps(list(ids)),)
        numbers = [row[0] for row in self.rows(f"SELECT number FROM chunks WHERE id IN {_LISTED}", listed)]
        self._db.execute(f"DELETE FROM words WHERE rowid IN {_LISTED}", (json.dumps(numbers),))
        if self._words_draft is not None:
            self._words_draft.remove(numbers)
        self._db.execute(f"DELETE FROM chunks WHERE id IN {_LISTED}", listed)

    def remove_article(self, article_id: str) -> None:
        """Remove an article; its chunks must be removed separately."""
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        self._db.execute("DELETE FROM earlier WHERE article_id = ?", (article_id,))

    # reading

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query, from any thread."""
        # One connection serves all threads, one query at a time; each takes some milliseconds.
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def indexed_articles(self) -> dict[str, IndexedArticle]:
        """Every article as a refresh needs it, by id."""
        rows = self.rows("SELECT id, origin, file, digest, title, url FROM articles")
        return {row[0]: IndexedArticle(*row) for row in rows}

    def broken_dates(self) -> list[str]:
        """Stored dates that are none, the first of each column: SQLite does not see that a bit of a text flips."""
        stored = {row[1] for row in self.rows("PRAGMA table_info(articles)")}
        columns = [column for column in DATES if column in stored]
        # All at once, as they stand after the texts; and each date once, as those of a refresh are the same.
        dates = zip(*self.rows(f"SELECT {', '.join(columns)} FROM articles"), strict=True)
        broken = {
            column: [text for text in dict.fromkeys(own) if text is not None and not is_moment(text)]
            for column, own in zip(columns, dates, strict=False)
        }
        return [f"{column} {texts[0]!r} is no date" for column, texts in broken.items() if texts]

    def digests(self) -> dict[str, str]:
        """The digest of each article, by id."""
        return dict(self.rows("SELECT id, digest FROM articles"))

    def chunk_numbers(self) -> list[int]:
        """The number of every chunk in the full-text index."""
        return [row[0] for row in self.rows("SELECT number FROM chunks")]

    def sorted_chunk_ids(self) -> list[str]:
        """The ids of all chunks, in order, as their index has them."""
        return [row[0] for row in self.rows("SELECT id FROM chunks ORDER BY id")]

    def chunk_ids(self, article_id: str | None = None) -> set[str]:
        """The ids of all chunks, or of those of one article."""
        where, values = ("WHERE article_id = ?", (article_id,)) if article_id else ("", ())
        return {row[0] for row in self.rows(f"SELECT id FROM chunks {where}", values)}

    def chunk_ids_by_article(self, article_ids: Sequence[str]) -> dict[str, list[str]]:
        """The ids of the chunks of each article, in order."""
        query = f"SELECT article_id, id FROM chunks WHERE article_id IN {_LISTED} ORDER BY start, end"
        ids: dict[str, list[str]] = defaultdict(list)
        for article_id, chunk in self.rows(query, (json.dumps(article_ids),)):
            ids[article_id].append(chunk)
        return ids

    def records(self, table: str, article_ids: Sequence[str]) -> list[Row]:
        """What is stored of articles in a table, by column: "articles", "earlier" (oldest first) or "chunks"."""
        key, columns = RECORDS[table]
        names = ", ".join(f'"{name}"' for name in columns)
        rows = self.rows(
            f"SELECT {names} FROM {table} WHERE {key} IN {_LISTED} ORDER BY rowid", (json.dumps(article_ids),)
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def chunks_with_content(self, contents: Iterable[str]) -> dict[str, str]:
        """The id of an indexed chunk for each hash of an embedded text that has one."""
        query = f"SELECT content, id FROM chunks WHERE content IN {_LISTED}"
        return dict(self.rows(query, (json.dumps(list(contents)),)))

    def broken_pages(self) -> list[str]:
        """What SQLite finds wrong with the first damaged page of the file; empty for a sound one."""
        return [one_line(row[0], 100) for row in self.rows("PRAGMA quick_check(1)") if row[0] != "ok"]

    def faults(self) -> list[str]:
        """Inconsistencies between the tables; empty when there are none."""
        indexed, common, chunks = self.rows(_BOTH)[0]
        counts = {
            "chunks without full text": chunks - common,
            "full text without a chunk": indexed - common,
            "orphaned chunks": self.rows(_ORPHANED)[0][0],
            "articles without a chunk": self.rows(_WITHOUT_CHUNKS)[0][0],
        }
        return [f"{count} {name}" for name, count in counts.items() if count]

    def search(self, terms: Sequence[str], k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first; higher is better."""
        if not terms:
            return []
        if self._words is not None:
            with suppress(IndexError):  # of damaged postings
                return self._search_words(self._words, terms, k, filters)
            self._words = None
        where, values = conditions(filters)
        join = "" if filters == NO_FILTERS else "JOIN articles a ON a.id = c.article_id"
        return self.rows(
            f"SELECT c.id, -bm25(words) AS score FROM words JOIN chunks c ON c.number = words.rowid {join} "
            f"WHERE words MATCH ? AND {where} ORDER BY score DESC, c.id LIMIT ?",
            (" OR ".join(map(self.matching, terms)), *values, k),
        )

    def _search_words(
        self, words: WordSearch, terms: Sequence[str], k: int, filters: Filters
    ) -> list[tuple[str, float]]:
        if filters == NO_FILTERS:
            return words.search(terms, k, None, None)
        if (few := self.chunk_ids_passing(filters)) is not None:
            return words.search(terms, k, few, None)
        return words.search(terms, k, None, partial(self.passing, filters=filters))

    def _chunk_ids_passing(self, filters: Filters) -> ChunkIds | None:
        """The chunks of the articles that pass `filters`, where those are not many."""
        where, values = conditions(filters)
        limited = f"SELECT a.id FROM articles a WHERE {where} LIMIT {_MANY + 1}"
        articles = [row[0] for row in self.rows(limited, values)]
        if len(articles) > _MANY:
            return None
        query = f"SELECT number, id FROM chunks WHERE article_id IN {_LISTED}"
        return ChunkIds(dict(self.rows(query, (json.dumps(articles),))))

    def passing(self, chunk_ids: Sequence[str], filters: Filters) -> set[str]:
        """Those of `chunk_ids` whose articles pass `filters`."""
        where, values = conditions(filters)
        chunks = f"chunks c JOIN {self._listed} ON a.id = c.article_id"
        query = f"SELECT c.id FROM {chunks} WHERE c.id IN {_LISTED} AND {where}"
        return {row[0] for row in self.rows(query, (json.dumps(chunk_ids), *values))}

    def scores(self, terms: Sequence[str]) -> dict[str, float]:
        """The BM25 score of the best chunk of each article with any of `terms`, words in titles counting thrice."""
        if self._words is not None:
            with suppress(IndexError):  # of damaged postings
                return self._words.scores(terms)
            self._words = None
        query = (
            "SELECT c.article_id, -bm25(words, 3.0, 1.0) AS score FROM words JOIN chunks c ON c.number = words.rowid "
            "WHERE words MATCH ? ORDER BY score"
        )
        return dict(self.rows(query, (" OR ".join(map(self.matching, terms)),)))  # the last, best one counts

    def articles_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """The id of the article of each chunk, by the id of that."""
        return dict(self.rows(f"SELECT id, article_id FROM chunks WHERE id IN {_LISTED}", (json.dumps(chunk_ids),)))

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """The text of each article, by id."""
        return dict(self.rows(f"SELECT id, text FROM articles WHERE id IN {_LISTED}", (json.dumps(ids),)))

    def titles_and_texts(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of each article."""
        query = f"SELECT id, title, text FROM articles WHERE id IN {_LISTED}"
        return self.rows(query, (json.dumps(ids),))

    def title_digests(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, digest and title of each article."""
        query = f"SELECT id, digest, title FROM articles WHERE id IN {_LISTED}"
        return self.rows(query, (json.dumps(ids),))

    def long_titles(self, longer_than: int) -> list[tuple[str, str]]:
        """The id and title of each article with a title of more characters."""
        return self.rows("SELECT id, title FROM articles WHERE length(title) > ?", (longer_than,))

    def ids_matching(self, term: str) -> set[str]:
        """The ids of the articles with a chunk that has `term`, a folded word or phrase."""
        query = "SELECT DISTINCT c.article_id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ?"
        return {row[0] for row in self.rows(query, (self.matching(term),))}

    def frequency(self, term: str) -> int:
        """The number of chunks with `term`."""
        if self._words is not None and (found := self._words.frequency(term)) is not None:
            return found
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        return int(self.rows(query, (self.matching(term),))[0][0])

    def matching(self, term: str) -> str:
        """`term`, a folded word or phrase, as the full-text index is asked for it."""
        if self.is_folded or not term.isdigit():
            return f'"{term}"'
        return f'("{term}" OR "{int(term):,}")'

    def vocabulary(self) -> list[str]:
        """The stems of all words in articles, headlines and names of publications."""
        if self._words is not None:
            return self._words.vocabulary()
        with self._lock:
            self._db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.stems USING fts5vocab (main, words, row)")
        return [row[0] for row in self.rows("SELECT term FROM temp.stems")]

    def spelling(self, term: str) -> str | None:
        """A word with the stem `term`, as spelled in an article."""
        query = "SELECT c.id FROM words JOIN chunks c ON c.number = words.rowid WHERE words MATCH ? LIMIT 1"
        found = self.passages([row[0] for row in self.rows(query, (f'"{term}"',))]).values()
        texts = [text for chunk, article in found for text in (header(article), chunk.text)]
        candidates = (word[0] for text in texts for word in WORD.finditer(text))
        return next((word for word in candidates if term in map(stem, split_words(word))), None)

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunk and article behind each id."""
        passages: dict[str, tuple[Chunk, Article]] = {}
        articles: dict[str, Article] = {}
        query = f"SELECT c.id, c.start, c.end, {self._fields} FROM {_CHUNKS} WHERE c.id IN {_LISTED}"
        for chunk_id, start, end, *fields in self.rows(query, (json.dumps(ids),)):
            article = articles.setdefault(fields[0], _article(fields))
            passages[chunk_id] = (Chunk(article.id, start, end, article.text[start:end]), article)
        return passages

    def days(self, ids: Sequence[str]) -> dict[str, date]:
        """The day on which the article of each chunk was published; undated ones are left out."""
        chunks = f"chunks c JOIN {self._listed} ON a.id = c.article_id"
        query = f"SELECT c.id, a.published FROM {chunks} WHERE c.id IN {_LISTED} AND a.{_DATED}"
        rows = self.rows(query, (json.dumps(ids), *possible_moments()))
        return {chunk_id: datetime.fromisoformat(published).date() for chunk_id, published in rows}

    def chunks(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        ids = self.chunk_ids_by_article([article_id])[article_id]
        passages = self.passages(ids)
        return [passages[chunk_id][0] for chunk_id in ids]

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        rows = self.rows(f"SELECT {self._fields} FROM articles a WHERE a.id = ?", (article_id,))
        return _article(rows[0]) if rows else None

    def find_identical(self, article: Article) -> str | None:
        """The id of an article with the same title, text, publication and date."""
        query = "SELECT id, published FROM articles WHERE title = ? AND text = ? AND source_key IS ?"
        rows = self.rows(query, (article.title, article.text, article.source and fold_name(article.source)))
        return next((name for name, published in rows if parse_datetime(published) == article.published), None)

    def articles(self, filters: Filters = NO_FILTERS) -> Iterator[Article]:
        """The articles that pass `filters`, newest first, undated ones last."""
        return map(_article, self._newest_first(self._fields, filters))

    def _newest_first(self, columns: str, filters: Filters, start: int = 0, count: int = -1) -> list[Any]:
        """The `columns` of the articles, alias a, that pass `filters`, undated ones last: `count` from `start` on."""
        where, values = conditions(filters)
        order = f"ORDER BY CASE WHEN a.{_DATED} THEN a.moment END DESC NULLS LAST, a.id LIMIT ? OFFSET ?"
        limits = (*possible_moments(), count, start)
        return self.rows(f"SELECT {columns} FROM articles a WHERE {where} {order}", (*values, *limits))

    def article_ids(self, filters: Filters = NO_FILTERS) -> list[str]:
        """The ids of the articles that pass `filters`, newest first, undated ones last."""
        return [row[0] for row in self._newest_first("a.id", filters)]

    def listed(self, filters: Filters = NO_FILTERS, start: int = 0, count: int = -1) -> list[ArticleRef]:
        """The articles that pass `filters`, newest first, undated ones last: `count` from `start` on, or all."""
        rows = self._newest_first("a.id, a.title, a.source, a.published, a.url", filters, start, count)
        return [
            ArticleRef(article_id, title, source, parse_datetime(published), url)
            for article_id, title, source, published, url in rows
        ]

    def titles(self) -> list[tuple[str, str]]:
        """The id and title of every article, newest first, undated ones last."""
        return list(self._newest_first("a.id, a.title", NO_FILTERS))

    def newest_text(self) -> str | None:
        """The text of the newest article; None where there is none."""
        newest = self._newest_first("a.id", NO_FILTERS, count=1)
        return self.texts([newest[0][0]])[newest[0][0]] if newest else None

    def seen(self, filters: Filters = NO_FILTERS) -> list[SeenArticle]:
        """When each article that passes `filters` came; none in an older index, which does not know."""
        if "seen" not in {row[1] for row in self.rows("PRAGMA table_info(articles)")}:
            return []
        rows = self._newest_first("a.id, a.title, a.published, a.seen, coalesce(a.altered, a.seen)", filters)
        return [
            SeenArticle(article_id, title, parse_datetime(published), *map(datetime.fromisoformat, moments))
            for article_id, title, published, *moments in rows
        ]

    def earlier(self, article_id: str) -> list[EarlierVersion]:
        """The versions of an article that were replaced, oldest first."""
        query = "SELECT replaced, title, text FROM earlier WHERE article_id = ? ORDER BY rowid"
        return [EarlierVersion(datetime.fromisoformat(row[0]), *row[1:]) for row in self.rows(query, (article_id,))]

    def number_of_articles(self, filters: Filters = NO_FILTERS) -> int:
        """The number of articles that pass `filters`."""
        where, values = conditions(filters)
        return int(self.rows(f"SELECT count(*) FROM articles a WHERE {where}", values)[0][0])

    def by_moment(self, filters: Filters) -> Filters:
        """The same articles for a store that knows moments but no days: without those of the days beside."""
        if filters.first_day is None and filters.last_day is None:
            return filters
        moments = (filters.earliest, filters.latest)
        days = (filters.first_day or "", filters.last_day or "9999")
        query = f"SELECT id FROM articles a WHERE moment BETWEEN ? AND ? AND {_DAY} NOT BETWEEN ? AND ?"
        beside = (row[0] for row in self.rows(query, (*moments, *days)))
        return replace(filters, without=(*filters.without, *beside))

    def sources(self) -> dict[str, int]:
        """The number of articles of each publication, largest first."""
        return self._sources()

    def _count_sources(self) -> dict[str, int]:
        query = "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source_key ORDER BY 2 DESC, 1"
        return dict(self.rows(query))

    def published(self) -> list[tuple[str | None, date, int]]:
        """The number of articles by publication, in one spelling, and day in the article's own zone, oldest first."""
        rows = self.rows(
            "SELECT source_key, source, substr(published, 1, 10), count(*) FROM articles WHERE moment BETWEEN ? AND ? "
            "GROUP BY 1, 3 ORDER BY 3, 1",
            possible_moments(),
        )
        names: dict[str | None, str | None] = {}
        return [(names.setdefault(key, source), date.fromisoformat(day), count) for key, source, day, count in rows]

    def source_spellings(self) -> list[str]:
        """The names of all publications, in each spelling."""
        return [row[0] for row in self.rows("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL")]

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the first article of the oldest day and the last of the newest were published.

        A day is that of the article in its own zone; dates that cannot be do not count.
        """
        return self._dates(date.today())

    def _dates_of(self, today: date) -> tuple[datetime | None, datetime | None]:
        query = f"SELECT published FROM articles a WHERE {_DATED} AND moment"
        first, last = (
            f"(SELECT min(moment) FROM articles WHERE {_DATED})",
            f"(SELECT max(moment) FROM articles WHERE {_DATED})",
        )
        limits = (*possible_moments(), *possible_moments())
        # What is oldest by its day is at most two days from what is oldest as a moment.
        oldest = self.rows(f"{query} <= {first} + {_TWO_DAYS} ORDER BY {_DAY}, moment LIMIT 1", limits)
        newest = self.rows(f"{query} >= {last} - {_TWO_DAYS} ORDER BY {_DAY} DESC, moment DESC LIMIT 1", limits)
        return (parse_datetime(oldest[0][0]), parse_datetime(newest[0][0])) if oldest else (None, None)

    def origins(self) -> dict[str, tuple[int, datetime | None]]:
        """The number of articles of each source, by location, and when the newest of them was published."""
        # Of the columns beside max(), SQLite gives those of the row that has it.
        latest = f"max(CASE WHEN {_DATED} THEN moment END)"
        query = f"SELECT origin, count(*), {latest}, published FROM articles GROUP BY origin"
        return {
            origin: (count, None if moment is None else parse_datetime(published))
            for origin, count, moment, published in self.rows(query, possible_moments())
        }

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        query = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)"
        articles, chunks = self.rows(query)[0]
        return int(articles), int(chunks)


def conditions(filters: Filters) -> tuple[str, list[Any]]:
    """`filters` as an SQL condition on the articles table, alias a, with its values."""
    values = {
        f"a.source_key IN {_LISTED}": json.dumps(source_keys(*filters.sources)) if filters.sources else None,
        "a.moment >= ?": filters.earliest,
        "a.moment <= ?": filters.latest,
        f"{_DAY} >= ?": filters.first_day,
        f"{_DAY} <= ?": filters.last_day,
        f"a.id NOT IN {_LISTED}": json.dumps(filters.without) if filters.without else None,
        f"a.id IN {_LISTED}": None if filters.only is None else json.dumps(filters.only),
    }
    given = {condition: value for condition, value in values.items() if value is not None}
    return " AND ".join(["TRUE", *given]), list(given.values())


def is_folded(folder: Path) -> bool:
    """Whether the file of the generation in `folder` is folded as it is today; so is one that is not there yet."""
    if not (folder / FILE).exists():
        return True
    with closing(connect_immutable(folder / FILE)) as db:
        return schema.is_folded(db)


def source_keys(*names: str) -> list[str]:
    """What stands for publications in the index: their folded names; in an older one those in lower case."""
    return [key for name in names for key in (fold_name(name), name.casefold())]


def article_of(row: Row) -> Article:
    """The article in a row of its table. Raises ValueError or TypeError for what is none."""
    return _article([row.get(field) for field in _FIELDS])


def _article(row: Sequence[Any]) -> Article:
    article_id, title, text, source, published, url, author, category, updated = row
    dates = parse_datetime(published), parse_datetime(updated)
    return Article(article_id, title, text, source, dates[0], url, author, category, dates[1])


def is_moment(text: Any) -> bool:
    """Whether a stored value is a date with its time."""
    try:
        return bool(datetime.fromisoformat(text))
    except (TypeError, ValueError):
        return False

"""The tables of articles and chunks of a generation: one SQLite file, which its full-text index is in too."""

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from assistant.answers import ArticleRef
from assistant.articles import NO_FILTERS, Article, Chunk, Filters
from assistant.index.article_store import (
    RECORDS,
    EarlierVersion,
    IndexedArticle,
    Row,
    SeenArticle,
    parse_datetime,
    possible_moments,
)
from assistant.index.derived.derived import connect_immutable
from assistant.index.home import article_dates, schema, table_faults
from assistant.index.home.article_rows import DATED, LISTED, conditions, read_article
from assistant.index.home.sqlite_words import SqliteWords
from assistant.index.words import word_files
from assistant.index.words.word_search import ChunkIds, WordSearch
from assistant.text import fold_name
from assistant.utils import once

FILE = "articles.sqlite"
_CHUNKS = "chunks c JOIN articles a ON a.id = c.article_id"
_MANY = 5000  # articles, so many that those that pass a filter are not listed


class ArticlesDb:
    """The SQLite store of the generation in `folder`, or of a draft by its connection. Any thread may read."""

    def __init__(self, folder: Path, draft: sqlite3.Connection | None = None) -> None:
        self._db = connect_immutable(folder / FILE, check_same_thread=False) if draft is None else draft
        self._draft_lock = threading.Lock() if draft else None
        self._path = folder / FILE
        self._connections = [self._db]
        # Words and vectors of a question look things up at once. The last used is first, as it has most in memory.
        self._free = [self._db]
        self._fields, self._listed = schema.fields(self._db), schema.listed(self._db)
        self.chunk_ids_passing = lru_cache(maxsize=32)(self._chunk_ids_passing)
        # What is published does not change, but for the dates that cannot be: those more than a week ahead.
        span = partial(article_dates.span, self.rows)
        self._span = span if draft else lru_cache(maxsize=1)(span)
        self._sources = self._count_sources if draft else once(self._count_sources)
        folded = schema.is_folded(self._db)
        found = word_files.read_words(folder) if folded and draft is None else None
        self._words = SqliteWords(self, WordSearch(found, self.rows) if found else None, is_folded=folded)
        self.search, self.scores, self.ids_matching = self._words.search, self._words.scores, self._words.ids_matching
        self.frequency, self.vocabulary = self._words.frequency, self._words.vocabulary
        self.spelling = self._words.spelling

    def close(self) -> None:
        """Commit what was written and close the file."""
        self._db.commit()
        for each in self._connections:
            each.close()

    def rows(self, query: str, values: Sequence[Any] = (), *, after: str = "") -> list[Any]:
        """The rows of a query, from any thread; `after` a statement on the same connection."""
        with self._connection() as db:
            if after:
                db.execute(after)
            return db.execute(query, values).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses until the end of the block; of a draft there is only one."""
        if self._draft_lock is not None:
            with self._draft_lock:
                yield self._db
            return
        try:
            db = self._free.pop()
        except IndexError:
            db = connect_immutable(self._path, check_same_thread=False)
            self._connections.append(db)
        try:
            yield db
        finally:
            self._free.append(db)

    def indexed_articles(self) -> dict[str, IndexedArticle]:
        """Every article as a refresh needs it, by id."""
        rows = self.rows("SELECT id, origin, file, digest, title, url FROM articles")
        return {row[0]: IndexedArticle(*row) for row in rows}

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
        query = f"SELECT article_id, id FROM chunks WHERE article_id IN {LISTED} ORDER BY start, end"
        ids: dict[str, list[str]] = defaultdict(list)
        for article_id, chunk in self.rows(query, (json.dumps(article_ids),)):
            ids[article_id].append(chunk)
        return ids

    def records(self, table: str, article_ids: Sequence[str]) -> list[Row]:
        """What is stored of articles in a table, by column: "articles", "earlier" (oldest first) or "chunks"."""
        key, columns = RECORDS[table]
        names = ", ".join(f'"{name}"' for name in columns)
        rows = self.rows(
            f"SELECT {names} FROM {table} WHERE {key} IN {LISTED} ORDER BY rowid", (json.dumps(article_ids),)
        )
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def chunks_with_content(self, contents: Iterable[str]) -> dict[str, str]:
        """The id of an indexed chunk for each hash of an embedded text that has one."""
        query = f"SELECT content, id FROM chunks WHERE content IN {LISTED}"
        return dict(self.rows(query, (json.dumps(list(contents)),)))

    def faults(self) -> list[str]:
        """Inconsistencies between the tables; empty when there are none."""
        return table_faults.disagreements(self.rows)

    def _chunk_ids_passing(self, filters: Filters) -> ChunkIds | None:
        """The chunks of the articles that pass `filters`, where those are not many."""
        where, values = conditions(filters)
        limited = f"SELECT a.id FROM articles a WHERE {where} LIMIT {_MANY + 1}"
        articles = [row[0] for row in self.rows(limited, values)]
        if len(articles) > _MANY:
            return None
        query = f"SELECT number, id FROM chunks WHERE article_id IN {LISTED}"
        return ChunkIds(dict(self.rows(query, (json.dumps(articles),))))

    def passing(self, chunk_ids: Sequence[str], filters: Filters) -> set[str]:
        """Those of `chunk_ids` whose articles pass `filters`."""
        return {row[0] for row in self._passing("c.id", "c.id", chunk_ids, filters)}

    def numbers_passing(self, numbers: Sequence[int], filters: Filters) -> dict[int, str]:
        """The chunks with these numbers whose articles pass `filters`, each with its id."""
        return dict(self._passing("c.number, c.id", "c.number", numbers, filters))

    def _passing(self, columns: str, key: str, given: Sequence[Any], filters: Filters) -> list[Any]:
        where, values = conditions(filters)
        chunks = f"chunks c JOIN {self._listed} ON a.id = c.article_id"
        query = f"SELECT {columns} FROM {chunks} WHERE {key} IN {LISTED} AND {where}"
        return self.rows(query, (json.dumps(given), *values))

    def articles_of(self, chunk_ids: Sequence[str]) -> dict[str, str]:
        """The id of the article of each chunk, by the id of that."""
        return dict(self.rows(f"SELECT id, article_id FROM chunks WHERE id IN {LISTED}", (json.dumps(chunk_ids),)))

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """The text of each article, by id."""
        return dict(self.rows(f"SELECT id, text FROM articles WHERE id IN {LISTED}", (json.dumps(ids),)))

    def titles_and_texts(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, title and text of each article."""
        query = f"SELECT id, title, text FROM articles WHERE id IN {LISTED}"
        return self.rows(query, (json.dumps(ids),))

    def title_digests(self, ids: Sequence[str]) -> list[tuple[str, str, str]]:
        """Id, digest and title of each article."""
        query = f"SELECT id, digest, title FROM articles WHERE id IN {LISTED}"
        return self.rows(query, (json.dumps(ids),))

    def long_titles(self, longer_than: int) -> list[tuple[str, str]]:
        """The id and title of each article with a title of more characters."""
        return self.rows("SELECT id, title FROM articles WHERE length(title) > ?", (longer_than,))

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunk and article behind each id."""
        passages: dict[str, tuple[Chunk, Article]] = {}
        articles: dict[str, Article] = {}
        query = f"SELECT c.id, c.start, c.end, {self._fields} FROM {_CHUNKS} WHERE c.id IN {LISTED}"
        for chunk_id, start, end, *fields in self.rows(query, (json.dumps(ids),)):
            article = articles.setdefault(fields[0], read_article(fields))
            passages[chunk_id] = (Chunk(article.id, start, end, article.text[start:end]), article)
        return passages

    def days(self, ids: Sequence[str]) -> dict[str, date]:
        """The day on which the article of each chunk was published; undated ones are left out."""
        chunks = f"chunks c JOIN {self._listed} ON a.id = c.article_id"
        query = f"SELECT c.id, a.published FROM {chunks} WHERE c.id IN {LISTED} AND a.{DATED}"
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
        return read_article(rows[0]) if rows else None

    def find_identical(self, article: Article) -> str | None:
        """The id of an article with the same title, text, publication and date."""
        query = "SELECT id, published FROM articles WHERE title = ? AND text = ? AND source_key IS ?"
        rows = self.rows(query, (article.title, article.text, article.source and fold_name(article.source)))
        return next((name for name, published in rows if parse_datetime(published) == article.published), None)

    def articles(self, filters: Filters = NO_FILTERS) -> Iterator[Article]:
        """The articles that pass `filters`, newest first, undated ones last."""
        return map(read_article, self._newest_first(self._fields, filters))

    def _newest_first(self, columns: str, filters: Filters, start: int = 0, count: int = -1) -> list[Any]:
        """The `columns` of the articles, alias a, that pass `filters`, undated ones last: `count` from `start` on."""
        where, values = conditions(filters)
        order = f"ORDER BY CASE WHEN a.{DATED} THEN a.moment END DESC NULLS LAST, a.id LIMIT ? OFFSET ?"
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
        return article_dates.by_moment(self.rows, filters)

    def sources(self) -> dict[str, int]:
        """The number of articles of each publication, largest first."""
        return self._sources()

    def _count_sources(self) -> dict[str, int]:
        query = "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source_key ORDER BY 2 DESC, 1"
        return dict(self.rows(query))

    def published(self) -> list[tuple[str | None, date, int]]:
        """The number of articles by publication, in one spelling, and day in the article's own zone, oldest first."""
        return article_dates.by_day(self.rows)

    def source_spellings(self) -> list[str]:
        """The names of all publications, in each spelling."""
        return [row[0] for row in self.rows("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL")]

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the first article of the oldest day and the last of the newest were published.

        A day is that of the article in its own zone; dates that cannot be do not count.
        """
        return self._span(date.today())

    def origins(self) -> dict[str, tuple[int, datetime | None]]:
        """The number of articles of each source, by location, and when the newest of them was published."""
        return article_dates.newest_by_origin(self.rows)

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        query = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)"
        articles, chunks = self.rows(query)[0]
        return int(articles), int(chunks)


def is_folded(folder: Path) -> bool:
    """Whether the file of the generation in `folder` is folded as it is today; so is one that is not there yet."""
    if not (folder / FILE).exists():
        return True
    with closing(connect_immutable(folder / FILE)) as db:
        return schema.is_folded(db)

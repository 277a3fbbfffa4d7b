"""The articles, chunks and full-text index of a generation: one SQLite file."""

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from assistant.articles import NO_FILTERS, Article, Chunk, Filters, header
from assistant.index import schema
from assistant.text import split_words, stem

FILE = "articles.sqlite"
_MAX_VARIABLES = 500
_MAX_EARLIER = 5  # versions of an article


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """What a refresh needs to know of an indexed article."""

    id: str
    origin: str
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class NamedChunk:
    """A chunk with its id in both stores and the hash of its embedded text."""

    id: str
    content: str
    chunk: Chunk


class ArticlesDb:
    """The SQLite store of a generation. Any thread may read; only the thread of the refresh writes."""

    def __init__(self, path: Path, *, write: bool = False) -> None:
        mode = "rwc" if write else "ro&immutable=1"
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self._fields = schema.fields(self._db)
        if write:
            # The whole generation is flushed to disk once, before it is published.
            self._db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;")

    @classmethod
    def in_folder(cls, generation: Path) -> Self:
        """The store of the generation in a folder, for reading."""
        return cls(generation / FILE)

    def close(self) -> None:
        """Commit what was written and close the file."""
        self._db.commit()
        self._db.close()

    # writing

    def create(self) -> None:
        """Create the tables in a new file."""
        schema.create(self._db)

    def upgrade(self) -> None:
        """Add what the tables of an older index lack."""
        schema.upgrade(self._db)
        self._fields = schema.fields(self._db)

    def clear_chunks(self) -> None:
        """Remove all chunks, to rebuild them."""
        self._db.executescript("DELETE FROM words; DELETE FROM chunks;")

    def put_article(self, article: Article, origin: str, file: str, now: datetime | None = None) -> None:
        """Add an article at `now`, or replace the one with its id, whose chunks must be removed separately.

        When title or text changed, the previous ones are stored as an earlier version.
        """
        moment = (now or datetime.now(UTC)).isoformat(timespec="microseconds")
        seen, altered = self._store_earlier(article, moment)
        published, updated = article.published, article.updated
        self._db.execute(
            f"INSERT OR REPLACE INTO articles VALUES ({', '.join('?' * 16)})",
            (
                *(article.id, article.title, article.text, article.source),
                *(published and published.isoformat(), article.url, article.author, article.category),
                *(article.source and article.source.casefold(), published and published.timestamp()),
                *(origin, file, article.digest, updated and updated.isoformat(), seen, altered),
            ),
        )

    def _store_earlier(self, article: Article, moment: str) -> tuple[str, str | None]:
        """When the article was first indexed and last altered; a replaced version is stored."""
        rows = self._db.execute(
            "SELECT title, text, seen, altered FROM articles WHERE id = ?", (article.id,)
        ).fetchall()
        if not rows:
            return moment, None
        title, text, seen, altered = rows[0]
        if (title, text) == (article.title, article.text):
            return seen, altered
        self._db.execute("INSERT INTO earlier VALUES (?, ?, ?, ?)", (article.id, moment, title, text))
        self._db.execute(
            "DELETE FROM earlier WHERE article_id = ? AND rowid NOT IN "
            "(SELECT rowid FROM earlier WHERE article_id = ? ORDER BY rowid DESC LIMIT ?)",
            (article.id, article.id, _MAX_EARLIER),
        )
        return seen, moment

    def put_chunks(self, article: Article, chunks: Iterable[NamedChunk]) -> None:
        """Add chunks of `article`."""
        header_line = header(article)
        for named in chunks:
            chunk = named.chunk
            row = self._db.execute(
                "INSERT INTO chunks (id, article_id, start, end, content) VALUES (?, ?, ?, ?, ?)",
                (named.id, chunk.article_id, chunk.start, chunk.end, named.content),
            )
            self._db.execute(
                "INSERT INTO words (rowid, header, text) VALUES (?, ?, ?)", (row.lastrowid, header_line, chunk.text)
            )

    def set_origin(self, article_id: str, origin: str, file: str) -> None:
        """Assign an article to another source that has it too."""
        self._db.execute("UPDATE articles SET origin = ?, file = ? WHERE id = ?", (origin, file, article_id))

    def remove_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        for chunk_id in ids:
            number = self._db.execute("SELECT number FROM chunks WHERE id = ?", (chunk_id,)).fetchone()[0]
            self._db.execute("DELETE FROM words WHERE rowid = ?", (number,))
            self._db.execute("DELETE FROM chunks WHERE number = ?", (number,))

    def remove_articles(self, ids: Iterable[str]) -> None:
        """Remove articles by id; their chunks must be removed separately."""
        rows = [(article_id,) for article_id in ids]
        self._db.executemany("DELETE FROM articles WHERE id = ?", rows)
        self._db.executemany("DELETE FROM earlier WHERE article_id = ?", rows)

    # reading

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a query, from any thread."""
        # One connection serves all threads, one query at a time; each takes some milliseconds.
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def indexed_articles(self) -> dict[str, IndexedArticle]:
        """Every article as a refresh needs it, by id."""
        rows = self.rows("SELECT id, origin, file, digest FROM articles")
        return {row[0]: IndexedArticle(*row) for row in rows}

    def digests(self) -> dict[str, str]:
        """The digest of each article, by id."""
        return dict(self.rows("SELECT id, digest FROM articles"))

    def chunk_ids(self, article_id: str | None = None) -> set[str]:
        """The ids of all chunks, or of those of one article."""
        where, values = ("WHERE article_id = ?", (article_id,)) if article_id else ("", ())
        return {row[0] for row in self.rows(f"SELECT id FROM chunks {where}", values)}

    def chunks_with_content(self, contents: Iterable[str]) -> dict[str, str]:
        """The id of an indexed chunk for each hash of an embedded text that has one."""
        found: dict[str, str] = {}
        for batch in _batches(list(contents)):
            rows = self.rows(f"SELECT content, id FROM chunks WHERE content IN ({_placeholders(batch)})", batch)
            found.update(rows)
        return found

    def faults(self) -> list[str]:
        """Inconsistencies between the tables; empty when there are none."""
        checks = {
            "chunks without full text": "SELECT count(*) FROM chunks WHERE number NOT IN (SELECT rowid FROM words)",
            "full text without a chunk": "SELECT count(*) FROM words WHERE rowid NOT IN (SELECT number FROM chunks)",
            "orphaned chunks": "SELECT count(*) FROM chunks WHERE article_id NOT IN (SELECT id FROM articles)",
            "articles without a chunk": "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM chunks)",
        }
        counts = {name: self.rows(check)[0][0] for name, check in checks.items()}
        return [f"{count} {name}" for name, count in counts.items() if count]

    def search(self, terms: Sequence[str], k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """Up to k (chunk id, BM25 score) of chunks with any of `terms`, best first; higher is better."""
        if not terms:
            return []
        clauses, values = conditions(filters)
        rows = self.rows(
            "SELECT c.id, -bm25(words) AS score FROM words JOIN chunks c ON c.number = words.rowid "
            + ("JOIN articles a ON a.id = c.article_id " if clauses else "")
            + " AND ".join(["WHERE words MATCH ?", *clauses])
            + " ORDER BY score DESC, c.id LIMIT ?",
            (" OR ".join(f'"{term}"' for term in terms), *values, k),
        )
        return [(row[0], row[1]) for row in rows]

    def frequency(self, term: str) -> int:
        """The number of chunks with `term`."""
        query = "SELECT count(*) FROM words WHERE words MATCH ?"
        return int(self.rows(query, (f'"{term}"',))[0][0])

    def vocabulary(self) -> list[str]:
        """The stems of all words in articles, headlines and names of publications."""
        with self._lock:
            self._db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.stems USING fts5vocab (main, words, row)")
        return [row[0] for row in self.rows("SELECT term FROM temp.stems")]

    def spelling(self, term: str) -> str | None:
        """A word with the stem `term`, as spelled in an article."""
        rows = self.rows("SELECT header, text FROM words WHERE words MATCH ? LIMIT 1", (f'"{term}"',))
        candidates = re.findall(r"[^\W_]+", " ".join(rows[0])) if rows else []
        return next((word for word in candidates if term in map(stem, split_words(word))), None)

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Chunk, Article]]:
        """The chunk and article behind each id."""
        passages: dict[str, tuple[Chunk, Article]] = {}
        articles: dict[str, Article] = {}
        for batch in _batches(ids):
            rows = self.rows(
                f"SELECT c.id, c.start, c.end, {self._fields} FROM chunks c JOIN articles a ON a.id = c.article_id "
                f"WHERE c.id IN ({_placeholders(batch)})",
                batch,
            )
            for chunk_id, start, end, *fields in rows:
                article = articles.setdefault(fields[0], _article(fields))
                passages[chunk_id] = (Chunk(article.id, start, end, article.text[start:end]), article)
        return passages

    def days(self, ids: Sequence[str]) -> dict[str, date]:
        """The day on which the article of each chunk was published; undated ones are left out."""
        days: dict[str, date] = {}
        for batch in _batches(ids):
            rows = self.rows(
                "SELECT c.id, a.published FROM chunks c JOIN articles a ON a.id = c.article_id "
                f"WHERE c.id IN ({_placeholders(batch)}) AND a.published IS NOT NULL",
                batch,
            )
            days.update((chunk_id, datetime.fromisoformat(published).date()) for chunk_id, published in rows)
        return days

    def chunks(self, article_id: str) -> list[Chunk]:
        """The chunks of an article, in order."""
        query = "SELECT id FROM chunks WHERE article_id = ? ORDER BY start, end"
        ids = [row[0] for row in self.rows(query, (article_id,))]
        passages = self.passages(ids)
        return [passages[chunk_id][0] for chunk_id in ids]

    def article(self, article_id: str) -> Article | None:
        """The article with that id."""
        rows = self.rows(f"SELECT {self._fields} FROM articles a WHERE a.id = ?", (article_id,))
        return _article(rows[0]) if rows else None

    def find_identical(self, article: Article) -> str | None:
        """The id of an article with the same title, text, publication and date."""
        rows = self.rows(
            "SELECT id FROM articles WHERE title = ? AND text = ? AND source_key IS ? AND published IS ?",
            (
                *(article.title, article.text, article.source and article.source.casefold()),
                article.published and article.published.isoformat(),
            ),
        )
        return rows[0][0] if rows else None

    def articles(self, filters: Filters = NO_FILTERS) -> Iterator[Article]:
        """The articles that pass `filters`, newest first, undated ones last."""
        clauses, values = conditions(filters)
        where = f"WHERE {' AND '.join(clauses)}" if clauses else ""
        query = f"SELECT {self._fields} FROM articles a {where} ORDER BY a.moment IS NULL, a.moment DESC, a.id"
        return map(_article, self.rows(query, values))

    def titles(self) -> list[tuple[str, str]]:
        """The id and title of every article."""
        return self.rows("SELECT id, title FROM articles")

    def urls(self) -> list[tuple[str, str]]:
        """The id and URL of every article that has one."""
        return self.rows("SELECT id, url FROM articles WHERE url IS NOT NULL")

    def sources(self) -> dict[str, int]:
        """The number of articles of each publication, largest first."""
        query = "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source_key ORDER BY 2 DESC, 1"
        return dict(self.rows(query))

    def dates(self) -> tuple[datetime | None, datetime | None]:
        """When the oldest and the newest article were published."""
        query = "SELECT published FROM articles WHERE moment IS NOT NULL ORDER BY moment"
        oldest, newest = self.rows(f"{query} LIMIT 1"), self.rows(f"{query} DESC LIMIT 1")
        return (parse_datetime(oldest[0][0]), parse_datetime(newest[0][0])) if oldest else (None, None)

    def origins(self) -> dict[str, tuple[int, datetime | None]]:
        """The number of articles of each source, by location, and when the newest of them was published."""
        query = "SELECT origin, count(*), max(moment) FROM articles GROUP BY origin"
        return {
            origin: (count, None if moment is None else datetime.fromtimestamp(moment, UTC))
            for origin, count, moment in self.rows(query)
        }

    def counts(self) -> tuple[int, int]:
        """The numbers of articles and of chunks."""
        query = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)"
        articles, chunks = self.rows(query)[0]
        return int(articles), int(chunks)


def conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    """`filters` as SQL conditions on the articles table, alias a, with their values."""
    pairs: list[tuple[str, Any]] = []
    if filters.source is not None:
        pairs.append(("a.source_key = ?", filters.source.casefold()))
    if filters.earliest is not None:
        pairs.append(("a.moment >= ?", filters.earliest))
    if filters.latest is not None:
        pairs.append(("a.moment <= ?", filters.latest))
    pairs.extend(("a.id <> ?", article_id) for article_id in filters.without)
    if filters.only is not None:
        # As one value: the number of variables in a statement is limited.
        pairs.append(("a.id IN (SELECT value FROM json_each(?))", json.dumps(filters.only)))
    return [clause for clause, _ in pairs], [value for _, value in pairs]


def _article(row: Sequence[Any]) -> Article:
    article_id, title, text, source, published, url, author, category, updated = row
    dates = parse_datetime(published), parse_datetime(updated)
    return Article(article_id, title, text, source, dates[0], url, author, category, dates[1])


def parse_datetime(text: str | None) -> datetime | None:
    """A stored date and time."""
    return datetime.fromisoformat(text) if text else None


def _placeholders(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _MAX_VARIABLES):
        yield values[start : start + _MAX_VARIABLES]

"""The articles, chunks and full-text index of a draft, written to the SQLite file of a generation."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from assistant.articles import Article, Chunk, header
from assistant.index.article_store import NamedChunk, Row
from assistant.index.derived.derived import FAST
from assistant.index.home import schema
from assistant.index.home.article_rows import LISTED
from assistant.index.home.sqlite_store import FILE, ArticlesDb
from assistant.index.words.word_draft import WordDraft
from assistant.index.words.word_search import WordSearch
from assistant.text import fold_name, split_words
from assistant.utils import batches

_BATCH = 500  # chunks read at a time
_MAX_EARLIER = 5  # versions of an article
_LONG_AGO = "1970-01-01T00:00:00+00:00"


class ArticlesDraft(ArticlesDb):
    """The SQLite store of the draft in `folder`. Any thread may read; only the thread of the refresh writes."""

    def __init__(self, folder: Path) -> None:
        db = sqlite3.connect(folder / FILE, check_same_thread=False)
        db.executescript(FAST)
        schema.create_or_upgrade(db)
        super().__init__(folder, db)
        self._words_draft = WordDraft(folder)
        if not schema.is_folded(db):
            self._fold()

    def finish(self) -> None:
        """Work out what searching by words needs, once all chunks are in."""
        if not self._words_draft.is_current:
            self._words.postings = WordSearch(self._words_draft.write(self._indexed_words), self.rows)

    def _indexed_words(self, numbers: Collection[int] | None) -> Iterator[tuple[int, str, str]]:
        """The chunks with these numbers, or all, with header and text as they are in the full-text index."""
        listed = [row[0] for row in self.rows("SELECT rowid FROM words")] if numbers is None else sorted(numbers)
        query = f"SELECT rowid, header, text FROM words WHERE rowid IN {LISTED} ORDER BY rowid"
        for batch in batches(sorted(listed), _BATCH):
            yield from self.rows(query, (json.dumps(batch),))

    def clear_chunks(self) -> None:
        """Remove all chunks, to rebuild them."""
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
        if number is not None:
            self._words_draft.add(number)

    def _fold(self) -> None:
        """Put the words of an index from before they were folded into it anew, and the names of publications."""
        keys = [(fold_name(source), source) for source in self.source_spellings()]
        self._db.executemany("UPDATE articles SET source_key = ? WHERE source = ?", keys)
        self._db.execute("DELETE FROM words")
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
        numbers = [row[0] for row in self.rows(f"SELECT number FROM chunks WHERE id IN {LISTED}", listed)]
        self._db.execute(f"DELETE FROM words WHERE rowid IN {LISTED}", (json.dumps(numbers),))
        self._words_draft.remove(numbers)
        self._db.execute(f"DELETE FROM chunks WHERE id IN {LISTED}", listed)

    def remove_article(self, article_id: str) -> None:
        """Remove an article; its chunks must be removed separately."""
        self._db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        self._db.execute("DELETE FROM earlier WHERE article_id = ?", (article_id,))

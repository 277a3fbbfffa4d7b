"""The articles and chunks of a draft in PostgreSQL, written in batches under the number of the next generation."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from assistant.articles import Article, header
from assistant.index.article_store import RECORDS, NamedChunk
from assistant.index.server.postgres_articles import listed
from assistant.index.server.postgres_schema import BETWEEN
from assistant.index.server.postgres_sessions import Row, Statement, Writer
from assistant.index.server.postgres_words import PostgresArticles
from assistant.index.words.full_text_terms import terms_of
from assistant.text import fold_name

_BATCH = 500  # rows written at a time
_MAX_EARLIER = 5  # versions of an article
_MARKED = "UPDATE index_{0} SET went = :generation WHERE came < :generation AND went IS NULL AND "
_DELETED = "DELETE FROM index_{0} WHERE came = :generation AND "
_IDS = f"= ANY {listed('ids')}"
_ARTICLE = (
    *("id", "title", "text", "source", "published", "url", "author", "category", "source_key", "moment"),
    *("origin", "file", "digest", "updated", "seen", "altered"),
)
_CHUNK = ("id", "article_id", "start", "end", "content", "header", "terms", "length")
_EARLIER = ("article_id", "replaced", "title", "text")
_TYPES = {"moment": "float8", "start": "integer", "end": "integer", "length": "integer"}


class PostgresDraft(PostgresArticles):
    """The articles and chunks of the draft with that number. Nobody reads at its number until it is published."""

    def __init__(self, session: Writer, generation: int) -> None:
        super().__init__(session.rows, generation)
        self._session = session
        self._articles: dict[str, tuple[Article, str, str, str]] = {}
        self._chunks: list[tuple[Article, NamedChunk]] = []
        self._counted = False
        self._pending = threading.RLock()  # names are found in a thread of its own, which reads what is written

    def rows(self, query: str, **values: Any) -> list[Row]:
        """The rows of a query, with all that was written."""
        with self._pending:
            self.flush()
            if "index_" in query:
                self.count_terms()
        return super().rows(query, **values)

    def close(self) -> None:
        """Write what is pending."""
        with self._pending:
            self.flush()
            self.count_terms()

    def _run(self, *statements: Statement) -> None:
        self._counted = False
        self._session.run(*((query, {**values, "generation": self.generation}) for query, values in statements))

    def count_terms(self) -> None:
        """Count the terms of what came and went, unless nothing did since they were counted."""
        if self._counted:
            return
        came, went = (
            f"ts_stat('SELECT words FROM index_chunks WHERE {change}')"
            for change in (f"came = {self.generation:d}", f"went = {self.generation:d}")
        )
        counted = (
            "INSERT INTO index_terms SELECT term, :generation, sum(chunks) FROM "
            f"(SELECT word AS term, ndoc AS chunks FROM {came} UNION ALL SELECT word, -ndoc FROM {went}) changed "
            "GROUP BY term HAVING sum(chunks) <> 0"
        )
        sizes = (
            "INSERT INTO index_sizes SELECT :generation, coalesce(sum(sign), 0), coalesce(sum(sign * length), 0) FROM "
            "(SELECT 1 AS sign, length FROM index_chunks WHERE came = :generation UNION ALL "
            "SELECT -1, length FROM index_chunks WHERE went = :generation) changed"
        )
        counts = ("terms", "sizes")
        old: list[Statement] = [(f"DELETE FROM index_{name} WHERE generation = :generation", {}) for name in counts]
        self._run(*old, (counted, {}), (sizes, {}))
        self._counted = True

    # articles

    def put_article(self, article: Article, origin: str, file: str, now: datetime | None = None) -> None:
        """Add or replace an article, not its chunks; a replaced title or text is kept as an earlier version."""
        moment = (now or datetime.now(UTC)).isoformat(timespec="microseconds")
        with self._pending:
            if article.id in self._articles:  # a replaced one must be found as it was
                self.flush()
            self._articles[article.id] = (article, origin, file, moment)
            if len(self._articles) >= _BATCH:
                self.flush()

    def _flush_articles(self) -> None:
        pending, self._articles = self._articles, {}
        ids = {"ids": json.dumps(list(pending))}
        query = f"SELECT id, title, text, seen, altered FROM articles WHERE id {_IDS}"
        stored = {row[0]: row[1:] for row in super().rows(query, **ids)}
        rows, replaced = [], []
        for article, origin, file, moment in pending.values():
            title, text, seen, altered = stored.get(article.id, (article.title, article.text, moment, None))
            if (title, text) != (article.title, article.text):
                altered = moment
                replaced.append({"article_id": article.id, "replaced": moment, "title": title, "text": text})
            rows.append(_article_row(article, origin, file, seen, altered))
        gone = [(f"{change.format('articles')}id {_IDS}", ids) for change in (_MARKED, _DELETED)]
        added = [_insert("earlier", _EARLIER, replaced), *self._outdated(replaced)] if replaced else []
        self._run(*gone, _insert("articles", _ARTICLE, rows), *added)

    def _outdated(self, replaced: Sequence[Mapping[str, str]]) -> list[Statement]:
        """What drops the oldest of too many earlier versions."""
        ids = {"ids": json.dumps([row["article_id"] for row in replaced])}
        oldest = (
            "number IN (SELECT number FROM (SELECT number, row_number() OVER "
            "(PARTITION BY article_id ORDER BY number DESC) AS place FROM index_earlier "
            f"WHERE article_id {_IDS} AND went IS NULL) counted WHERE place > {_MAX_EARLIER})"
        )
        return [(change.format("earlier") + oldest, ids) for change in (_DELETED, _MARKED)]

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add what `records` gave of the tables "articles" and "earlier", as it is."""
        self.flush()
        if rows:
            self._run(_insert(table, RECORDS[table][1], list(rows)))

    def set_origin(self, article_id: str, origin: str, file: str) -> None:
        """Assign an article to another source that has it too; its earlier versions were those of the source before."""
        self.flush()
        columns = ", ".join(_ARTICLE)
        copied = ", ".join({"origin": ":origin", "file": ":file"}.get(name, name) for name in _ARTICLE)
        one = {"id": article_id, "origin": origin, "file": file}
        copy = (
            f"INSERT INTO index_articles (came, {columns}) SELECT :generation, {copied} FROM index_articles "
            "WHERE id = :id AND came < :generation AND went IS NULL"
        )
        own = "UPDATE index_articles SET origin = :origin, file = :file WHERE id = :id AND came = :generation"
        gone = [(change.format("earlier") + "article_id = :id", one) for change in (_MARKED, _DELETED)]
        self._run(*gone, (own, one), (copy, one), (_MARKED.format("articles") + "id = :id", one))

    def remove_article(self, article_id: str) -> None:
        """Remove an article; its chunks must be removed separately."""
        self.remove_articles([article_id])

    def remove_articles(self, ids: Sequence[str]) -> None:
        """Remove articles; their chunks must be removed separately."""
        self.flush()
        given = {"ids": json.dumps(ids)}
        for table, column in (("articles", "id"), ("earlier", "article_id")):
            self._run(*((f"{change.format(table)}{column} {_IDS}", given) for change in (_MARKED, _DELETED)))

    def clear(self) -> None:
        """Remove all articles, to begin without any; the chunks must be removed separately."""
        self.flush()
        for table in ("articles", "earlier"):
            self._run(*((change.format(table) + "TRUE", {}) for change in (_MARKED, _DELETED)))

    # chunks

    def clear_chunks(self) -> None:
        """Remove all chunks, to rebuild them."""
        self.flush()
        self._run(*((change.format("chunks") + "TRUE", {}) for change in (_MARKED, _DELETED)))

    def put_chunk(self, article: Article, named: NamedChunk) -> None:
        """Add a chunk of `article`."""
        with self._pending:
            self._chunks.append((article, named))
            if len(self._chunks) >= _BATCH:
                self.flush()

    def remove_chunks(self, ids: Iterable[str]) -> None:
        """Remove chunks by id."""
        self.flush()
        given = {"ids": json.dumps(list(ids))}
        self._run(*((f"{change.format('chunks')}id {_IDS}", given) for change in (_MARKED, _DELETED)))

    def flush(self) -> None:
        """Write what is pending."""
        with self._pending:
            if self._articles:
                self._flush_articles()
            if self._chunks:
                pending, self._chunks = self._chunks, []
                headers = terms_of(header(article) for article, _ in pending)
                texts = terms_of(named.chunk.text for _, named in pending)
                rows = [_chunk_row(named, *own) for (_, named), *own in zip(pending, headers, texts, strict=True)]
                self._run(_insert("chunks", _CHUNK, rows))

    def finish(self) -> None:
        """Write what is pending, and count its terms."""
        self.close()

    def lacking_vectors(self, embedder: int) -> int:
        """How many of the new chunks have no vector of that embedder in the database."""
        self.flush()
        query = (
            "SELECT count(*) FROM index_chunks c WHERE came = :generation AND NOT EXISTS "
            "(SELECT 1 FROM index_vectors v WHERE v.content = c.content AND v.embedder = :embedder)"
        )
        return int(self._ask(query, {"generation": self.generation, "embedder": embedder})[0][0])


def _article_row(article: Article, origin: str, file: str, seen: str, altered: str | None) -> dict[str, Any]:
    published, updated, source = article.published, article.updated, article.source
    fields = {name: getattr(article, name) for name in ("id", "title", "text", "url", "author", "category", "digest")}
    return {
        **fields,
        **{"source": source, "source_key": source and fold_name(source)},
        **{"published": published and published.isoformat(), "moment": published and published.timestamp()},
        **{"origin": origin, "file": file, "updated": updated and updated.isoformat()},
        **{"seen": seen, "altered": altered},
    }


def _chunk_row(named: NamedChunk, header: Sequence[str], body: Sequence[str]) -> dict[str, Any]:
    chunk = named.chunk
    return {
        **{"id": named.id, "article_id": chunk.article_id, "start": chunk.start, "end": chunk.end},
        **{"content": named.content, "header": _spaced(header), "terms": _spaced(header) + BETWEEN + _spaced(body)},
        "length": len(header) + len(body),
    }


def _spaced(terms: Sequence[str]) -> str:
    return "".join(f" {term} " for term in terms)


def _insert(table: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Statement:
    """The statement that adds rows, all of them given as one value."""
    quoted = ", ".join(f'"{name}"' for name in columns)
    typed = ", ".join(f'"{name}" {_TYPES.get(name, "text")}' for name in columns)
    query = (
        f"INSERT INTO index_{table} (came, {quoted}) SELECT :generation, {quoted} "
        f"FROM json_to_recordset(CAST(:rows AS json)) AS row ({typed})"
    )
    return query, {"rows": json.dumps(rows)}

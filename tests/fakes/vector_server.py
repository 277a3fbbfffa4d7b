"""A server of vectors in a SQLite file, which several processes share: slow, exact, and right about generations."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from assistant.articles import NO_FILTERS, Article, Filters
from assistant.index.article_store import NamedChunk
from assistant.models import Vectors
from assistant.text import fold_name

_TABLE = """CREATE TABLE IF NOT EXISTS vectors (
    id TEXT, came INTEGER, went INTEGER, vector BLOB, article TEXT, source TEXT, moment REAL, PRIMARY KEY (id, came)
)"""
_SEEN = "came <= :at AND (went IS NULL OR went > :at)"


class FileVectorServer:
    """All generations in the file at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, query: str, values: Any = ()) -> list[Any]:
        with closing(sqlite3.connect(self._path, timeout=60)) as db, db:
            db.execute(_TABLE)
            return db.execute(query, values).fetchall()

    def at(self, generation: int) -> "FileVectors":
        return FileVectors(self, generation)

    draft = at

    def discard(self, beyond: int) -> None:
        self.rows("DELETE FROM vectors WHERE came > ?", (beyond,))
        self.rows("UPDATE vectors SET went = NULL WHERE went > ?", (beyond,))

    def sweep(self, kept: Collection[int]) -> None:
        for row in self.rows("SELECT rowid, came, went FROM vectors WHERE went IS NOT NULL"):
            if not any(row[1] <= number < row[2] for number in kept):
                self.rows("DELETE FROM vectors WHERE rowid = ?", (row[0],))
        self.discard(max(kept, default=0))

    def close(self) -> None:
        pass


class FileVectors:
    """The vectors of one generation."""

    def __init__(self, server: FileVectorServer, at: int) -> None:
        self._server, self._at = server, at

    def _rows(self, columns: str) -> list[Any]:
        return self._server.rows(f"SELECT {columns} FROM vectors WHERE {_SEEN}", {"at": self._at})

    def close(self) -> None:
        pass

    def count(self) -> int:
        return len(self.ids())

    def ids(self) -> set[str]:
        return {row[0] for row in self._rows("id")}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        wanted = set(ids)
        return {row[0]: np.frombuffer(row[1], np.float32) for row in self._rows("id, vector") if row[0] in wanted}

    def search_each(
        self, vectors: Sequence[Vectors], k: int, filters: Filters = NO_FILTERS
    ) -> list[list[tuple[str, float]]]:
        rows = [row for row in self._rows("id, vector, article, source, moment") if _passes(row[2:], filters)]
        found = []
        for vector in vectors:
            scored = [(row[0], float(np.dot(vector, np.frombuffer(row[1], np.float32)))) for row in rows]
            found.append(sorted(scored, key=lambda pair: -pair[1])[:k])
        return found

    def put(self, chunks: Sequence[tuple[Article, NamedChunk]], vectors: Vectors) -> None:
        for (article, named), vector in zip(chunks, vectors, strict=True):
            moment = article.published and article.published.timestamp()
            about = (article.id, article.source and fold_name(article.source), moment)
            row = (named.id, self._at, None, np.asarray(vector, np.float32).tobytes(), *about)
            self._server.rows("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def remove(self, ids: Iterable[str]) -> None:
        for name in ids:
            self._server.rows("DELETE FROM vectors WHERE id = ? AND came = ?", (name, self._at))
            gone = "UPDATE vectors SET went = ? WHERE id = ? AND went IS NULL"
            self._server.rows(gone, (self._at, name))

    def clear(self) -> None:
        self.remove(self.ids())


def _passes(row: Sequence[Any], filters: Filters) -> bool:
    article, source, moment = row
    return (
        (not filters.sources or source in {fold_name(name) for name in filters.sources})
        and (filters.earliest is None or (moment is not None and moment >= filters.earliest))
        and (filters.latest is None or (moment is not None and moment <= filters.latest))
        and article not in filters.without
        and (filters.only is None or article in filters.only)
    )

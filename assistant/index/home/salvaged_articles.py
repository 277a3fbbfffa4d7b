"""Reads what can still be read of the articles of a damaged generation."""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from assistant.index.article_store import Row
from assistant.index.derived.derived import connect_immutable
from assistant.index.home import sqlite_store, vector_store
from assistant.index.home.article_rows import DATES, article_of, is_moment
from assistant.index.home.sqlite_draft import ArticlesDraft
from assistant.index.home.sqlite_store import ArticlesDb
from assistant.models import Vectors
from assistant.utils import readable_rows

_TEXTS = ("id", "title", "text", "origin")
_TOLERANCE = 0.01  # of the length of a vector, which is one


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The rows of articles by id and of their earlier versions; `ids` are those of all articles, None if unknown."""

    articles: Mapping[str, Row]
    earlier: Sequence[Row]
    ids: frozenset[str] | None


def salvage(folder: Path, expected: int | None) -> Salvaged:
    """What can be read of the articles of the generation in `folder`; `expected` is how many there should be."""
    with suppress(sqlite3.Error, OSError), closing(connect_immutable(folder / sqlite_store.FILE)) as db:
        rows = readable_rows(db, "articles")
        read = {row["id"]: row for row in rows}
        ids = _ids(db)
        for article_id in set(ids) - set(read):
            with suppress(sqlite3.Error):
                cursor = db.execute("SELECT * FROM articles WHERE id = ?", (article_id,))
                names = [column[0] for column in cursor.description]
                read |= {row[0]: dict(zip(names, row, strict=True)) for row in cursor}
        earlier = readable_rows(db, "earlier")
        sound = {str(name): usable for name, row in read.items() if (usable := _usable(row)) is not None}
        everything = frozenset(ids) | set(read)
        return Salvaged(sound, earlier, everything if len(everything) == expected else None)
    return Salvaged({}, (), None)


def _ids(db: sqlite3.Connection) -> list[str]:
    ids: list[str] = []
    with suppress(sqlite3.Error):
        ids.extend(row[0] for row in db.execute("SELECT id FROM articles ORDER BY id"))
    return ids


def _usable(row: Row) -> Row | None:
    """A row of the articles with the digest of what is in it now; None when it is no article any more."""
    row = _with_possible_dates(row)
    if all(isinstance(row.get(name), str) and row[name].strip() for name in _TEXTS):
        with suppress(ValueError, TypeError):
            return {**row, "digest": article_of(row).digest}
    return None


def _with_possible_dates(row: Row) -> Row:
    """`row` without the dates that are none any more; when it was seen first is then now."""
    broken = {name: None for name in DATES if row.get(name) is not None and not is_moment(row[name])}
    if "published" in broken:
        broken["moment"] = None
    now = {"seen": datetime.now(UTC).isoformat()} if "seen" in broken else {}
    return {**row, **broken, **now}


def put_back(db: ArticlesDraft, salvaged: Salvaged, restored: Callable[[str], bool]) -> None:
    """Add the rows of the articles that `restored` names to a draft, with their earlier versions."""
    db.insert("articles", [row for name, row in salvaged.articles.items() if restored(name)])
    db.insert("earlier", [row for row in salvaged.earlier if restored(str(row.get("article_id")))])


def vectors_of(folder: Path, contents: Collection[str]) -> dict[str, Vectors]:
    """The vectors that the generation in `folder` still has of texts, by content name; none where it is damaged."""
    with suppress(Exception), closing(ArticlesDb(folder)) as db:
        ids = db.chunks_with_content(contents)
        with closing(vector_store.VectorStore(folder / vector_store.FOLDER)) as store:
            vectors = store.vectors(list(ids.values()))
        found = {content: vectors[chunk] for content, chunk in ids.items() if chunk in vectors}
        return {content: vector for content, vector in found.items() if abs(np.linalg.norm(vector) - 1) < _TOLERANCE}
    return {}

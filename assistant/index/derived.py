"""Files of a generation that are derived from its articles: near-duplicates, entities and stories.

Each is one SQLite file that keeps the digest of every article it was made from, so that only new and changed articles
are read.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

FAST = "PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;"
"""For a draft, which is flushed to disk once, before it is published."""


def connect_immutable(path: Path, check_same_thread: bool = True) -> sqlite3.Connection:
    """A connection to a file of a published generation, which nobody writes to."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True, check_same_thread=check_same_thread)


@contextmanager
def writing(path: Path, schema: str) -> Iterator[sqlite3.Connection]:
    """The file of a draft with the tables of `schema`; what was written is committed at the end of the block."""
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(f"{FAST} {schema}")
        yield file


def read_rows(path: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of a query; none for an old generation without the file."""
    if not path.is_file():
        return []
    with closing(connect_immutable(path)) as file:
        return file.execute(query, values).fetchall()


def delete_outdated(file: sqlite3.Connection, table: str, digests: Mapping[str, str]) -> list[str]:
    """Delete the articles that are gone or changed by `digests` (digest by id); gives the ids of those to be read."""
    stored = dict(file.execute(f"SELECT article_id, digest FROM {table}"))
    outdated = ((article_id,) for article_id, digest in stored.items() if digests.get(article_id) != digest)
    file.executemany(f"DELETE FROM {table} WHERE article_id = ?", outdated)
    return sorted(article_id for article_id, digest in digests.items() if stored.get(article_id) != digest)
